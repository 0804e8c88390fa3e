package article

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

const (
	maxHeadings = 60 // of the table of contents
	related     = 5
)

// Show is an article as it is read.
type Show struct {
	Article  kb.Article
	HTML     template.HTML // made by kb alone
	Contents []Heading
	Related  []desk.ArticleHit
	Service  string // title
	Stale    bool   // past its review date

	Staff     bool
	CanEdit   bool
	CanReview bool
	// Into is the article that this one was merged into, if the reader may see it.
	Into    *kb.Article
	Problem layout.Problem
}

// Heading is one line of the table of contents.
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
		return c.Redirect(http.StatusFound, address(a)) // one address an article; ids stay valid
	}
	return p.page(c, http.StatusOK, reader, a, layout.Problem{})
}

func (p *Pages) page(c echo.Context, status int, reader access.Actor, a kb.Article, problem layout.Problem) error {
	ctx := c.Request().Context()
	html, headings, err := p.html(ctx, reader, a)
	if err != nil {
		return err
	}
	s := Show{
		Article: a, HTML: html, Contents: contents(headings), Service: a.Service, Problem: problem,
		Staff: reader.Staff(), CanReview: reader.Can(access.ReviewArticles),
		CanEdit: reader.Can(access.WriteArticles),
		Stale:   !a.ReviewBy.IsZero() && a.ReviewBy.Before(p.Now()),
	}
	if known, ok := p.Model().Service(a.Service); ok {
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

// html renders an article's text without its title.
func (p *Pages) html(ctx context.Context, reader access.Actor, a kb.Article) (template.HTML, []kb.Heading, error) {
	page, err := p.Knowledge.Render(ctx, reader, a, true)
	if err != nil {
		return "", nil, err
	}
	return template.HTML(page.HTML), page.Headings, nil //nolint:gosec // it is sanitised; nothing else becomes HTML
}

// contents returns the table of contents, none for an article with fewer than two headings.
func contents(headings []kb.Heading) []Heading {
	if len(headings) < 2 {
		return nil
	}
	top := slices.MinFunc(headings, func(a, b kb.Heading) int { return a.Level - b.Level }).Level
	var out []Heading
	for _, h := range headings[:min(len(headings), maxHeadings)] {
		if h.Text != "" {
			out = append(out, Heading{Text: h.Text, Anchor: h.Anchor, Deep: h.Level > top})
		}
	}
	return out
}

// related finds articles about the same; without them the article still reads.
func (p *Pages) related(ctx context.Context, reader access.Actor, a kb.Article) []desk.ArticleHit {
	found, err := p.Search.Search(ctx, retrieval.Query{Text: a.Title, Visibility: kb.VisibleTo(reader), Limit: related + 1})
	if err != nil {
		p.Log.WarnContext(ctx, "article without related ones", "article", a.ID, "error", err)
		return nil
	}
	var out []desk.ArticleHit
	for _, h := range found.Hits {
		if h.Article.ID != a.ID && len(out) < related {
			out = append(out, h)
		}
	}
	return out
}

// address is the page of an article.
func address(a kb.Article) string {
	if a.Slug == "" {
		return "/articles/" + url.PathEscape(a.ID)
	}
	return "/articles/" + url.PathEscape(a.Slug)
}

// Rated is the page after a reader said that an article did not help.
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

// unsolved is where a reader goes whom the article did not help.
func (p *Pages) unsolved(c echo.Context) error {
	reader := route.Reader(c)
	a, err := p.Knowledge.Article(c.Request().Context(), reader, c.Param("ref"))
	if err != nil {
		return err
	}
	r := Rated{Article: a, CanOpen: route.Actor(c).Can(access.OpenTickets), Handoff: p.Model().HandoffLine()}
	r.TicketURL = "/tickets/new?subject=" + url.QueryEscape(a.Title)
	if !route.Actor(c).Known() {
		r.TicketURL = "/login?next=" + url.QueryEscape(r.TicketURL)
	}
	return p.rated.Render(c, http.StatusOK, "It did not help", r)
}
