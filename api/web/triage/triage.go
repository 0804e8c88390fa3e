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
)

//go:embed triage.html
var files embed.FS

// Learning trains triage; *triage.Learning is one.
type Learning interface {
	Start(ctx context.Context, actor access.Actor) (v triage.Version, fresh bool, err error)
	Versions(ctx context.Context, actor access.Actor) ([]triage.Trained, error)
}

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
	InForce  *triage.Trained
	Fields   []Field
	Versions []triage.Trained
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
	versions, err := p.learning.Versions(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	s := Show{Boundary: p.model().Boundary("", desk.ActionTriage), Allowed: actor.Can(access.EditModel), Versions: versions}
	for i, v := range versions {
		s.Running = s.Running || v.State == triage.Training
		if v.State == triage.InForce && v.Outcome != nil {
			s.InForce = &versions[i]
		}
	}
	if s.InForce != nil {
		for _, f := range desk.Fields() {
			if r, ok := s.InForce.Outcome.Fields[f]; ok {
				s.Fields = append(s.Fields, Field{Name: f, FieldReport: r, Speaks: r.Coverage > 0})
			}
		}
	}
	return p.view.Render(c, http.StatusOK, "Triage", s)
}

func (p *Page) train(c echo.Context) error {
	if _, _, err := p.learning.Start(c.Request().Context(), route.Actor(c)); err != nil {
		return err
	}
	return layout.SeeOther(c, "/triage", "")
}
