package retrieval

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
)

// A large knowledge base is several collections in one: each service or product has its own
// everyday words. A word that is on every page of one service seems rare among all articles,
// so that a ticket about that service would be ranked by its most common words. So the
// visible articles are sorted into topics by their words:
//
//	idf(w, d)  = ½ idf among the visible + ½ idf within the topic of d
//	S(d)       = Σ fields · e^(topicPull · fit(topic of d))
//	fit(topic) = Σ qw·ln(p(w|topic)/p(w)) / Σ qw, less the best topic's, not below topicLow
//
// The topics depend on the visible articles alone, whatever the order in which they were
// indexed.
const (
	topicSize   = 250  // articles of a topic on average
	topicFrom   = 1000 // visible articles: fewer are one topic, since a few hard boundaries do harm
	maxTopics   = 48
	topicSample = 8192 // most articles from which the topics are found
	topicRounds = 6
	topicPull   = 0.7
	topicLow    = -3.0
	topicPrior  = 5.0 // weight of p(w) in p(w|topic), in articles
	topicShare  = 0.5 // of the topic's idf
)

// The neighbourhood of the best articles: what is similar to most of them is more probable.
const (
	cohereFrom  = 100 // visible articles
	cohereTop   = 10
	coherePower = 4
	cohereReach = 200 // best articles that are compared
	coherePull  = 0.15
)

// topics says which topic each document of a view belongs to.
type topics struct {
	space wordSpace // of the visible documents
	of    []uint8   // by document; undefined for hidden ones
	size  []int     // visible documents of each; empty where all are one topic
}

// several reports whether there is more than one topic.
func (t *topics) several() bool { return t != nil && len(t.size) > 1 }

// topicsOf sorts the visible documents into topics, once per view and visibility.
func (v *view) topicsOf(vis kb.Visibility, visible bitset) *topics {
	key := filterKey(vis, narrowing{})
	v.mu.Lock()
	once, ok := v.topicSets[key]
	if !ok {
		once = sync.OnceValue(func() *topics { return v.findTopics(visible) })
		if len(v.topicSets) < 64 {
			v.topicSets[key] = once
		}
	}
	v.mu.Unlock()
	return once()
}

// findTopics runs spherical k-means over the sketches. It starts from articles at equal
// distances in the order of their ids, so that it depends on the articles alone.
func (v *view) findTopics(visible bitset) *topics {
	docs := v.inOrder(visible)
	if len(docs) < cohereFrom {
		return nil
	}
	out := &topics{}
	out.space.weigh(v, docs)
	if len(docs) >= topicFrom {
		out.assign(v, docs, min(len(docs)/topicSize, maxTopics))
	}
	return out
}

// assign finds k topics and assigns every document to one.
func (t *topics) assign(v *view, docs []int, k int) {
	vectors := make([]direction, 0, min(len(docs), topicSample))
	step := max(1, (len(docs)+topicSample-1)/topicSample)
	for i := 0; i < len(docs); i += step {
		vectors = append(vectors, t.space.direction(v.meta(docs[i]).Sketch))
	}
	// Centres are stored term by term, so that those of all topics for a term are adjacent.
	centres := make([]float32, sketchSpace*k)
	for g := range k {
		x := vectors[g*len(vectors)/k]
		for i, h := range x.slots {
			centres[int(h)*k+g] = x.weights[i]
		}
	}
	of := make([]uint8, len(vectors))
	near := make([]float32, k)
	for range topicRounds {
		for i, x := range vectors {
			of[i] = closest(centres, x, near)
		}
		recentre(centres, vectors, of, k)
	}
	t.of, t.size = make([]uint8, v.docs), make([]int, k)
	for _, d := range docs {
		g := closest(centres, t.space.direction(v.meta(d).Sketch), near)
		t.of[d] = g
		t.size[g]++
	}
}

// inOrder lists the visible documents by id.
func (v *view) inOrder(visible bitset) []int {
	var docs []int
	for d := range v.docs {
		if visible.has(d) {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b int) int { return cmp.Compare(v.meta(a).ID, v.meta(b).ID) })
	return docs
}

// closest returns the topic whose centre is nearest to the vector, the first of equals.
func closest(centres []float32, x direction, near []float32) uint8 {
	k := len(near)
	clear(near)
	for i, h := range x.slots {
		w := x.weights[i]
		for g, c := range centres[int(h)*k : int(h)*k+k] {
			near[g] += w * c
		}
	}
	best := 0
	for g := range near {
		if near[g] > near[best] {
			best = g
		}
	}
	return uint8(best)
}

// recentre moves each centre to the mean of its vectors, at unit length.
func recentre(centres []float32, vectors []direction, of []uint8, k int) {
	clear(centres)
	for i, x := range vectors {
		g := int(of[i])
		for j, h := range x.slots {
			centres[int(h)*k+g] += x.weights[j]
		}
	}
	length := make([]float64, k)
	for i, c := range centres {
		length[i%k] += float64(c) * float64(c)
	}
	for i := range centres {
		if l := length[i%k]; l > 0 {
			centres[i] /= float32(math.Sqrt(l))
		}
	}
}

