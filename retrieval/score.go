package retrieval

import (
	"context"
	"math"
	"sync"
)

// The settings of the text ranking: S(d) = field(body) + field(title). They were
// chosen on tickets: a ticket is long and repeats what matters, hence the high k1
// for bodies and the damped counts of queryPower.
const (
	bodyK1     = 5.0
	bodyB      = 0.65
	titleK1    = 1.2
	titleB     = 0.75
	queryPower = 0.75
)

// textScores holds S for every document of a view, and which share of the query's
// weight each document holds.
type textScores struct {
	s        []float64
	cover    []float64 // weight of the query's terms that the document holds
	lead     []float64 // the same over the terms of the query's title
	stamp    []int32
	touched  []int32
	idf      []float64 // of each query term, in bodies
	ideal    float64   // what a document that repeats every term for ever would score
	coverAll float64
	leadAll  float64
	maximum  float64
}

// scratch keeps accumulators between requests: they are as long as the index.
type scratch struct{ pool sync.Pool }

func (p *scratch) take(docs, terms int) *textScores {
	t, ok := p.pool.Get().(*textScores)
	if !ok || cap(t.s) < docs {
		t = &textScores{
			s: make([]float64, docs), cover: make([]float64, docs), lead: make([]float64, docs),
			stamp: make([]int32, docs),
		}
	}
	t.s, t.cover, t.lead, t.stamp = t.s[:docs], t.cover[:docs], t.lead[:docs], t.stamp[:docs]
	t.touched, t.idf = t.touched[:0], make([]float64, terms)
	t.ideal, t.coverAll, t.leadAll, t.maximum = 0, 0, 0, 0
	return t
}

// give takes the accumulators back, clean.
func (p *scratch) give(t *textScores) {
	for _, d := range t.touched {
		t.s[d], t.cover[d], t.lead[d], t.stamp[d] = 0, 0, 0, 0
	}
	p.pool.Put(t)
}

// score adds up S term at a time over the wanted documents of the filter. Document
// frequencies and lengths are those of what is visible.
func (v *view) score(ctx context.Context, q *query, f *filter, t *textScores) error {
	for i, qt := range q.terms {
		if i%32 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		body, err := v.gather(fieldBody, qt.term, f)
		if err != nil {
			return err
		}
		title, err := v.gather(fieldTitle, qt.term, f)
		if err != nil {
			return err
		}
		idf := inverse(f.n, max(body.df, 1))
		if body.df == 0 {
			idf = inverse(f.n, title.df)
		}
		t.idf[i] = idf
		weight := qt.weight * idf
		t.coverAll += weight
		t.ideal += weight * (bodyK1 + 1)
		if qt.inTitle {
			t.leadAll += weight
		}
		mark := int32(i + 1)
		body.add(t, f, qt.weight*inverse(f.n, body.df), bodyK1, bodyB, f.avgBody, bodyLen)
		title.add(t, f, qt.weight*inverse(f.n, title.df), titleK1, titleB, f.avgTitle, titleLen)
		body.cover(t, f, weight, mark, qt.inTitle)
		title.cover(t, f, weight, mark, qt.inTitle)
	}
	for _, d := range t.touched {
		t.maximum = max(t.maximum, t.s[d])
	}
	return nil
}

// inverse is the inverse document frequency of BM25 in the form that is never negative.
func inverse(n, df int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+.5)/(float64(df)+.5))
}

// gathered is a term's postings in all segments, with the visible document frequency.
type gathered struct {
	v     *view
	lists [][]posting
	df    int
}

func (v *view) gather(field, term string, f *filter) (gathered, error) {
	g := gathered{v: v, lists: make([][]posting, len(v.segs))}
	for i, s := range v.segs {
		list, err := s.list(field, term)
		if err != nil {
			return g, err
		}
		g.lists[i] = list
		for _, p := range list {
			if f.visible.has(s.base + int(p.doc)) {
				g.df++
			}
		}
	}
	return g, nil
}

func bodyLen(m *docMeta) int  { return m.BodyLen }
func titleLen(m *docMeta) int { return m.TitleLen }

// add accumulates weight·tf·(k1+1)/(tf+k1·(1−b+b·len/avg)).
func (g gathered) add(t *textScores, f *filter, weight, k1, b, avg float64, length func(*docMeta) int) {
	for i, s := range g.v.segs {
		for _, p := range g.lists[i] {
			d := s.base + int(p.doc)
			if !f.wanted.has(d) {
				continue
			}
			tf := float64(p.tf)
			if t.stamp[d] == 0 {
				t.stamp[d] = -1
				t.touched = append(t.touched, int32(d))
			}
			t.s[d] += weight * tf * (k1 + 1) / (tf + k1*(1-b+b*float64(length(&s.metas[p.doc]))/avg))
		}
	}
}

// cover notes that the documents hold the term; in both fields it counts once.
func (g gathered) cover(t *textScores, f *filter, weight float64, mark int32, lead bool) {
	for i, s := range g.v.segs {
		for _, p := range g.lists[i] {
			d := s.base + int(p.doc)
			if !f.wanted.has(d) || t.stamp[d] == mark {
				continue
			}
			t.stamp[d] = mark
			t.cover[d] += weight
			if lead {
				t.lead[d] += weight
			}
		}
	}
}
