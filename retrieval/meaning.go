package retrieval

import (
	"context"
	"math"

	"github.com/deskbook/deskbook/retrieval/sense"
)

// Meaning compares texts by what they mean rather than by their words. sense.Index
// implements it.
type Meaning interface {
	// Read returns a ticket's text, ready to be compared; nil while articles have no vectors yet.
	Read(ctx context.Context, subject, body string) (*sense.Text, error)
}

const (
	// meaningDepth is how many of the nearest articles in meaning are candidates; all others
	// count as near as the last of them.
	meaningDepth = 100
	// meaningWeight is the weight of the deviation in M, chosen on the development half of a set.
	meaningWeight = 0.3
	// meaningSpread is added to the standard deviation of cosines, which is small where there are
	// few articles.
	meaningSpread = 0.02
)

// meant is what the nearest articles in meaning say about a query.
type meant struct {
	near       map[int]int // by document: its place among the nearest
	deviations []float64   // of the nearest, in order: of the cosine from their mean, in standard deviations
}

// findMeant finds the nearest articles that the filter wants.
func (v *view) findMeant(t *sense.Text, f *filter) *meant {
	if t == nil {
		return nil
	}
	m := &meant{near: map[int]int{}}
	found := t.Articles(meaningDepth, func(id string) bool {
		d, ok := v.find(id)
		return ok && f.wants(d)
	})
	mean, squares := 0.0, 0.0
	for i, x := range found {
		d, _ := v.find(x.ID)
		m.near[d] = i
		mean += x.Cosine / float64(len(found))
		squares += x.Cosine * x.Cosine / float64(len(found))
	}
	spread := math.Sqrt(max(0, squares-mean*mean)) + meaningSpread
	for _, x := range found {
		m.deviations = append(m.deviations, (x.Cosine-mean)/spread)
	}
	return m
}

// place returns the place of a document among the nearest, and its deviation.
func (m *meant) place(doc int) (rank int, deviation float64) {
	if i, ok := m.near[doc]; ok {
		return i, m.deviations[i]
	}
	if n := len(m.deviations); n > 0 {
		return n, m.deviations[n-1]
	}
	return 0, 0
}

// features returns what ranker.MeaningNames lists.
func (m *meant) features(c *candidate) []float64 {
	rank, deviation := m.place(c.doc)
	return []float64{
		deviation, 1 / float64(rank+2), -math.Log(float64(rank + 1)), c.vote.MeaningShare20, c.vote.MeaningShare50,
	}
}

// Meaning returns what the engine compares meanings with, nil for words alone.
func (e *Engine) Meaning() Meaning { return e.meaning }

// readMeaning returns the text to compare meanings with; nil where there is nothing to compare
// with, or where it fails: suggestions go on by words.
func (e *Engine) readMeaning(ctx context.Context, subject, body string) *sense.Text {
	if e.meaning == nil {
		return nil
	}
	t, err := e.meaning.Read(ctx, subject, body)
	if err != nil && ctx.Err() == nil {
		e.log.Error("meaning is not compared, words alone decide", "reason", err.Error())
	}
	return t
}
