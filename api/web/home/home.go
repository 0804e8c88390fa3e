// Package home is the home page: a search box, recent articles and services.
//
// It promises to show only what the reader may read, and imports no store.
package home

import (
	"embed"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

//go:embed home.html
var files embed.FS

// recent is the number of articles shown.
const recent = 8

// Deps holds the page's dependencies.
type Deps struct {
	Articles     port.Articles
	ServiceModel func() *model.Service
}

// Page serves the home page.
type Page struct {
	Deps
	view layout.View[Home]
}

// Home is what the page shows.
type Home struct {
	Searchable bool // whether the reader may search
	Readable   bool // whether the reader may browse articles
	Recent     []kb.Article
	Services   []model.SupportedService
	CanOpen    bool // whether the reader may open a ticket
	CanWork    bool
	SignedIn   bool
}

// New parses the page's template.
func New(site *layout.Site, d Deps) (*Page, error) {
	p := &Page{Deps: d}
	return p, layout.Load(site, files, &p.view, "home.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/", access.Public, p.show, "Home page"),
	}
}

func (p *Page) show(c echo.Context) error {
	actor, reader := route.Actor(c), route.Reader(c)
	inForce := p.ServiceModel()
	h := Home{
		Searchable: reader.Known() || inForce.AnonymousSearch(),
		Readable:   reader.Known() || inForce.AnonymousReading(),
		CanOpen:    actor.Can(access.OpenTickets),
		CanWork:    actor.Can(access.WorkTickets),
		SignedIn:   actor.Known(),
	}
	if h.Readable {
		page, err := p.Articles.Articles(c.Request().Context(), reader, kb.ArticleFilter{Newest: true, Limit: recent})
		if err != nil {
			return err
		}
		h.Recent, h.Services = page.Articles, inForce.Services
	}
	return p.view.Render(c, http.StatusOK, "", h)
}