// among returns the same topics for fewer documents, n of them.
func (t *topics) among(visible bitset, n int) *topics {
	if t == nil || n < cohereFrom {
		return nil
	}
	out := &topics{space: t.space}
	if n < topicFrom {
		return out
	}
	out.of, out.size = t.of, make([]int, len(t.size))
	for d, g := range t.of {
		if visible.has(d) {
			out.size[g]++
		}
	}
	return out
}

// topicFit holds how well one query fits each topic.
type topicFit struct {
	t      *topics
	logs   []float64 // Σ qw·ln(p(w|topic)/p(w))
	absent []float64 // ln(p(w|topic)/p(w)) of a word that the topic does not have
	weight float64   // Σ qw
	df     []int
	out    []float64
	single [1]float64
}

func newTopicFit(t *topics) *topicFit {
	f := &topicFit{}
	if !t.several() {
		return f
	}
	f.t = t
	k := len(t.size)
	f.logs, f.absent, f.df, f.out = make([]float64, k), make([]float64, k), make([]int, k), make([]float64, k)
	for g, n := range t.size {
		f.absent[g] = math.Log(topicPrior / (float64(n) + topicPrior))
	}
	return f
}

// count returns the visible documents of each topic that contain the term.
func (f *topicFit) count(g gathered, fl *filter) []int {
	clear(f.df)
	for i, s := range g.v.segs {
		for _, p := range g.lists[i] {
			if d := s.base + int(p.doc); fl.visible.has(d) {
				f.df[f.t.of[d]]++
			}
		}
	}
	return f.df
}

// add takes a term of the query into account.
func (f *topicFit) add(g gathered, fl *filter, weight float64) {
	if f.t == nil || g.df == 0 {
		return
	}
	whole := (float64(g.df) + .5) / (float64(fl.n) + 1)
	f.weight += weight
	for topic, df := range f.count(g, fl) {
		if df == 0 {
			f.logs[topic] += weight * f.absent[topic]
			continue
		}
		p := (float64(df) + topicPrior*whole) / (float64(f.t.size[topic]) + topicPrior)
		f.logs[topic] += weight * math.Log(p/whole)
	}
}

// weights returns the weight of a term by topic, a single one where there are no topics.
func (f *topicFit) weights(g gathered, fl *filter, weight float64) []float64 {
	whole := inverse(fl.n, g.df)
	if f.t == nil {
		f.single[0] = weight * whole
		return f.single[:]
	}
	for topic, df := range f.count(g, fl) {
		if df > 0 { // the others are not read
			f.out[topic] = weight * ((1-topicShare)*whole + topicShare*inverse(f.t.size[topic], df))
		}
	}
	return f.out
}

// factors returns by what the scores of each topic's documents are multiplied, nil where there
// are no topics.
func (f *topicFit) factors() []float64 {
	if f.t == nil || f.weight == 0 {
		return nil
	}
	high := slices.Max(f.logs)
	for g, l := range f.logs {
		f.out[g] = math.Exp(topicPull * max(topicLow, (l-high)/f.weight))
	}
	return f.out
}

// cohere raises the scores of articles that are similar to the best ones together: each of
// these counts by its score, and none for itself.
func (v *view) cohere(f *filter, t *textScores) {
	if f.topics == nil || len(t.touched) < 2 {
		return
	}
	type scored struct {
		doc int32
		dir direction
	}
	order := slices.Clone(t.touched)
	slices.SortFunc(order, func(a, b int32) int {
		if t.s[a] != t.s[b] {
			return cmp.Compare(t.s[b], t.s[a])
		}
		return cmp.Compare(v.meta(int(a)).ID, v.meta(int(b)).ID)
	})
	high := t.s[order[0]]
	if high <= 0 {
		return
	}
	var near []scored
	for _, d := range order[:min(len(order), cohereReach)] {
		near = append(near, scored{d, f.topics.space.direction(v.meta(int(d)).Sketch)})
	}
	middle := make([]float32, sketchSpace)
	weight := func(d int32) float32 { return float32(math.Pow(t.s[d]/high, coherePower)) }
	for _, x := range near[:min(len(near), cohereTop)] {
		w := weight(x.doc)
		for i, h := range x.dir.slots {
			middle[h] += w * x.dir.weights[i]
		}
	}
	likeness := make([]float64, len(near))
	for n, x := range near {
		var dot, own float32
		for i, h := range x.dir.slots {
			dot += middle[h] * x.dir.weights[i]
			own += x.dir.weights[i] * x.dir.weights[i]
		}
		if n < cohereTop {
			dot -= weight(x.doc) * own
		}
		likeness[n] = max(0, float64(dot))
	}
	most := slices.Max(likeness)
	for n, x := range near {
		t.s[x.doc] += coherePull * high * measure.Ratio(likeness[n], most)
	}
}
