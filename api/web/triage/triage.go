// Package triage is the page that shows what triage has learned from the team's
// tickets for each field, and how accurate it was on later tickets.
//
// It promises to show figures only and no text of tickets. It imports no store.
package triage

import (
	"embed"
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/retrieval/version"
)

//go:embed triage.html
var files embed.FS

// listed is how many training runs are listed.
const listed = 20

// Page serves the triage page.
type Page struct {
	learning port.Training
	model    func() *model.Service
	view     layout.View[Show]
}

// Show is what the page shows.
type Show struct {
	Boundary model.Boundary // the default one
	Running  bool
	Allowed  bool // may start a training run
	InForce  *version.Version
	Tickets  int // that the version in force was trained on
	Fields   []Field
	Versions []version.Version
}

// Field is the quality of the classifier of one field.
type Field struct {
	Name desk.Field
	triage.FieldReport
	Proposes bool // whether it makes any proposals
}

// Percent returns a share as a whole percentage.
func (f Field) Percent(share float64) int { return int(math.Round(share * 100)) }

// New parses the page's template.
func New(site *layout.Site, l port.Training, inForce func() *model.Service) (*Page, error) {
	p := &Page{learning: l, model: inForce}
	return p, layout.Load(site, files, &p.view, "triage.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/triage", access.ReadReports, p.show, "What triage has learned"),
		route.New(http.MethodPost, "/triage", access.EditModel, p.train, "Train triage"),
	}
}

func (p *Page) show(c echo.Context) error {
	actor := route.Actor(c)
	versions, err := p.learning.ListVersions(c.Request().Context(), actor, listed)
	if err != nil {
		return err
	}
	s := Show{
		Boundary: p.model().Boundary("", model.ActionTriage), Allowed: actor.Can(access.EditModel), Versions: versions,
	}
	for i, v := range versions {
		s.Running = s.Running || v.State == version.Training
		report := version.ReportOf[triage.Report](v)
		if v.State != version.InForce || report == nil {
			continue
		}
		s.InForce, s.Tickets = &versions[i], report.Tickets
		for _, f := range desk.Fields() {
			if r, ok := report.Fields[f]; ok {
				s.Fields = append(s.Fields, Field{Name: f, FieldReport: r, Proposes: r.Coverage > 0})
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
