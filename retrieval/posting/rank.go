package posting

import (
	"cmp"
	"slices"
	"sync"
)

// Term is a term of a query: its list and its weight.
type Term struct {
	List   *List
	Weight float64
}

// Scored is a document with its score.
type Scored struct {
	Doc   uint32
	Score float32
}

// Query is what documents are ranked by.
type Query struct {
	Terms []Term
	Docs  int // numbers of documents are below it
	// Wanted are the documents that may be returned; nil for all visible ones.
	Wanted Bitset
	// Pinned are documents that are returned whatever their score, in ascending order.
	Pinned []uint32
	// Groups is the group of each document, and Factors by what the scores of each group are
	// multiplied, at most 1; nil for none.
	Groups  []uint8
	Factors []float32
}

// factor returns by what a document's score is multiplied.
func (q *Query) factor(doc uint32) float32 {
	if q.Factors == nil {
		return 1
	}
	return q.Factors[q.Groups[doc]]
}

func (q *Query) wants(doc uint32) bool { return q.Wanted == nil || q.Wanted.Has(int(doc)) }

// step is one part of one term's list.
type step struct {
	*part
	term   int
	weight float32
	bound  float32 // the most that it adds to a score
	left   float32 // the most that it and what follows add to a score
}

// steps returns the parts of all lists, the one that can add most first.
func (q *Query) steps() []step {
	var out []step
	for i, t := range q.Terms {
		if t.List == nil {
			continue
		}
		for k := range t.List.parts {
			p, w := &t.List.parts[k], float32(t.Weight)
			out = append(out, step{part: p, term: i, weight: w, bound: w * p.most})
		}
	}
	slices.SortStableFunc(out, func(a, b step) int { return cmp.Compare(b.bound, a.bound) })
	most := make([]float32, len(q.Terms)) // of the parts from here on
	left := float32(0)
	for i := len(out) - 1; i >= 0; i-- {
		// A document is in one part of a term's list at most.
		left += out[i].bound - most[out[i].term]
		most[out[i].term] = out[i].bound
		out[i].left = left
	}
	return out
}

// sums pools accumulators, which are as long as the index and zero.
var sums sync.Pool

func newSums(n int) []float32 {
	s, ok := sums.Get().(*[]float32)
	if !ok || cap(*s) < n {
		return make([]float32, n, n+n/8)
	}
	return (*s)[:n]
}

const (
	// slack makes up for rounding where a score is compared with what it can become.
	slack = 1 - 1e-4
	// gallopFrom is by how much a part must be longer than the list of candidates for looking
	// these up to cost less than reading the part.
	gallopFrom = 8
	// chooseBelow is the share of the highest possible score that must be left at most before
	// candidates are chosen.
	chooseBelow = 0.4
	// chooseAgain is the same for choosing among the candidates, as a share of what was left
	// the last time.
	chooseAgain = 0.8
	// denseFrom is the part of all documents from which reading all sums costs less than keeping
	// a list of those that are not zero.
	denseFrom = 8
)

// Top returns the documents with the k highest scores, at least one, and others that are equal to the last of
// these, in ascending order of documents. All others score less.
func Top(q Query, k int) []Scored {
	r := ranker{Query: q, acc: newSums(q.Docs), k: max(1, k)}
	defer r.release()
	steps := q.steps()
	read := 0 // postings since the candidates were last chosen
	for i := range steps {
		s := &steps[i]
		if i > 0 && r.due(read, s.left, steps[0].left) {
			r.choose(s.left)
			read, r.seen = 0, s.left
		}
		read += r.add(s)
	}
	return r.pin(r.best())
}

// ranker is the state of one ranking.
type ranker struct {
	Query
	acc        []float32
	touched    []uint32 // the documents whose sums are not zero, in no order; unless dense
	dense      bool     // too many are not zero to list them
	k          int
	chosen     bool
	candidates []uint32 // in ascending order, once chosen: the only documents whose sums are right
	heap       []float32
	lowest     float32 // a score that k documents have at least
	seen       float32 // what was left when candidates were last chosen
}

// release returns the accumulator to the pool.
func (r *ranker) release() {
	if r.dense {
		clear(r.acc)
	} else {
		for _, d := range r.touched {
			r.acc[d] = 0
		}
	}
	sums.Put(&r.acc)
}

// visit visits the documents that can be among the best and whose sums are above low, which may
// rise meanwhile, with their sums: in ascending order unless the few of many are listed. Factors are
// at most 1, so that no score is above its sum.
func (r *ranker) visit(low *float32, see func(d uint32, x float32)) {
	list := r.touched
	switch {
	case r.chosen:
		list = r.candidates
	case r.dense:
		for d, x := range r.acc {
			if x > *low {
				see(uint32(d), x)
			}
		}
		return
	}
	for _, d := range list {
		if x := r.acc[d]; x > *low {
			see(d, x)
		}
	}
}

// due reports whether it may pay to choose the candidates again.
func (r *ranker) due(read int, left, all float32) bool {
	if r.chosen {
		return len(r.candidates) > 2*r.k && read > 8*len(r.candidates) && left < r.seen*chooseAgain
	}
	cost := len(r.touched)
	if r.dense {
		cost = len(r.acc)
	}
	return left < all*chooseBelow && read > max(cost, r.k)
}

