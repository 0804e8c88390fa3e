package article

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

const (
	maxHeadings = 60  // in the table of contents
	maxLinked   = 200 // articles looked up for links in one article
	maxRelated  = 5
)

// Show is the page of an article.
type Show struct {
	Article  kb.Article
	HTML     template.HTML // from kb.RenderAt only
	Contents []Heading
	Related  []desk.ArticleHit
	Service  string // its title
	Stale    bool   // whether the review date has passed

	Staff     bool
	CanEdit   bool
	CanReview bool
	// Into is the article this one was merged into, if the reader may see it.
	Into    *kb.Article
	Problem layout.Problem
}

// Heading is an entry in the table of contents.
type Heading struct {
	Text   string
	Anchor string
	Deep   bool
}

func (p *Pages) read(c echo.Context) error {
	reader := route.Reader(c)
	a, err := p.Knowledge.Article(c.Request().Context(), reader, c.Param("ref"))
	if err != nil {
		return err
	}
	if a.Slug != "" && c.Param("ref") != a.Slug {
		return c.Redirect(http.StatusFound, address(a)) // the canonical address; IDs remain valid
	}
	return p.page(c, http.StatusOK, reader, a, layout.Problem{})
}

func (p *Pages) page(c echo.Context, status int, reader access.Actor, a kb.Article, problem layout.Problem) error {
	ctx := c.Request().Context()
	html, err := p.html(ctx, reader, a.Path, a.Title, a.Markdown)
	if err != nil {
		return err
	}
	s := Show{
		Article: a, HTML: html, Contents: contents(a), Service: a.Service, Problem: problem,
		Staff: reader.Staff(), CanReview: reader.Can(access.ReviewArticles),
		CanEdit: reader.Can(access.WriteArticles),
		Stale:   !a.ReviewBy.IsZero() && a.ReviewBy.Before(p.Now()),
	}
	if known, ok := p.ServiceModel().Service(a.Service); ok {
		s.Service = known.Title
	}
	if a.SupersededBy != "" {
		if into, err := p.Knowledge.Article(ctx, reader, a.SupersededBy); err == nil {
			s.Into = &into
		}
	}
	s.Related = p.related(ctx, reader, a)
	return p.show.Render(c, status, a.Title, s)
}

// html renders an article's text. Links to articles that the reader may not see are
// shown as plain text.
func (p *Pages) html(ctx context.Context, reader access.Actor, path, title, markdown string) (template.HTML, error) {
	seen := make(map[string]string)
	resolve := func(slug string) (string, bool) {
		to, known := seen[slug]
		if !known && len(seen) < maxLinked {
			if a, err := p.Knowledge.Article(ctx, reader, slug); err == nil {
				to = address(a)
			}
			seen[slug] = to
		}
		return to, to != ""
	}
	out, err := kb.RenderAt(path, kb.WithoutTitle(markdown, title), resolve)
	if err != nil {
		return "", err
	}
	return template.HTML(out), nil //nolint:gosec // kb's output is sanitised, and nothing else becomes HTML
}

func contents(a kb.Article) []Heading {
	var out []Heading
	for _, passage := range a.Passages {
		if passage.Anchor == "" || len(out) == maxHeadings {
			continue
		}
		parts := strings.Split(passage.Heading, " › ")
		out = append(out, Heading{Text: parts[len(parts)-1], Anchor: passage.Anchor, Deep: len(parts) > 1})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// related finds articles on the same topic; if that fails, the page omits them.
func (p *Pages) related(ctx context.Context, reader access.Actor, a kb.Article) []desk.ArticleHit {
	found, err := p.Search.Search(ctx, retrieval.Query{Text: a.Title, Visibility: kb.VisibleTo(reader), Limit: maxRelated + 1})
	if err != nil {
		p.Log.WarnContext(ctx, "article page without related articles", "article", a.ID, "error", err)
		return nil
	}
	var out []desk.ArticleHit
	for _, h := range found.Hits {
		if h.Article.ID != a.ID && len(out) < maxRelated {
			out = append(out, h)
		}
	}
	return out
}

// address returns the path of an article's page.
func address(a kb.Article) string {
	if a.Slug == "" {
		return "/articles/" + url.PathEscape(a.ID)
	}
	return "/articles/" + url.PathEscape(a.Slug)
}

// Rated is the page shown after a reader reports that an article did not help.
type Rated struct {
	Article   kb.Article
	CanOpen   bool
	TicketURL string
	Handoff   string
}

func (p *Pages) rate(c echo.Context) error {
	reader, helped := route.Reader(c), layout.Line(c, "helped") == "yes"
	ctx := c.Request().Context()
	a, err := p.Knowledge.Article(ctx, reader, c.Param("ref"))
	if err != nil {
		return err
	}
	if err := p.Knowledge.Rate(ctx, reader, a.ID, kb.Feedback{Helped: helped, Comment: layout.Field(c, "comment")}); err != nil {
		return err
	}
	if helped {
		return layout.SeeOther(c, address(a), "thanks")
	}
	return layout.SeeOther(c, address(a)+"/unsolved", "thanks")
}

// unsolved shows the next steps if the article did not help.
func (p *Pages) unsolved(c echo.Context) error {
	reader := route.Reader(c)
	a, err := p.Knowledge.Article(c.Request().Context(), reader, c.Param("ref"))
	if err != nil {
		return err
	}
	r := Rated{Article: a, CanOpen: route.Actor(c).Can(access.OpenTickets), Handoff: p.ServiceModel().HandoffLine()}
	r.TicketURL = "/tickets/new?subject=" + url.QueryEscape(a.Title)
	if !route.Actor(c).Known() {
		r.TicketURL = "/login?next=" + url.QueryEscape(r.TicketURL)
	}
	return p.rated.Render(c, http.StatusOK, "Not solved?", r)
}
