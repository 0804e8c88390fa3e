package article

import (
	"context"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

const (
	maxHeadings = 200 // in the table of contents
	maxDepth    = 3   // to which it is indented
	maxRelated  = 5
)

// Show is the page of an article.
type Show struct {
	Article  kb.Article
	HTML     template.HTML // from kb.Render only
	Contents []Heading
	Related  []desk.ArticleHit
	Service  string // its title
	Stale    bool   // whether the review date has passed
	// Validated is when the article was last validated, zero if it is not.
	Validated time.Time
	Owner     string // "" if the reader may not see it
	Outcome   string // in how many tickets it held, "" if the reader may not see it

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
	Depth  int // 1 for the outermost
}

func (p *Pages) read(c echo.Context) error {
	reader := route.Reader(c)
	a, err := p.Knowledge.Article(c.Request().Context(), reader, c.Param("ref"))
	if err != nil {
		return err
	}
	if a.Slug != "" && c.Param("ref") != a.Slug {
		return c.Redirect(http.StatusFound, layout.ArticleURL(a)) // the canonical address; IDs remain valid
	}
	return p.page(c, http.StatusOK, reader, a, layout.Problem{})
}

func (p *Pages) page(c echo.Context, status int, reader access.Actor, a kb.Article, problem layout.Problem) error {
	ctx := c.Request().Context()
	html, headings, err := layout.ArticleHTML(ctx, p.Knowledge, reader, a)
	if err != nil {
		return err
	}
	s := Show{
		Article: a, HTML: html, Contents: contents(headings), Service: a.Service, Problem: problem,
		Staff: reader.Staff(), CanReview: reader.Can(access.ReviewArticles),
		CanEdit:   reader.Can(access.WriteArticles),
		Validated: a.ValidatedAt,
		Stale:     !a.ReviewBy.IsZero() && a.ReviewBy.Before(p.Now()),
	}
	if s.Staff || !strings.Contains(a.Owner, "@") { // others see teams, not people's addresses
		s.Owner = a.Owner
	}
	if known, ok := p.ServiceModel().Service(a.Service); ok {
		s.Service = known.Title
	}
	if a.SupersededBy != "" {
		if into, err := p.Knowledge.Article(ctx, reader, a.SupersededBy); err == nil {
			s.Into = &into
		}
	}
	if reader.Can(access.ReadProblems) {
		outcomes, err := p.Outcomes.Outcomes(ctx, a.ID)
		if err != nil {
			return err
		}
		s.Outcome = layout.Outcome(outcomes[a.ID])
	}
	s.Related = p.related(ctx, reader, a)
	return p.show.Render(c, status, a.Title, s)
}

// contents returns the table of contents: every heading once, in order, or where there are too
// many of them those of the outer levels. There is none for an article with fewer than two.
func contents(headings []kb.Heading) []Heading {
	if len(headings) < 2 {
		return nil
	}
	top, deepest := 6, 0
	var levels [7]int
	for _, h := range headings {
		levels[h.Level]++
		top, deepest = min(top, h.Level), max(deepest, h.Level)
	}
	for left := len(headings); left > maxHeadings && deepest > top; deepest-- {
		left -= levels[deepest]
	}
	var out []Heading
	for _, h := range headings {
		if h.Text != "" && h.Level <= deepest && len(out) < maxHeadings {
			out = append(out, Heading{Text: h.Text, Anchor: h.Anchor, Depth: min(h.Level-top+1, maxDepth)})
		}
	}
	return out
}

// related finds articles on the same topic; if that fails, the page omits them.
func (p *Pages) related(ctx context.Context, reader access.Actor, a kb.Article) []desk.ArticleHit {
	found, err := p.Search.Search(ctx,
		retrieval.Query{Text: a.Title, Visibility: kb.VisibleTo(reader), Limit: maxRelated + 1})
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
	feedback := kb.Feedback{Helped: helped, Comment: layout.Field(c, "comment")}
	if err := p.Knowledge.Rate(ctx, reader, a.ID, feedback); err != nil {
		return err
	}
	if helped {
		return layout.SeeOther(c, layout.ArticleURL(a), "thanks")
	}
	return layout.SeeOther(c, layout.ArticleURL(a)+"/unsolved", "thanks")
}

// unsolved shows the next steps if the article did not help.
func (p *Pages) unsolved(c echo.Context) error {
	reader := route.Reader(c)
	a, err := p.Knowledge.Article(c.Request().Context(), reader, c.Param("ref"))
	if err != nil {
		return err
	}
	return p.rated.Render(c, http.StatusOK, "Not solved?", Rated{
		Article: a, CanOpen: route.Actor(c).Can(access.OpenTickets),
		TicketURL: layout.NewTicketURL(c, a.Title), Handoff: p.ServiceModel().HandoffLine(),
	})
}