// add adds a part to the sums and returns about how many postings it read.
func (r *ranker) add(s *step) int {
	if !r.chosen || len(s.docs) < gallopFrom*len(r.candidates) {
		if !r.dense && len(r.touched)+len(s.docs) > len(r.acc)/denseFrom {
			r.dense = true
		}
		if r.dense {
			r.addDense(s)
		} else {
			r.addSparse(s)
		}
		return len(s.docs)
	}
	at := 0
	for _, d := range r.candidates {
		if at = seek(s.docs, at, d); at == len(s.docs) {
			break
		}
		if s.docs[at] == d {
			r.acc[d] += s.weight * s.impacts[at]
		}
	}
	return len(r.candidates)
}

func (r *ranker) addDense(s *step) {
	acc, w := r.acc, s.weight
	impacts := s.impacts[:len(s.docs)]
	for i, d := range s.docs {
		acc[d] += w * impacts[i]
	}
}

func (r *ranker) addSparse(s *step) {
	acc, w, touched := r.acc, s.weight, r.touched
	impacts := s.impacts[:len(s.docs)]
	for i, d := range s.docs {
		if acc[d] == 0 {
			touched = append(touched, d)
		}
		acc[d] += w * impacts[i]
	}
	r.touched = touched
}

// choose leaves out the documents that cannot be among the best, whatever the parts from here on
// add to them.
func (r *ranker) choose(left float32) {
	r.raise()
	lowest := r.lowest * slack
	if r.chosen {
		r.candidates = slices.DeleteFunc(r.candidates, func(d uint32) bool {
			if r.factor(d)*(r.acc[d]+left) >= lowest {
				return false
			}
			_, pinned := slices.BinarySearch(r.Pinned, d)
			return !pinned
		})
		return
	}
	if left >= lowest { // a document that no list had so far could still be
		return
	}
	var kept []uint32
	above := max(0, lowest-left)
	r.visit(&above, func(d uint32, x float32) {
		if r.factor(d)*(x+left) >= lowest && r.wants(d) {
			kept = append(kept, d)
		}
	})
	kept = append(kept, r.Pinned...)
	slices.Sort(kept)
	r.candidates, r.chosen = slices.Compact(kept), true
}

// raise raises lowest to the k-th highest score so far.
func (r *ranker) raise() {
	r.heap = r.heap[:0]
	low := r.lowest // sums only grow: k documents have it at least
	r.visit(&low, func(d uint32, x float32) {
		if x *= r.factor(d); x > low && r.wants(d) {
			if r.offer(x); len(r.heap) == r.k {
				low = r.heap[0]
			}
		}
	})
	r.lowest = low
}

// offer adds a score to the heap of the k highest, the lowest of which is on top.
func (r *ranker) offer(x float32) {
	h := r.heap
	if len(h) < r.k {
		h = append(h, x)
		for i := len(h) - 1; i > 0 && h[i] < h[(i-1)/2]; i = (i - 1) / 2 {
			h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
		}
		r.heap = h
		return
	}
	if x <= h[0] {
		return
	}
	h[0] = x
	for i := 0; ; {
		c := 2*i + 1
		if c+1 < len(h) && h[c+1] < h[c] {
			c++
		}
		if c >= len(h) || h[i] <= h[c] {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

// best returns the documents that do not score less than the k-th, in ascending order.
func (r *ranker) best() []Scored {
	r.heap = r.heap[:0]
	var out []Scored
	low, above := r.lowest, r.lowest*slack
	r.visit(&above, func(d uint32, x float32) {
		if x *= r.factor(d); x < low || !r.wants(d) {
			return
		}
		out = append(out, Scored{d, x})
		if r.offer(x); len(r.heap) == r.k {
			low = r.heap[0]
			above = low * slack
		}
	})
	out = slices.DeleteFunc(out, func(s Scored) bool { return s.Score < low })
	if !r.chosen && !r.dense {
		slices.SortFunc(out, func(a, b Scored) int { return cmp.Compare(a.Doc, b.Doc) })
	}
	return out
}

// All returns every wanted document that contains a term of the query, in ascending order.
func All(q Query) []Scored {
	r := ranker{Query: q, acc: newSums(q.Docs), k: 1, dense: true}
	defer r.release()
	for _, s := range q.steps() {
		r.add(&s)
	}
	n := 0
	for _, x := range r.acc {
		if x > 0 {
			n++
		}
	}
	out := make([]Scored, 0, n)
	for d, x := range r.acc {
		if x > 0 && r.wants(uint32(d)) {
			out = append(out, Scored{uint32(d), x * r.factor(uint32(d))})
		}
	}
	return out
}

// pin adds the pinned documents that are not among those found, which are in ascending order.
func (r *ranker) pin(found []Scored) []Scored {
	n := len(found)
	byDoc := func(s Scored, d uint32) int { return cmp.Compare(s.Doc, d) }
	for _, d := range r.Pinned {
		if _, ok := slices.BinarySearchFunc(found[:n], d, byDoc); !ok {
			found = append(found, Scored{d, r.factor(d) * r.acc[d]})
		}
	}
	if len(found) > n {
		slices.SortFunc(found, func(a, b Scored) int { return cmp.Compare(a.Doc, b.Doc) })
	}
	return found
}
