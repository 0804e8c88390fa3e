package topic

import (
	"math"
	"slices"
)

// The neighbourhood of the best articles: what is similar to most of them is more probable.
const (
	cohereTop   = 10
	coherePower = 4
	coherePull  = 0.15
)

const (
	// CohereFrom is the number of articles from which scores are raised by likeness.
	CohereFrom = 100
	// CohereReach is how many of the best articles are compared.
	CohereReach = 200
)

// Cohere returns by how much the scores of articles rise that are similar to the best ones
// together: each of these counts by its score, and none for itself. The articles are given
// best first, with their scores.
func (w Space) Cohere(articles []Sketch, scores []float64) []float64 {
	out := make([]float64, len(articles))
	if len(articles) < 2 || scores[0] <= 0 {
		return out
	}
	high := scores[0]
	middle := make([]float32, sketchSpace)
	weight := func(n int) float32 { return float32(math.Pow(scores[n]/high, coherePower)) }
	for n, a := range articles[:min(len(articles), cohereTop)] {
		k, x := weight(n), w.direction(a)
		for i, h := range x.slots {
			middle[h] += k * x.weights[i]
		}
	}
	for n, a := range articles {
		var dot, own float32
		a.each(func(slot uint16, times byte) {
			x := damped[times] * w.idf[slot]
			dot += middle[slot] * x
			own += x * x
		})
		if own == 0 {
			continue
		}
		dot /= float32(math.Sqrt(float64(own)))
		if n < cohereTop {
			dot -= weight(n)
		}
		out[n] = max(0, float64(dot))
	}
	if top := slices.Max(out); top > 0 {
		for n := range out {
			out[n] *= coherePull * high / top
		}
	}
	return out
}
