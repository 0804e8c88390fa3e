// Package search is the page of search results: a cited answer, if there is one, above
// the matching articles.
//
// It promises that every sentence of the answer is shown with links to its sources,
// and that the results are shown even if the answer fails. It imports no store and no
// language model client.
package search

import (
	"cmp"
	"context"
	"embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/answer"
)

//go:embed search.html
var files embed.FS

const (
	pageSize = 10
	maxQuery = 400 // runes; longer texts are tickets, not searches
	// answerTimeout is how long the page waits for the answer.
	answerTimeout = 4 * time.Second
	// modelTimeout is how long it waits if the reader chose to wait for a language model.
	modelTimeout = 50 * time.Second
)

// Writer answers questions, with and without a language model.
type Writer interface {
	port.Answerer
	port.LanguageModel
	// ExtractiveAnswer answers without a language model.
	ExtractiveAnswer(ctx context.Context, question string, vis kb.Visibility) (answer.Answer, error)
}

// Deps holds the page's dependencies.
type Deps struct {
	Search       port.Searcher
	Writer       Writer
	Articles     port.Article
	ServiceModel func() *model.Service
	Gaps         desk.GapRecorder
	Log          *slog.Logger
}

// Page serves search results.
type Page struct {
	Deps
	view layout.View[Results]
}

// Results is what the page shows.
type Results struct {
	Query     string
	Narrowed  []Narrowing // what the results are narrowed to
	Facets    []Facet     // what they can be narrowed to
	WidestURL string      // the same search without narrowing

	// Corrected is the query that was used instead, "" if the query was not corrected.
	Corrected, CorrectedURL string

	Answer     *Answer // nil when there is none
	Hits       []desk.ArticleHit
	Total      int
	Unnarrowed int  // what Total is without narrowing
	BelowFloor bool // whether no hit is probable enough to be suggested
	First      bool // whether this is the first page
	Pager      layout.Pager

	CanOpen bool
	// TicketURL opens the form for a new ticket with the query filled in.
	TicketURL string
	Handoff   string // the service model's text for when automation stops
}

// Answer is a cited answer.
type Answer struct {
	Shown, Folded []Group // the lines, and those beyond the first eight
	More          int     // lines that are folded
	NotCovered    []string
	Sources       []Source
	Engine        string
	Reason        string // why the extractive engine was used, "" for no explanation
	// StreamURL streams a language model's answer, "" if there is none; WaitURL is the
	// page that waits for it.
	StreamURL, WaitURL string
}

// Sentence is one sentence or line with the numbers of its sources.
type Sentence struct {
	Text    string
	Sources []int
	Within  []Group // what belongs to an item of a list
	kind    string
	depth   int
}

// Source is a passage that an answer cites.
type Source struct {
	N       int
	Title   string
	Heading string
	URL     string
}

// New parses the page's template.
func New(site *layout.Site, d Deps) (*Page, error) {
	p := &Page{Deps: d}
	return p, layout.Load(site, files, &p.view, "search.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.Search(http.MethodGet, "/search", p.show, "Search results with a cited answer").WaitsWith("answer"),
		route.Search(http.MethodGet, "/search/answer", p.stream, "Stream of a language model's answer").
			Costs(route.Writing),
	}
}

func (p *Page) show(c echo.Context) error {
	reader, inForce, asked := route.Reader(c), p.ServiceModel(), requested(c)
	r := Results{
		Query:   asked.text,
		First:   layout.Cursor(c) == "",
		CanOpen: route.Actor(c).Can(access.OpenTickets),
		Handoff: inForce.HandoffLine(),
	}
	r.TicketURL = layout.NewTicketURL(c, r.Query)
	if r.Query == "" {
		return p.view.Render(c, http.StatusOK, "Search", r)
	}
	found, err := p.Search.Search(c.Request().Context(), retrieval.Query{
		Text: r.Query, Visibility: kb.VisibleTo(reader), Limit: pageSize, Cursor: layout.Cursor(c),
		Kind: asked.narrowed[kindFacet], Service: asked.narrowed[serviceFacet], Locale: asked.narrowed[languageFacet],
	})
	if err != nil {
		return err
	}
	r.Hits, r.Total, r.Unnarrowed, r.BelowFloor = found.Hits, found.Total, found.Unnarrowed, found.BelowFloor
	r.Narrowed, r.Facets = asked.narrowings(found.Facets, inForce), asked.facets(found, inForce)
	r.WidestURL = asked.widest().url()
	if r.Corrected = found.Corrected; r.Corrected != "" {
		r.CorrectedURL = asked.about(r.Corrected).url()
	}
	r.Pager = layout.NewPager(c, found.Next)
	refused := false
	if r.First && len(r.Hits) > 0 && len(r.Narrowed) == 0 {
		r.Answer, refused = p.answer(c.Request().Context(), reader, cmp.Or(r.Corrected, r.Query),
			c.QueryParam("answer") == "model")
	}
	p.missed(c, r, asked, refused)
	return p.view.Render(c, http.StatusOK, r.Query+" – search", r)
}

// missed records a search that found nothing, or nothing probable enough. To count each
// search once, it ignores further pages, and searches narrowed to a kind or a language,
// which do not show that anything else is missing.
func (p *Page) missed(c echo.Context, r Results, asked request, refused bool) {
	g := desk.Gap{
		Query: r.Query, Service: asked.narrowed[serviceFacet], Actor: route.Actor(c), Session: route.ClientKey(c),
	}
	switch {
	case !r.First || asked.narrowed[kindFacet] != "" || asked.narrowed[languageFacet] != "":
		return
	case len(r.Hits) == 0:
		g.Kind = desk.GapNoResult
	case r.BelowFloor:
		g.Kind = desk.GapBelowFloor
	case refused:
		g.Kind = desk.GapRefused
	default:
		return
	}
	p.Gaps.Record(g)
}

func shorten(q string) string { return shortenTo(maxQuery, q) }

func shortenTo(n int, s string) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n])
	}
	return s
}
