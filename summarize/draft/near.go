package draft

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/thread"
)

// maxQueryRunes bounds the query for the nearest articles.
const maxQueryRunes = 2000

// decideNear decides by the articles that the ranking finds, once for the ticket as it was
// filed and once for its title with the resolution: an article on the same topic can also
// be found by what it says to do.
func (w *Writer) decideNear(ctx context.Context, th *thread.Thread, ms []statement) (verdict, error) {
	if w.deps.Search == nil {
		return verdict{}, nil
	}
	near, err := w.nearby(ctx, th, ms)
	if err != nil {
		return verdict{}, err
	}
	var v verdict
	for _, n := range near {
		score := max(n.byTicket, n.byResolution)
		if score >= retrieval.DefaultFloor && score > v.nearest.Score {
			v.nearest = kb.Nearest{ID: n.id, Title: n.title, Score: score}
		}
		if score < likelyHit && !n.agreed() {
			continue
		}
		a, ok, err := w.article(ctx, n.id)
		if err != nil {
			return verdict{}, err
		}
		if !ok {
			continue
		}
		nearest := v.nearest
		share, added := compare(ms, a)
		against, contrary := contradicted(ms, kb.PlainText(a.Markdown))
		switch {
		case contrary && score >= likelyHit:
			v = correct(a, against)
		case len(added) == 0 && score >= likelyHit && hasEnoughWords(ms):
			v = link(a, "%q, found with probability %.2f, already covers this resolution.", a.Title, score)
		case len(added) > 0 && (score >= certainHit || n.agreed()) && share >= relatedShare:
			v = edit(a, added)
		default:
			continue
		}
		v.nearest = nearest
		return v, nil
	}
	return v, nil
}

// hasEnoughWords reports whether a resolution is long enough for an article with all of
// its words to mean something.
func hasEnoughWords(ms []statement) bool {
	n := 0
	for _, m := range ms {
		n += m.Content
	}
	return n >= 4
}

// neighbour is an article near a resolved ticket, with its probability and its rank from
// 1, both for the ticket as filed and for its resolution.
type neighbour struct {
	id, title                  string
	byTicket, byResolution     float64
	ticketRank, resolutionRank int
}

// agreed reports whether an article ranks first for both the ticket and its resolution
// and is probable enough for the two together.
func (n neighbour) agreed() bool {
	return n.ticketRank == 1 && n.resolutionRank == 1 && n.byTicket+n.byResolution >= agreedHits
}

// Nearby returns the IDs of the articles near a resolved ticket that the gate considers,
// the most probable first.
func (w *Writer) Nearby(ctx context.Context, t desk.Ticket) ([]string, error) {
	th := thread.Read(t)
	near, err := w.nearby(ctx, th, resolutionOf(th))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range near {
		ids = append(ids, n.id)
	}
	return ids, nil
}

// nearby returns the articles near a resolved ticket by the sum of both probabilities.
func (w *Writer) nearby(ctx context.Context, th *thread.Thread, ms []statement) ([]neighbour, error) {
	const limit = 3
	found, err := w.deps.Search.Suggest(ctx, desk.SuggestRequest{
		Subject: th.Ticket.Subject, Body: th.Ticket.Body(), Exclude: th.Ticket.ID, At: th.Ticket.Resolution.At,
		Visibility: staffVisibility(), Limit: limit,
	})
	if err != nil {
		return nil, fmt.Errorf("find articles near ticket %s: %w", th.Ticket.ID, err)
	}
	var out []neighbour
	at := func(h desk.ArticleHit) *neighbour {
		i := slices.IndexFunc(out, func(n neighbour) bool { return n.id == h.Article.ID })
		if i < 0 {
			out = append(out, neighbour{id: h.Article.ID, title: h.Article.Title})
			i = len(out) - 1
		}
		return &out[i]
	}
	for i, h := range append(slices.Clone(found.KnownErrors), found.Articles...) {
		n := at(h)
		n.byTicket, n.ticketRank = h.Score, i+1
	}
	query := []string{th.Subject.Text + "."}
	for _, m := range ms {
		query = append(query, m.Text)
	}
	results, err := w.deps.Search.Search(ctx, retrieval.Query{
		Text: thread.Shorten(strings.Join(query, " "), maxQueryRunes), Visibility: staffVisibility(), Limit: limit,
	})
	if err != nil {
		return nil, fmt.Errorf("find articles that cover the resolution of ticket %s: %w", th.Ticket.ID, err)
	}
	for i, h := range results.Hits {
		n := at(h)
		n.byResolution, n.resolutionRank = h.Score, i+1
	}
	slices.SortStableFunc(out, func(a, b neighbour) int {
		return cmp.Compare(b.byTicket+b.byResolution, a.byTicket+a.byResolution)
	})
	return out, nil
}
