package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const maxPassageHit = 20

// Passages returns the n passages of these articles that are most relevant to the text, best
// first. Articles outside the visibility are left out.
func (e *Engine) Passages(
	ctx context.Context, text string, vis kb.Visibility, articleIDs []string, n int,
) (hits []PassageHit, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis)
	if err != nil {
		return nil, err
	}
	q := terms.TicketQuery("", text, f.queryLanguages(text)...)
	idf, err := v.weights(q, f)
	if err != nil {
		return nil, err
	}
	room := newRoom()
	defer rooms.Put(room)
	articles, err := e.fetch(ctx, v, vis, f, articleIDs, room)
	if err != nil {
		return nil, fmt.Errorf("read passages: %w", err)
	}
	s := passage.NewScorer(q, idf)
	type match struct {
		passage.Match
		article shown
	}
	var all []match
	for _, id := range articleIDs {
		if a, ok := articles[id]; ok {
			for _, m := range s.Matches(a.Article) {
				all = append(all, match{m, a})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b match) int { return cmp.Compare(b.Score, a.Score) })
	for _, m := range all[:min(len(all), max(0, min(n, maxPassageHit)))] {
		p, marks := s.Read(m.article.Article, m.Match)
		hits = append(hits, PassageHit{m.article.ref, p, m.Share, marks})
	}
	return hits, nil
}

// weights returns the inverse document frequencies of the query's terms.
func (v *view) weights(q *terms.Query, f *filter) ([]float64, error) {
	idf := make([]float64, len(q.Terms))
	for i, t := range q.Terms {
		l, err := v.list(t.Term, f.scope)
		if err != nil {
			return nil, err
		}
		idf[i] = posting.Inverse(f.n, l.Frequency[bodyPlace])
	}
	return idf, nil
}
