package topic

import (
	"cmp"
	"hash/fnv"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	sketchTerms = 64      // terms of an article
	sketchSpace = 1 << 13 // slots to which terms are hashed
	sketchBytes = 3       // of one term: its slot, and its count
)

// Sketch says what an article is about, in a few bytes: its most frequent terms, those of the
// title counted three times. It does not depend on other articles; terms are weighted among
// those that a reader may see.
type Sketch []byte

// NewSketch returns the sketch of an article.
func NewSketch(title, body []terms.Token) Sketch {
	count := map[string]int{}
	for _, t := range body {
		count[t.Term]++
	}
	for _, t := range title {
		count[t.Term] += 2
	}
	keys := slices.Sorted(maps.Keys(count))
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(count[b], count[a]) })
	var out Sketch
	for _, k := range keys[:min(len(keys), sketchTerms)] {
		h := fnv.New32a()
		h.Write([]byte(k))
		slot := h.Sum32() % sketchSpace
		out = append(out, byte(slot>>8), byte(slot), byte(min(count[k], 255)))
	}
	return out
}

// each visits the slots of a sketch.
func (s Sketch) each(visit func(slot uint16, times byte)) {
	for ; len(s) >= sketchBytes; s = s[sketchBytes:] {
		visit((uint16(s[0])<<8|uint16(s[1]))%sketchSpace, s[2])
	}
}

// Space weights the slots of sketches by how rare they are among some articles.
type Space struct {
	idf []float32
}

// NewSpace returns the space of these n articles.
func NewSpace(articles iter.Seq[Sketch], n int) Space {
	df := make([]int, sketchSpace)
	for s := range articles {
		s.each(func(slot uint16, _ byte) { df[slot]++ })
	}
	w := Space{idf: make([]float32, sketchSpace)}
	for slot, k := range df {
		if k > 1 { // a term of a single article says nothing about others
			w.idf[slot] = float32(math.Log((float64(n) + 1) / (float64(k) + .5)))
		}
	}
	return w
}

// damped is 1+ln of a count.
var damped = func() (d [256]float32) {
	for i := range d {
		d[i] = float32(1 + math.Log(float64(max(i, 1))))
	}
	return d
}()

// direction is a weighted sketch of unit length.
type direction struct {
	slots   []uint16
	weights []float32
}

// direction returns the direction of a sketch.
func (w Space) direction(s Sketch) direction {
	n := len(s) / sketchBytes
	x := direction{make([]uint16, 0, n), make([]float32, 0, n)}
	var sum float64
	s.each(func(slot uint16, times byte) {
		weight := damped[times] * w.idf[slot]
		x.slots, x.weights = append(x.slots, slot), append(x.weights, weight)
		sum += float64(weight) * float64(weight)
	})
	if sum > 0 {
		length := float32(math.Sqrt(sum))
		for i := range x.weights {
			x.weights[i] /= length
		}
	}
	return x
}
