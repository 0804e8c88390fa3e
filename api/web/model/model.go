// Package model shows the service model as the text that its owner wrote, with line
// numbers, so that a message that names a line can be followed.
//
// It promises to be read-only and for staff. It imports no store.
package model

import (
	"embed"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

//go:embed model.html
var files embed.FS

// Deps is what the page needs.
type Deps struct {
	Model func() *desk.ServiceModel
	Text  func() string // the file in force
	// Refused says why the file as it stands is not in force, "" when it is; may be nil.
	Refused func() string
}

// Page shows the service model.
type Page struct {
	Deps
	view layout.View[Model]
}

// Model is the service model's text.
type Model struct {
	Name    string
	Version int
	Lines   []string
	Refused string
}

// New parses the page.
func New(site *layout.Site, d Deps) (*Page, error) {
	view, err := layout.Load[Model](site, files, "model.html")
	return &Page{Deps: d, view: view}, err
}

// Routes lists the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/model", Permission: access.ReadModel, Handler: p.show, Summary: "The service model's text"},
	}
}

func (p *Page) show(c echo.Context) error {
	if !route.Actor(c).Staff() {
		return fault.New(fault.Forbidden, "the service model is for the desk's staff")
	}
	m := p.Model()
	text := strings.ReplaceAll(strings.TrimSuffix(p.Text(), "\n"), "\r\n", "\n")
	page := Model{Name: m.Name, Version: m.Version}
	if p.Refused != nil {
		page.Refused = p.Refused()
	}
	if text != "" {
		page.Lines = strings.Split(text, "\n")
	}
	return p.view.Render(c, http.StatusOK, "Service model", page)
}
