package sense

import (
	"context"
	"fmt"
)

// Text is a text as a vector, to be compared with articles and tickets.
type Text struct {
	x     *Index
	v     []float32
	rough small
}

// Read returns a ticket's text as a vector; nil until all articles have vectors for the first
// time.
func (x *Index) Read(ctx context.Context, subject, body string) (*Text, error) {
	if !x.whole.Load() {
		return nil, nil
	}
	text := ticketText(subject, body)
	k := []key{keyOf(queryKind, text)}
	kept, err := x.file.get(k)
	if err != nil {
		return nil, err
	}
	if n := kept[0].n; n != nil {
		v := make([]float32, len(n))
		for i, q := range n {
			v[i] = float32(q) * kept[0].scale
		}
		return &Text{x, v, kept[0]}, nil
	}
	x.asked.Add(1)
	v, err := x.o.Encoder.Query(ctx, text)
	x.asked.Add(-1)
	if err != nil {
		return nil, fmt.Errorf("read text: %w", err)
	}
	t := &Text{x, v, shrunk(v)}
	if x.o.KeepQueries {
		return t, x.file.put(k, []small{t.rough})
	}
	return t, nil
}

// Articles returns the n nearest of the accepted articles, nearest first.
func (t *Text) Articles(n int, accept func(id string) bool) []Scored {
	t.x.mu.RLock()
	defer t.x.mu.RUnlock()
	return nearest(t.x.articles, t.v, t.rough, n, accept)
}

// Tickets returns the n nearest of the accepted resolved tickets, nearest first.
func (t *Text) Tickets(n int, accept func(id string) bool) []Scored {
	t.x.mu.RLock()
	defer t.x.mu.RUnlock()
	return nearest(t.x.tickets, t.v, t.rough, n, accept)
}

// Article returns the cosine of an article; ok is false where it has no vector yet.
func (t *Text) Article(id string) (cosine float64, ok bool) {
	t.x.mu.RLock()
	defer t.x.mu.RUnlock()
	s, ok := t.x.articles[id]
	if !ok {
		return 0, false
	}
	return s.exact(t.v), true
}
