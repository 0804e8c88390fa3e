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
	"log/slog"
	"net/http"
	"time"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

//go:embed *.html
var files embed.FS

// Drafts reads and edits drafts.
type Drafts interface {
	Draft(ctx context.Context, actor access.Actor, id string) (kb.Draft, error)
	Drafts(ctx context.Context, actor access.Actor, f kb.DraftFilter) (kb.DraftPage, error)
	Base(ctx context.Context, actor access.Actor, d kb.Draft) (kb.Article, error)
	EditDraft(ctx context.Context, actor access.Actor, id string, version int, p kb.Patch) (kb.Draft, error)
	Opened(ctx context.Context, actor access.Actor, d kb.Draft) error
	Quality(ctx context.Context, actor access.Actor, since time.Time) (kb.QualityReport, error)
}

// Decider moves drafts through the review.
type Decider interface {
	Submit(ctx context.Context, actor access.Actor, id, comment string) (kb.Draft, error)
	ApproveWith(ctx context.Context, actor access.Actor, id string, in kb.Approval) (kb.Draft, kb.Article, error)
	RequestChanges(ctx context.Context, actor access.Actor, id, comment string) (kb.Draft, error)
	RejectFor(ctx context.Context, actor access.Actor, id string, in kb.RejectInput) (kb.Draft, error)
}

// Articles looks up an article that the actor may read.
type Articles interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
}

// Knowledge is all that the pages ask of the knowledge base.
type Knowledge interface {
	Drafts
	Decider
	Articles
}

// People names people.
type People interface {
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Deps holds the pages' dependencies.
type Deps struct {
	Knowledge    Knowledge
	People       People
	ServiceModel func() *desk.ServiceModel
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
	var err error
	if p.list, err = layout.Load[List](site, files, "list.html"); err != nil {
		return nil, err
	}
	p.show, err = layout.Load[Show](site, files, "show.html", "edit.html", "decide.html")
	return p, err
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/reviews", access.WriteArticles, p.index, "Review queue"),
		route.New(http.MethodGet, "/reviews/:id", access.WriteArticles, p.view, "A draft"),
		route.New(http.MethodPost, "/reviews/:id/edit", access.WriteArticles, p.edit, "Edit a draft"),
		route.New(http.MethodPost, "/reviews/:id/submit", access.WriteArticles, p.submit, "Submit a draft for review"),
		route.New(http.MethodPost, "/reviews/:id/approve", access.ReviewArticles, p.approve, "Approve and publish a draft"),
		route.New(http.MethodPost, "/reviews/:id/request-changes", access.ReviewArticles, p.requestChanges, "Request changes to a draft"),
		route.New(http.MethodPost, "/reviews/:id/reject", access.ReviewArticles, p.reject, "Reject a draft"),
		route.New(http.MethodGet, "/reviews/:id/:action", access.WriteArticles, layout.BackTo("/reviews/:id"), "Redirect from a form to the draft"),
	}
}
