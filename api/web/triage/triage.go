// Package triage is the page of what triage has learned from the team's tickets, field
// by field, and how right it was on later ones.
//
// It promises to show figures alone, no ticket's text. It imports no store.
package triage

import (
	"context"
	"embed"
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/retrieval/version"
)

//go:embed triage.html
var files embed.FS

// Learning trains triage; *triage.Service is one.
type Learning interface {
	StartTraining(ctx context.Context, actor access.Actor) (v version.Version, fresh bool, err error)
	ListVersions(ctx context.Context, actor access.Actor, limit int) ([]version.Version, error)
}

// shown is how many trainings are listed.
const shown = 20

// Page handles /triage.
type Page struct {
	learning Learning
	model    func() *desk.ServiceModel
	view     layout.View[Show]
}

// Show is what the page shows.
type Show struct {
	Boundary desk.Boundary // of the default row
	Running  bool
	Allowed  bool // may ask for a training
	InForce  *version.Version
	Tickets  int // that the version in force was trained on
	Fields   []Field
	Versions []version.Version
}

// Field is what was learned about one field.
type Field struct {
	Name desk.Field
	triage.FieldReport
	Speaks bool // it proposes anything
}

// Shown is a share as a person reads it.
func (f Field) Shown(share float64) int { return int(math.Round(share * 100)) }

// New parses the page.
func New(site *layout.Site, l Learning, model func() *desk.ServiceModel) (*Page, error) {
	view, err := layout.Load[Show](site, files, "triage.html")
	return &Page{learning: l, model: model, view: view}, err
}

// Routes lists the page's routes; none where nothing learns.
func (p *Page) Routes() []route.Route {
	if p.learning == nil {
		return nil
	}
	return []route.Route{
		{Method: http.MethodGet, Path: "/triage", Permission: access.ReadReports, Handler: p.show, Summary: "What triage has learned"},
		{Method: http.MethodPost, Path: "/triage", Permission: access.EditModel, Handler: p.train, Summary: "Train triage"},
	}
}

func (p *Page) show(c echo.Context) error {
	actor := route.Actor(c)
	versions, err := p.learning.ListVersions(c.Request().Context(), actor, shown)
	if err != nil {
		return err
	}
	s := Show{Boundary: p.model().Boundary("", desk.ActionTriage), Allowed: actor.Can(access.EditModel), Versions: versions}
	for i, v := range versions {
		s.Running = s.Running || v.State == version.Training
		report := version.ReportOf[triage.Report](v)
		if v.State != version.InForce || report == nil {
			continue
		}
		s.InForce, s.Tickets = &versions[i], report.Tickets
		for _, f := range desk.Fields() {
			if r, ok := report.Fields[f]; ok {
				s.Fields = append(s.Fields, Field{Name: f, FieldReport: r, Speaks: r.Coverage > 0})
			}
		}
	}
	return p.view.Render(c, http.StatusOK, "Triage", s)
}

func (p *Page) train(c echo.Context) error {
	if _, _, err := p.learning.StartTraining(c.Request().Context(), route.Actor(c)); err != nil {
		return err
	}
	return layout.SeeOther(c, "/triage", "")
}
