package retrieval

import (
	"context"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/deskbook/deskbook/retrieval/terms"
)

// scoredField is one field of an article's text with the settings of its BM25.
type scoredField struct {
	name          string
	weight, k1, b float64
}

// scoredFields are the settings of the text ranking: S(d) is the weighted sum of the fields'
// BM25. They were chosen on tickets: a ticket is long and repeats what matters, hence the
// high k1 for bodies and the damped counts of terms.QueryPower. Words in a heading or at the
// beginning of an article count again.
var scoredFields = [...]scoredField{
	{fieldBody, 1, 5, 0.65},
	{fieldTitle, 1, 1.2, 0.75},
	{fieldHeading, 0.4, 1.2, 0.75},
	{fieldLead, 0.3, 1.2, 0.75},
}

// bodyIdeal is the most that a term can contribute in a body with its headings and lead.
var bodyIdeal = func() (sum float64) {
	for _, f := range scoredFields {
		if f.name != fieldTitle {
			sum += f.weight * (f.k1 + 1)
		}
	}
	return sum
}()

// textScores holds S for every document of a view, and how much of the query's weight each
// document contains.
type textScores struct {
	s            []float64
	cover        []float64 // weight of the query's terms that the document contains
	subjectCover []float64 // the same over the terms of the query's title
	stamp        []int32
	touched      []int32
	idf          []float64 // of each query term, in bodies
	ideal        float64   // the limit of S in a body that repeats every term
	coverAll     float64
	subjectAll   float64
	maximum      float64
}

// A search lists documents that contain at least relevantShare of the query's weight that
// the best one contains, or score at least relevantScore of the highest score: below that,
// people find nothing that they looked for. Chosen, not fitted: docs/adr/010-titles-as-searches.md.
const (
	relevantShare = 0.5
	relevantScore = 0.5
)

// cut drops the documents that are not relevant enough to be listed.
func (t *textScores) cut() {
	cover := 0.0
	for _, d := range t.touched {
		cover = max(cover, t.cover[d])
	}
	t.keep(func(d int32) bool { return t.cover[d] >= relevantShare*cover || t.s[d] >= relevantScore*t.maximum })
}

// keep drops the documents that are not wanted.
func (t *textScores) keep(wanted func(doc int32) bool) {
	kept := t.touched[:0]
	for _, d := range t.touched {
		if wanted(d) {
			kept = append(kept, d)
			continue
		}
		t.s[d], t.cover[d], t.subjectCover[d], t.stamp[d] = 0, 0, 0, 0
	}
	t.touched = kept
}

// scratch pools accumulators between requests: they are as long as the index.
type scratch struct{ pool sync.Pool }

func (p *scratch) get(docs, ts int) *textScores {
	t, ok := p.pool.Get().(*textScores)
	if !ok || cap(t.s) < docs {
		t = &textScores{
			s: make([]float64, docs), cover: make([]float64, docs), subjectCover: make([]float64, docs),
			stamp: make([]int32, docs),
		}
	}
	t.s, t.cover, t.subjectCover, t.stamp = t.s[:docs], t.cover[:docs], t.subjectCover[:docs], t.stamp[:docs]
	t.touched, t.idf = t.touched[:0], make([]float64, ts)
	t.ideal, t.coverAll, t.subjectAll, t.maximum = 0, 0, 0, 0
	return t
}

// put returns the accumulators to the pool, cleared.
func (p *scratch) put(t *textScores) {
	for _, d := range t.touched {
		t.s[d], t.cover[d], t.subjectCover[d], t.stamp[d] = 0, 0, 0, 0
	}
	p.pool.Put(t)
}

// score computes S over the wanted documents of the filter, term by term. Document frequencies
// and lengths are those of the visible documents; see topic.go for the role of topics.
func (v *view) score(ctx context.Context, q *terms.Query, f *filter, t *textScores) error {
	fit, held := newTopicFit(f.topics), wordWeights{}
	for i, qt := range q.Terms {
		if i%32 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := v.scoreTerm(i, qt, f, t, fit, held); err != nil {
			return err
		}
	}
	held.sum(t)
	if factors := fit.factors(); factors != nil {
		for _, d := range t.touched {
			t.s[d] *= factors[f.topics.of[d]]
		}
	}
	v.cohere(f, t)
	for _, d := range t.touched {
		t.maximum = max(t.maximum, t.s[d])
	}
	return nil
}

// scoreTerm adds the contribution of one term of the query.
func (v *view) scoreTerm(i int, qt terms.QueryTerm, f *filter, t *textScores, fit *topicFit, held wordWeights) error {
	var found [len(scoredFields)]gathered
	common := 0 // documents that contain the term in the body, or else in another field
	for n, field := range scoredFields {
		g, err := v.gather(field.name, qt.Term, f)
		if err != nil {
			return err
		}
		found[n] = g
		if common == 0 {
			common = g.df
			fit.add(g, f, qt.Weight)
		}
	}
	idf := inverse(f.n, max(common, 1))
	t.idf[i] = idf
	weight := qt.Weight * idf
	held.note(qt, weight, common > 0)
	for n := range scoredFields {
		if found[n].df > 0 {
			found[n].add(t, f, n, fit.weights(found[n], f, qt.Weight*scoredFields[n].weight))
		}
	}
	for n := range scoredFields {
		found[n].cover(t, f, weight, int32(qt.WordNumber+1), qt.InTitle)
	}
	return nil
}

// wordWeights holds the weight of each word of the query: that of its heaviest reading that
// articles contain, or else that of its heaviest reading.
type wordWeights map[int]wordWeight

type wordWeight struct {
	weight           float64
	known, inSubject bool
}

func (w wordWeights) note(qt terms.QueryTerm, weight float64, known bool) {
	x, ok := w[qt.WordNumber]
	if !ok || known && !x.known || known == x.known && weight > x.weight {
		x.weight, x.known = weight, known
	}
	x.inSubject = x.inSubject || qt.InTitle
	w[qt.WordNumber] = x
}

// sum adds up the weights of all words, in their order: a sum must not depend on that of a
// map.
func (w wordWeights) sum(t *textScores) {
	for _, n := range slices.Sorted(maps.Keys(w)) {
		x := w[n]
		t.coverAll += x.weight
		t.ideal += x.weight * bodyIdeal
		if x.inSubject {
			t.subjectAll += x.weight
		}
	}
}

// inverse returns the inverse document frequency of BM25, in the form that is never negative.
func inverse(n, df int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+.5)/(float64(df)+.5))
}

// gathered holds a term's postings in all segments, with the visible document frequency.
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

// add accumulates weight·tf·(k1+1)/(tf+k1·(1−b+b·len/avg)), with the weight for the document's
// topic; there is one weight where there are no topics.
func (g gathered) add(t *textScores, f *filter, field int, weights []float64) {
	k1, b, average := scoredFields[field].k1, scoredFields[field].b, f.average[field]
	for i, s := range g.v.segs {
		for _, p := range g.lists[i] {
			d := s.base + int(p.doc)
			if !f.wanted.has(d) {
				continue
			}
			tf, weight := float64(p.tf), weights[0]
			if f.topics.several() {
				weight = weights[f.topics.of[d]]
			}
			if t.stamp[d] == 0 {
				t.stamp[d] = -1
				t.touched = append(t.touched, int32(d))
			}
			t.s[d] += weight * tf * (k1 + 1) / (tf + k1*(1-b+b*float64(s.metas[p.doc].Lengths[field])/average))
		}
	}
}

// cover records that the documents contain the term; in several fields it counts once.
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
				t.subjectCover[d] += weight
			}
		}
	}
}
