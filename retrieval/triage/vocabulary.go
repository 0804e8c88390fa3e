package triage

import (
	"cmp"
	"math"
	"slices"
)

// Vocabulary is the words and pairs for which weights are learned, each with its rarity.
// Hashes are in order.
type Vocabulary struct {
	Hashes []uint32
	rarity []float32 // ln((n+1)/(df+1)) + 1
}

// Bounds of a vocabulary: a word that only one ticket has does not help with another.
const (
	minTickets  = 2
	maxFeatures = 1 << 13
)

// NewVocabulary returns the words and pairs of the tickets, the more frequent ones where
// there are too many.
func NewVocabulary(docs [][]Term) Vocabulary {
	counts := make(map[uint32]int32)
	for _, d := range docs {
		for _, t := range d {
			counts[t.hash]++
		}
	}
	type known struct {
		hash uint32
		df   int32
	}
	var list []known
	for h, n := range counts {
		if n >= minTickets {
			list = append(list, known{h, n})
		}
	}
	slices.SortFunc(list, func(a, b known) int {
		return cmp.Or(cmp.Compare(b.df, a.df), cmp.Compare(a.hash, b.hash))
	})
	list = list[:min(len(list), maxFeatures)]
	slices.SortFunc(list, func(a, b known) int { return cmp.Compare(a.hash, b.hash) })
	v := Vocabulary{Hashes: make([]uint32, len(list)), rarity: make([]float32, len(list))}
	for i, k := range list {
		v.Hashes[i] = k.hash
		v.rarity[i] = float32(math.Log(float64(len(docs)+1)/float64(k.df+1)) + 1)
	}
	return v
}

// Feature is one feature of a ticket: its index in the vocabulary and its value.
type Feature struct {
	Index int32
	Value float32
}

// Features returns the features of a ticket, as a vector of length one.
func (v Vocabulary) Features(terms []Term) []Feature {
	out := make([]Feature, 0, len(terms))
	var sum float64
	from := 0
	for _, t := range terms {
		i, ok := slices.BinarySearch(v.Hashes[from:], t.hash)
		from += i
		if !ok {
			continue
		}
		x := t.count * v.rarity[from]
		out = append(out, Feature{int32(from), x})
		sum += float64(x) * float64(x)
	}
	if sum > 0 {
		scale := float32(1 / math.Sqrt(sum))
		for i := range out {
			out[i].Value *= scale
		}
	}
	return slices.Clip(out)
}
