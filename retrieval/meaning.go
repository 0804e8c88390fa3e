package retrieval

import (
	"context"
	"math"

	"github.com/deskbook/deskbook/retrieval/measure"
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
	// meaningWeight is the weight of the cosine in M, chosen on the development half of a set.
	meaningWeight = 4.0
)

// meaningNames are the names of the features that a candidate has in addition where meanings
// are compared.
func meaningNames() []string {
	return []string{
		"meaning", "meaning of best", "meaning rank", "meaning rank log", "meaning deviation",
		"meaning votes of 20", "meaning votes of 50", "meaning of ticket", "meaning of tickets",
	}
}

// meant is what the nearest articles in meaning say about a query.
type meant struct {
	near         map[int]int // by document: its place among the nearest
	cosines      []float64   // of the nearest, in order
	mean, spread float64
}

// findMeant finds the nearest articles that the filter wants.
func (v *view) findMeant(t *sense.Text, f *filter) *meant {
	if t == nil {
		return nil
	}
	m := &meant{near: map[int]int{}}
	found := t.Articles(meaningDepth, func(id string) bool {
		d, ok := v.find(id)
		return ok && f.wanted.has(d)
	})
	squares := 0.0
	for i, x := range found {
		d, _ := v.find(x.ID)
		m.near[d] = i
		m.cosines = append(m.cosines, x.Cosine)
		m.mean += x.Cosine / float64(len(found))
		squares += x.Cosine * x.Cosine / float64(len(found))
	}
	m.spread = math.Sqrt(max(0, squares-m.mean*m.mean))
	return m
}

// place returns the place of a document among the nearest, and its cosine.
func (m *meant) place(doc int) (rank int, cosine float64) {
	if i, ok := m.near[doc]; ok {
		return i, m.cosines[i]
	}
	if n := len(m.cosines); n > 0 {
		return n, m.cosines[n-1]
	}
	return 0, 0
}

// features returns what meaningNames lists.
func (m *meant) features(c *candidate) []float64 {
	rank, cosine := m.place(c.doc)
	best := cosine
	if len(m.cosines) > 0 {
		best = m.cosines[0]
	}
	return []float64{
		cosine, measure.Ratio(cosine, best), 1 / float64(rank+2), -math.Log(float64(rank + 1)),
		measure.Ratio(cosine-m.mean, m.spread+.02),
		c.vote.MeaningShare20, c.vote.MeaningShare50, c.vote.MeaningBest, c.vote.MeaningTop,
	}
}

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
