package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// Searcher searches articles and similar tickets. *retrieval.Engine implements it.
type Searcher interface {
	port.Searcher
	desk.Suggester
	Complete(ctx context.Context, prefix string, vis kb.Visibility, limit int) ([]retrieval.Completion, error)
	// Ready reports whether the index has been brought up to date once.
	Ready() bool
	// Sequence returns the last change in the index.
	Sequence() int64
}

const completions = 8

type searchJSON struct {
	Hits       []desk.ArticleHit `json:"hits"`
	Next       string            `json:"next"`
	Total      int               `json:"total"`
	BelowFloor bool              `json:"below_floor"`
	Corrected  string            `json:"corrected,omitempty"`
	Facets     retrieval.Facets  `json:"facets"`
}

func (s *Server) search(c echo.Context) error {
	text, err := textParam(c, "q")
	if err != nil {
		return err
	}
	p, err := paging(c)
	if err != nil {
		return err
	}
	kind, err := choice(c, "kind", kb.Kinds()...)
	if err != nil {
		return err
	}
	audience, err := choice(c, "audience", kb.Audiences()...)
	if err != nil {
		return err
	}
	confidence, err := choice(c, "confidence", kb.Confidences()...)
	if err != nil {
		return err
	}
	res, err := s.deps.Search.Search(c.Request().Context(), retrieval.Query{
		Text: text, Visibility: kb.VisibleTo(route.Reader(c)), Kind: string(kind),
		Service: c.QueryParam("service"), Locale: c.QueryParam("locale"),
		Audience: string(audience), Confidence: string(confidence),
		Limit: min(p.Limit, maxHits), Cursor: p.Cursor,
	})
	if err != nil {
		return err
	}
	s.missedSearch(c, text, res)
	return c.JSON(http.StatusOK, searchJSON{
		Hits: hits(res.Hits), Next: res.Next, Total: res.Total, BelowFloor: res.BelowFloor, Corrected: res.Corrected,
		Facets: facets(res.Facets),
	})
}

// maxHits is the maximum number of hits per page; larger limits are reduced to it.
const maxHits = 50

func (s *Server) complete(c echo.Context) error {
	prefix, err := textParam(c, "q")
	if err != nil {
		return err
	}
	found, err := s.deps.Search.Complete(c.Request().Context(), prefix, kb.VisibleTo(route.Reader(c)), completions)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"completions": list(found)})
}

func (s *Server) suggest(c echo.Context) error {
	var in struct {
		Subject string `json:"subject"`
		Body    string `json:"body"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	actor := route.Actor(c)
	got, err := s.deps.Search.Suggest(c.Request().Context(), desk.SuggestRequest{
		Subject: in.Subject, Body: in.Body,
		Visibility: kb.VisibleTo(route.Reader(c)), Tickets: route.SeesAllTickets(actor),
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, suggestions(got))
}

func (s *Server) answer(c echo.Context) error {
	var in struct {
		Question string `json:"question"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	stream, err := wantsStream(c)
	if err != nil {
		return err
	}
	if stream {
		return s.streamAnswer(c, in.Question)
	}
	a, err := s.deps.Writer.Answer(c.Request().Context(), in.Question, kb.VisibleTo(route.Reader(c)))
	if err != nil {
		return err
	}
	s.missedAnswer(c, in.Question, a)
	return c.JSON(http.StatusOK, answerView(a))
}

// list replaces nil with an empty list: clients get [], never null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func hits(hs []desk.ArticleHit) []desk.ArticleHit {
	out := make([]desk.ArticleHit, len(hs))
	for i, h := range hs {
		h.Why, h.Passage.Marks = list(h.Why), list(h.Passage.Marks)
		out[i] = h
	}
	return out
}

func facets(f retrieval.Facets) retrieval.Facets {
	f.Kind.Values, f.Service.Values, f.Locale.Values = list(f.Kind.Values), list(f.Service.Values), list(f.Locale.Values)
	return f
}

func suggestions(g desk.Suggestions) desk.Suggestions {
	g.Articles, g.KnownErrors, g.Tickets = hits(g.Articles), hits(g.KnownErrors), list(g.Tickets)
	for i := range g.Tickets {
		g.Tickets[i].Why = list(g.Tickets[i].Why)
	}
	g.Duplicates = list(g.Duplicates)
	return g
}
