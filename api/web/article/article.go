// Package article serves the pages for knowledge articles: the list, an article, its
// revisions, and the forms to create and edit it.
//
// It promises that only staff see states and internal articles and revisions, that
// article HTML comes from kb's renderer alone, and that after an edit conflict the
// user's text is shown next to the newer revision, with nothing lost. It imports no
// store.
package article

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
	port.Renderer
	port.ArticleReader
	port.ArticleEditor
	port.Proposer
	layout.Uploader
	// WithFiles returns a text that the actor is writing with the files that it names.
	WithFiles(ctx context.Context, actor access.Actor, a kb.Article) (kb.Article, error)
}

// Deps holds the pages' dependencies.
type Deps struct {
	Knowledge    Knowledge
	Search       port.Searcher
	People       port.People
	Outcomes     port.Outcomes
	ServiceModel func() *model.Service
	Now          func() time.Time
	Log          *slog.Logger
}

// Pages serves the pages under /articles.
type Pages struct {
	Deps
	list      layout.View[List]
	show      layout.View[Show]
	revisions layout.View[Revisions]
	revision  layout.View[Revision]
	form      layout.View[Form]
	rated     layout.View[Rated]
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	return p, errors.Join(
		layout.Load(site, files, &p.list, "list.html"),
		layout.Load(site, files, &p.show, "show.html"),
		layout.Load(site, files, &p.revisions, "revisions.html"),
		layout.Load(site, files, &p.revision, "revision.html"),
		layout.Load(site, files, &p.rated, "rated.html"),
		layout.Load(site, files, &p.form, "form.html"),
	)
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/articles", access.ReadArticles, p.index, "List of articles"),
		route.New(http.MethodGet, "/articles/new", access.WriteArticles, p.newForm, "Form for a new article"),
		route.Large(http.MethodPost, "/articles/new", access.WriteArticles, p.create, "Create or propose an article"),
		route.New(http.MethodGet, "/articles/:ref", access.ReadArticles, p.read, "An article"),
		route.New(http.MethodGet, "/articles/:ref/edit", access.WriteArticles, p.editForm, "Form to edit an article"),
		route.Large(http.MethodPost, "/articles/:ref/edit", access.WriteArticles, p.edit, "Save or propose an edit"),
		route.New(http.MethodPost, "/articles/:ref/feedback", access.ReadArticles, p.rate, "Rate whether an article helped"),
		route.New(http.MethodGet, "/articles/:ref/unsolved", access.ReadArticles, p.unsolved,
			"Next steps if an article did not help"),
		route.New(http.MethodGet, "/articles/:ref/revisions", access.WriteArticles, p.history, "Revisions of an article"),
		route.New(http.MethodGet, "/articles/:ref/revisions/:n", access.ReadArticles, p.showRevision,
			"A revision of an article"),
		route.New(http.MethodPost, "/articles/:ref/revisions/:n/restore", access.WriteArticles, p.restore,
			"Restore a revision"),
		route.New(http.MethodPost, "/articles/:ref/archive", access.ReviewArticles, p.archive, "Archive an article"),
		route.New(http.MethodPost, "/articles/:ref/merge", access.ReviewArticles, p.merge, "Merge an article into another"),
		route.New(http.MethodGet, "/articles/:ref/:action", access.ReadArticles, layout.BackTo("/articles/:ref"),
			"Redirect from a form to the article"),
		route.New(http.MethodGet, "/articles/:ref/revisions/:n/restore", access.WriteArticles,
			layout.BackTo("/articles/:ref/revisions/:n"), "Redirect from a form to the revision"),
	}
}
