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

// shrunk rounds a vector.
func shrunk(v []float32) small {
	most := float32(0)
	for _, x := range v {
		most = max(most, x, -x)
	}
	s := small{scale: most / 127, n: make([]int8, len(v))}
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

// set is the chunks of an article, or the one of a ticket, side by side.
type set struct {
	scales []float32
	n      []int8
}

func joined(vectors []small) set {
	var s set
	for _, v := range vectors {
		s.scales, s.n = append(s.scales, v.scale), append(s.n, v.n...)
	}
	return s
}

// near returns the cosine of the nearest chunk, with the query in small integers.
func (s set) near(q small) float64 {
	best, size := float32(-1), len(q.n)
	for i, scale := range s.scales {
		best = max(best, scale*q.scale*float32(nn.Dot(s.n[i*size:(i+1)*size], q.n)))
	}
	return float64(best)
}

// exact is near with the query's own numbers.
func (s set) exact(q []float32) float64 {
	best, size := float32(-1), len(q)
	for i, scale := range s.scales {
		var sum float32
		for k, x := range s.n[i*size : (i+1)*size] {
			sum += float32(x) * q[k]
		}
		best = max(best, scale*sum)
	}
	return float64(best)
}

// Scored is an article or a ticket with its cosine to a text.
type Scored struct {
	ID     string
	Cosine float64
}

// nearest returns the n nearest of the accepted sets, nearest first: all of them are scanned, and
// twice as many as asked for are compared exactly. Equal ones are in order of id.
func nearest(all map[string]set, q []float32, rough small, n int, accept func(id string) bool) []Scored {
	var top topk.List[Scored]
	top.Reset(2*n, func(a, b Scored) bool { return compare(a, b) > 0 })
	for id, s := range all {
		x := Scored{id, s.near(rough)}
		if top.Full() && compare(x, top.Worst()) > 0 || !accept(id) {
			continue
		}
		top.Offer(x)
	}
	out := slices.Clone(top.Items())
	for i := range out {
		out[i].Cosine = all[out[i].ID].exact(q)
	}
	slices.SortFunc(out, compare)
	return out[:min(n, len(out))]
}

func compare(a, b Scored) int {
	return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(a.ID, b.ID))
}
