package sense

import (
	"context"
	"fmt"
	"sync"
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
		if f := x.formerIndex(); f != nil {
			return f.Read(ctx, subject, body)
		}
		return nil, nil
	}
	text := ticketText(subject, body)
	k := keyOf(queryKind, text)
	if v, ok := x.recent.get(k); ok {
		return x.text(v), nil
	}
	kept, err := x.file.get([]key{k})
	if err != nil {
		return nil, err
	}
	if v := kept[0]; v.n != nil && x.fits(v) {
		return x.text(v), nil
	}
	x.asked.Add(1)
	v, err := x.o.Encoder.Query(ctx, text)
	x.asked.Add(-1)
	if err != nil {
		return nil, fmt.Errorf("read text: %w", err)
	}
	t := x.text(shrunk(v)) // rounded as it is when it comes from the file
	if !x.fits(t.rough) {
		x.resized.Store(int64(len(t.rough.n)))
		return nil, fmt.Errorf("read text: %w", errResized)
	}
	x.recent.put(k, t.rough)
	if x.o.KeepQueries {
		return t, x.file.put([]key{k}, []small{t.rough})
	}
	return t, nil
}

func (x *Index) text(v small) *Text { return &Text{x, v.numbers(), v} }

// recent holds the vectors of the latest questions: a ticket is asked for several times while it
// comes in.
type recent struct {
	mu         sync.Mutex
	young, old map[key]small
}

func (r *recent) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.young, r.old = nil, nil
}

// recentQuestions is how many questions are held at least, and half of how many at most.
const recentQuestions = 256

func (r *recent) get(k key) (small, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.young[k]; ok {
		return v, true
	}
	v, ok := r.old[k]
	return v, ok
}

func (r *recent) put(k key, v small) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young == nil || len(r.young) >= recentQuestions {
		r.old, r.young = r.young, map[key]small{}
	}
	r.young[k] = v
}

// Articles returns the n nearest of the accepted articles, nearest first.
func (t *Text) Articles(n int, accept func(id string) bool) []Scored {
	t.x.mu.RLock()
	defer t.x.mu.RUnlock()
	return t.nearest(t.x.articles, n, accept)
}

// Tickets returns the n nearest of the accepted resolved tickets, nearest first.
func (t *Text) Tickets(n int, accept func(id string) bool) []Scored {
	t.x.mu.RLock()
	defer t.x.mu.RUnlock()
	return t.nearest(t.x.tickets, n, accept)
}

// nearest returns nothing where vectors have another size by now.
func (t *Text) nearest(s *shelf, n int, accept func(id string) bool) []Scored {
	if s.size != len(t.v) {
		return nil
	}
	return s.nearest(t.v, t.rough, n, accept)
}

// Article returns the cosine of an article; ok is false where it has no vector yet.
func (t *Text) Article(id string) (cosine float64, ok bool) {
	t.x.mu.RLock()
	defer t.x.mu.RUnlock()
	p, ok := t.x.articles.places[id]
	if !ok || t.x.articles.size != len(t.v) {
		return 0, false
	}
	return t.x.articles.exact(p, t.v), true
}
