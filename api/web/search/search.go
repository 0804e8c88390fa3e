// Package search is the page of results: a cited answer, when there is one, above
// the articles that match.
//
// It promises that every sentence of the answer is shown with links to what it
// rests on, and that a failing answer costs the answer only. It imports no store
// and no language model.
package search

import (
	"cmp"
	"context"
	"embed"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/answer"
)

//go:embed search.html
var files embed.FS

const (
	pageSize = 10
	maxQuery = 400 // runes; what is longer is a ticket, not a search
	// patience is how long results wait for the answer above them.
	patience = 4 * time.Second
	// modelPatience is how long they do where the reader asked to wait for a model.
	modelPatience = 50 * time.Second
)

// Searcher ranks articles.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
}

// Answerer writes cited answers.
type Answerer interface {
	Answer(ctx context.Context, question string, vis kb.Visibility) (answer.Answer, error)
}

// Streams tells whether a language model would write an answer, gives the one that
// needs none, and tells how a model's is coming along.
type Streams interface {
	UsesModel(action, category string) bool
	ExtractiveAnswer(ctx context.Context, question string, vis kb.Visibility) (answer.Answer, error)
	StreamAnswer(ctx context.Context, question string, vis kb.Visibility, p answer.Progress) (answer.Answer, error)
}

// Articles looks up an article that the actor may read.
type Articles interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
}

// Deps is what the page needs.
type Deps struct {
	Search   Searcher
	Writer   Answerer
	Streams  Streams // nil: an answer is shown once it is written
	Articles Articles
	Model    func() *desk.ServiceModel
	Gaps     desk.GapRecorder
	Log      *slog.Logger
}

// Page handles searches.
type Page struct {
	Deps
	view layout.View[Results]
}

// Results is what the page shows.
type Results struct {
	Query   string
	Kind    string
	Service string
	Kinds   []kb.Kind
	// Services are the service model's, to choose from.
	Services []desk.SupportedService

	// Corrected is what was searched for instead, "" when the query stood as typed.
	Corrected string

	Answer *Answer // nil when there is none
	Hits   []desk.ArticleHit
	Total  int
	Weak   bool // nothing found is probable enough to rely on
	First  bool // first page
	Pager  layout.Pager

	CanOpen bool
	// TicketURL leads to a new ticket with the query filled in.
	TicketURL string
	Handoff   string // the service model's line for where automation stops
}

// Answer is a cited answer.
type Answer struct {
	Sentences []Sentence
	Sources   []Source
	Engine    string
	Reason    string // why the extractive engine wrote, "" when nothing needs saying
	// Stream is where the version of a language model comes from, "" where none does;
	// Whole leads to the page that waits for it.
	Stream, Whole string
}

// Sentence is one sentence with the numbers of its sources.
type Sentence struct {
	Text    string
	Sources []int
}

// Source is a passage that an answer rests on.
type Source struct {
	N       int
	Title   string
	Heading string
	URL     string
}

// New parses the page.
func New(site *layout.Site, d Deps) (*Page, error) {
	view, err := layout.Load[Results](site, files, "search.html")
	return &Page{Deps: d, view: view}, err
}

// Routes lists the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/search", Permission: access.ReadArticles, Handler: p.show, Summary: "Search results with a cited answer", Searches: true},
		{Method: http.MethodGet, Path: "/search/answer", Permission: access.ReadArticles, Handler: p.stream, Summary: "A language model's answer while it is written", Searches: true},
	}
}

func (p *Page) show(c echo.Context) error {
	reader, model := route.Reader(c), p.Model()
	r := Results{
		Query: shorten(strings.TrimSpace(c.QueryParam("q"))),
		Kind:  c.QueryParam("kind"), Service: c.QueryParam("service"),
		Kinds:    []kb.Kind{kb.Troubleshooting, kb.HowTo, kb.FAQ, kb.KnownError, kb.Policy},
		Services: model.Services,
		First:    layout.Cursor(c) == "",
		CanOpen:  route.Actor(c).Can(access.OpenTickets),
		Handoff:  model.HandoffLine(),
	}
	newTicket := "/tickets/new?subject=" + url.QueryEscape(r.Query)
	r.TicketURL = newTicket
	if !route.Actor(c).Known() {
		r.TicketURL = "/login?next=" + url.QueryEscape(newTicket)
	}
	if r.Query == "" {
		return p.view.Render(c, http.StatusOK, "Search", r)
	}
	found, err := p.Search.Search(c.Request().Context(), retrieval.Query{
		Text: r.Query, Visibility: kb.VisibleTo(reader), Kind: r.Kind, Service: r.Service,
		Limit: pageSize, Cursor: layout.Cursor(c),
	})
	if err != nil {
		return err
	}
	r.Hits, r.Total, r.Weak, r.Corrected = found.Hits, found.Total, found.BelowFloor, found.Corrected
	r.Pager = layout.NewPager(c, found.Next)
	refused := false
	if r.First && len(r.Hits) > 0 {
		r.Answer, refused = p.answer(c.Request().Context(), reader, cmp.Or(r.Corrected, r.Query), c.QueryParam("answer") == "model")
	}
	p.missed(c, r, refused)
	return p.view.Render(c, http.StatusOK, r.Query+" – search", r)
}

// missed records a search that gave nothing, or nothing to rely on, once: when its
// first page over all kinds of article is shown.
func (p *Page) missed(c echo.Context, r Results, refused bool) {
	g := desk.Gap{Query: r.Query, Service: r.Service, Actor: route.Actor(c), Session: route.ClientKey(c)}
	switch {
	case !r.First || r.Kind != "":
		return
	case len(r.Hits) == 0:
		g.Kind = desk.GapNoResult
	case r.Weak:
		g.Kind = desk.GapBelowFloor
	case refused:
		g.Kind = desk.GapRefused
	default:
		return
	}
	p.Gaps.Record(g)
}

func shorten(q string) string {
	if runes := []rune(q); len(runes) > maxQuery {
		return string(runes[:maxQuery])
	}
	return q
}
