// Package review serves the review queue and the page of a draft with everything that
// a reviewer needs: its text alongside the evidence, the changes, the checks, the
// redactions and the decision.
//
// It promises that an approval applies to the version that was read, and that after an
// edit conflict both versions are shown, with nothing lost. It imports no store.
package review

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

//go:embed *.html
var files embed.FS

// Knowledge is the knowledge base as the pages use it.
type Knowledge interface {
	port.Article
	port.Renderer
	port.Drafts
	port.Reviewing
	layout.Uploader
	// Opened records that a reviewer has opened the draft.
	Opened(ctx context.Context, actor access.Actor, d kb.Draft) error
}

// Deps holds the pages' dependencies.
type Deps struct {
	Knowledge    Knowledge
	People       port.People
	ServiceModel func() *model.Service
	Now          func() time.Time
	Log          *slog.Logger
}

// Pages serves the pages under /reviews.
type Pages struct {
	Deps
	list layout.View[List]
	show layout.View[Show]
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	return p, errors.Join(
		layout.Load(site, files, &p.list, "list.html"),
		layout.Load(site, files, &p.show, "show.html", "edit.html", "decide.html"),
	)
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/reviews", access.WriteArticles, p.index, "Review queue"),
		route.New(http.MethodGet, "/reviews/:id", access.WriteArticles, p.view, "A draft"),
		route.Large(http.MethodPost, "/reviews/:id/edit", access.WriteArticles, p.edit, "Edit a draft"),
		route.New(http.MethodPost, "/reviews/:id/submit", access.WriteArticles, p.submit, "Submit a draft for review"),
		route.New(http.MethodPost, "/reviews/:id/approve", access.ReviewArticles, p.approve, "Approve and publish a draft"),
		route.New(http.MethodPost, "/reviews/:id/request-changes", access.ReviewArticles, p.requestChanges,
			"Request changes to a draft"),
		route.New(http.MethodPost, "/reviews/:id/reject", access.ReviewArticles, p.reject, "Reject a draft"),
		route.New(http.MethodGet, "/reviews/:id/:action", access.WriteArticles, layout.BackTo("/reviews/:id"),
			"Redirect from a form to the draft"),
	}
}
