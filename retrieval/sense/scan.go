package sense

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
	"github.com/deskbook/deskbook/retrieval/topk"
)

// small is a vector of unit length in small integers: the numbers are scale·n. Its inner products
// differ from the exact ones by less than .002.
type small struct {
	scale float32
	n     []int8
}

// shrunk rounds a vector; zeros fill it up to a size that is scanned fast.
func shrunk(v []float32) small {
	most := float32(0)
	for _, x := range v {
		most = max(most, x, -x)
	}
	s := small{scale: most / 127, n: make([]int8, (len(v)+nn.Granularity-1)/nn.Granularity*nn.Granularity)}
	if most == 0 {
		return s
	}
	for i, x := range v {
		s.n[i] = int8(math.Round(float64(x / s.scale)))
	}
	return s
}

// numbers returns the vector in numbers.
func (s small) numbers() []float32 {
	out := make([]float32, len(s.n))
	for i, x := range s.n {
		out[i] = float32(x) * s.scale
	}
	return out
}

// shelf holds the vectors of articles or tickets side by side, so that a scan reads memory in
// order. The vectors of one follow each other.
type shelf struct {
	size   int // of a vector
	n      []int8
	scales []float32
	owners []int32 // by vector: its owner, -1 for a vector that was removed
	ids    []string
	places map[string]place
	dead   int // vectors removed
}

// place is where the vectors of an owner are.
type place struct {
	owner, from, count int
}

// compactFrom is how many removed vectors are left in place at least.
const compactFrom = 1024

func newShelf(size int) *shelf { return &shelf{size: size, places: map[string]place{}} }

// put replaces the vectors of an owner.
func (s *shelf) put(id string, vectors []small) {
	s.remove(id)
	p := place{len(s.ids), len(s.owners), len(vectors)}
	s.ids, s.places[id] = append(s.ids, id), p
	for _, v := range vectors {
		s.n, s.scales, s.owners = append(s.n, v.n...), append(s.scales, v.scale), append(s.owners, int32(p.owner))
	}
}

func (s *shelf) remove(id string) {
	p, ok := s.places[id]
	if !ok {
		return
	}
	delete(s.places, id)
	for i := range p.count {
		s.owners[p.from+i] = -1
	}
	if s.dead += p.count; s.dead > compactFrom && s.dead > len(s.owners)/4 {
		s.compact()
	}
}

// compact drops what was removed.
func (s *shelf) compact() {
	to := newShelf(s.size)
	for owner, id := range s.ids {
		p, ok := s.places[id]
		if !ok || p.owner != owner {
			continue
		}
		to.places[id] = place{len(to.ids), len(to.owners), p.count}
		for range p.count {
			to.owners = append(to.owners, int32(len(to.ids)))
		}
		to.ids = append(to.ids, id)
		to.scales = append(to.scales, s.scales[p.from:p.from+p.count]...)
		to.n = append(to.n, s.n[p.from*s.size:(p.from+p.count)*s.size]...)
	}
	*s = *to
}

// exact returns the cosine of an owner's nearest vector, with the query's own numbers.
func (s *shelf) exact(p place, q []float32) float64 {
	best := float32(-1)
	for i := p.from; i < p.from+p.count; i++ {
		var sum float32
		for k, x := range s.n[i*s.size : (i+1)*s.size] {
			sum += float32(x) * q[k]
		}
		best = max(best, s.scales[i]*sum)
	}
	return float64(best)
}

// Scored is an article or a ticket with its cosine to a text.
type Scored struct {
	ID     string
	Cosine float64
}

// nearest returns the n nearest of the accepted owners, nearest first: all of them are scanned,
// and twice as many as asked for are compared exactly. Equal ones are in order of id.
func (s *shelf) nearest(q []float32, rough small, n int, accept func(id string) bool) []Scored {
	var top topk.List[Scored]
	top.Reset(2*n, func(a, b Scored) bool { return compare(a, b) > 0 })
	for i := 0; i < len(s.owners); {
		owner, best := s.owners[i], float32(-1)
		for ; i < len(s.owners) && s.owners[i] == owner; i++ {
			if owner >= 0 {
				best = max(best, s.scales[i]*rough.scale*float32(nn.Dot(s.n[i*s.size:(i+1)*s.size], rough.n)))
			}
		}
		if owner < 0 || top.Full() && float64(best) < top.Worst().Cosine {
			continue
		}
		if x := (Scored{s.ids[owner], float64(best)}); accept(x.ID) {
			top.Offer(x)
		}
	}
	out := slices.Clone(top.Items())
	for i := range out {
		out[i].Cosine = s.exact(s.places[out[i].ID], q)
	}
	slices.SortFunc(out, compare)
	return out[:min(n, len(out))]
}

func compare(a, b Scored) int {
	return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(a.ID, b.ID))
}
