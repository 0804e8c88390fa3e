// Package servicemodel is the page that shows the text of the service model with line
// numbers, to which error messages refer.
//
// It promises to be read-only and for staff only. It imports no store.
package servicemodel

import (
	"embed"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

//go:embed servicemodel.html
var files embed.FS

// Deps holds the page's dependencies.
type Deps struct {
	ServiceModel func() *model.Service
	Text         func() string // the file in force
	// Error returns why the current file is not in force, "" if it is.
	Error func() string
}

// Page serves the service model page.
type Page struct {
	Deps
	view layout.View[Content]
}

// Content is the text of the service model.
type Content struct {
	Name    string
	Version int
	Lines   []string
	Error   string
}

// New parses the page's template.
func New(site *layout.Site, d Deps) (*Page, error) {
	p := &Page{Deps: d}
	return p, layout.Load(site, files, &p.view, "servicemodel.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/model", access.ReadModel, p.show, "Text of the service model"),
	}
}

func (p *Page) show(c echo.Context) error {
	if !route.Actor(c).Staff() {
		return fault.New(fault.Forbidden, "only staff can see the service model")
	}
	m := p.ServiceModel()
	text := strings.ReplaceAll(strings.TrimSuffix(p.Text(), "\n"), "\r\n", "\n")
	page := Content{Name: m.Name, Version: m.Version, Error: p.Error()}
	if text != "" {
		page.Lines = strings.Split(text, "\n")
	}
	return p.view.Render(c, http.StatusOK, "Service model", page)
}
