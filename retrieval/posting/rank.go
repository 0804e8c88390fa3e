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

// sums pools accumulators: they are as long as the index.
var sums sync.Pool

func newSums(n int) *[]float32 {
	s, ok := sums.Get().(*[]float32)
	if !ok || cap(*s) < n {
		fresh := make([]float32, n+n/8)
		s = &fresh
	}
	*s = (*s)[:n]
	clear(*s)
	return s
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
)

// Top returns the documents with the k highest scores, at least one, and others that are equal to the last of
// these, in ascending order of documents. All others score less.
func Top(q Query, k int) []Scored {
	acc := newSums(q.Docs)
	defer sums.Put(acc)
	r := ranker{Query: q, acc: *acc, k: max(1, k)}
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
	k          int
	chosen     bool
	candidates []uint32 // in ascending order, once chosen: the only documents whose sums are right
	heap       []float32
	lowest     float32 // a score that k documents have at least
	seen       float32 // what was left when candidates were last chosen
}

// due reports whether it may pay to choose the candidates again.
func (r *ranker) due(read int, left, all float32) bool {
	if !r.chosen {
		return left < all*chooseBelow && read > len(r.acc)
	}
	return len(r.candidates) > 2*r.k && read > 8*len(r.candidates) && left < r.seen*chooseAgain
}

// add adds a part to the sums and returns about how many postings it read.
func (r *ranker) add(s *step) int {
	if !r.chosen || len(s.docs) < gallopFrom*len(r.candidates) {
		acc, w := r.acc, s.weight
		impacts := s.impacts[:len(s.docs)]
		for i, d := range s.docs {
			acc[d] += w * impacts[i]
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

// choose leaves out the documents that cannot be among the best, whatever the parts from here on
// add to them.
func (r *ranker) choose(left float32) {
	r.raise()
	lowest := r.lowest
	if !r.chosen && left >= lowest*slack { // a document that no list had so far could still be
		return
	}
	if !r.chosen {
		r.chosen = true
		for d, x := range r.acc {
			if x > 0 && r.factor(uint32(d))*(x+left) >= lowest*slack && r.wants(uint32(d)) {
				r.candidates = append(r.candidates, uint32(d))
			}
		}
		r.candidates = slices.Compact(slices.Sorted(slices.Values(append(r.candidates, r.Pinned...))))
		return
	}
	kept := r.candidates[:0]
	for _, d := range r.candidates {
		_, pinned := slices.BinarySearch(r.Pinned, d)
		if pinned || r.factor(d)*(r.acc[d]+left) >= lowest*slack {
			kept = append(kept, d)
		}
	}
	r.candidates = kept
}

// raise raises lowest to the k-th highest score so far.
func (r *ranker) raise() {
	r.heap = r.heap[:0]
	low := r.lowest // sums only grow: k documents have it at least
	see := func(d uint32, x float32) {
		if x *= r.factor(d); x > low && r.wants(d) {
			if r.offer(x); len(r.heap) == r.k {
				low = r.heap[0]
			}
		}
	}
	if r.chosen {
		for _, d := range r.candidates {
			if x := r.acc[d]; x > low { // factors are at most 1
				see(d, x)
			}
		}
	} else {
		for d, x := range r.acc {
			if x > low {
				see(uint32(d), x)
			}
		}
	}
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
	low := r.lowest
	see := func(d uint32, x float32) { // factors are at most 1
		if x *= r.factor(d); x < low || x <= 0 || !r.wants(d) {
			return
		}
		out = append(out, Scored{d, x})
		if r.offer(x); len(r.heap) == r.k {
			low = r.heap[0]
		}
	}
	if r.chosen {
		for _, d := range r.candidates {
			see(d, r.acc[d])
		}
	} else {
		for d, x := range r.acc {
			if x > 0 && x >= low {
				see(uint32(d), x)
			}
		}
	}
	return slices.DeleteFunc(out, func(s Scored) bool { return s.Score < low })
}

// All returns every wanted document that contains a term of the query, in ascending order.
func All(q Query) []Scored {
	acc := newSums(q.Docs)
	defer sums.Put(acc)
	r := ranker{Query: q, acc: *acc, k: 1}
	for _, s := range q.steps() {
		r.add(&s)
	}
	var out []Scored
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
