package ranker

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
)

// recalibrated returns the calibrator with its log odds scaled and shifted so that they fit
// the first half of some tickets, in order of time, if that lowers the log loss on the
// second half with confidence; otherwise it returns the calibrator as it is.
func recalibrated(w Weights, check []choice) Calibrator {
	const atLeast = 100 // tickets in each half
	half := len(check) / 2
	if half < atLeast {
		return w.Calibrator
	}
	shift, factor := 0.0, 1.0
	var first []oddsCase
	for i := range check[:half] {
		first = append(first, check[i].odds(&w)...)
	}
	for range 20 { // Newton's method, with a weak prior at 0 and 1
		var g, h [2]float64
		cross := 0.0
		g[0], g[1], h[0], h[1] = -shift, -(factor - 1), 1, 1
		for _, o := range first {
			p := 1 / (1 + math.Exp(-(shift + factor*o.z)))
			d, v := o.label-p, p*(1-p)
			g[0], g[1] = g[0]+d, g[1]+d*o.z
			h[0], h[1], cross = h[0]+v, h[1]+v*o.z*o.z, cross+v*o.z
		}
		det := h[0]*h[1] - cross*cross
		shift += (g[0]*h[1] - g[1]*cross) / det
		factor += (g[1]*h[0] - g[0]*cross) / det
	}
	if math.IsNaN(shift) || math.IsNaN(factor) || factor <= 0 {
		return w.Calibrator
	}
	var saved []float64
	for i := range check[half:] {
		sum := 0.0
		for _, o := range check[half+i].odds(&w) {
			sum += o.loss(o.z) - o.loss(shift+factor*o.z)
		}
		saved = append(saved, sum)
	}
	if measure.Paired(saved, make([]float64, len(saved)), 0.95).Low > 0 {
		return w.Calibrator.moved(shift, factor)
	}
	return w.Calibrator
}

// moved returns the calibrator whose log odds are shift + factor·z.
func (c Calibrator) moved(shift, factor float64) Calibrator {
	for i := range c.Weights {
		c.Weights[i] *= factor
	}
	for i := 0; i < wordFigures; i += youngFigures { // the constants add up to one
		c.Weights[i] += shift
	}
	return c
}

// oddsCase is one candidate: its log odds, and whether it is right.
type oddsCase struct{ z, label float64 }

func (o oddsCase) loss(z float64) float64 {
	if o.label > 0 {
		z = -z
	}
	return math.Log1p(math.Exp(min(z, 500)))
}

// odds returns the calibrator's log odds for the first five candidates of a ticket.
func (c *choice) odds(w *Weights) []oddsCase {
	r := c.ranking
	r.List = slices.Clone(c.ranking.List)
	z := c.scores(w)
	shares := Shares(z[:len(r.List)])
	gains := map[int]float64{}
	for i := range r.List {
		x := &r.List[i]
		x.Z, x.Share = z[i], shares[i]
		gains[x.Doc] = c.Gains[i]
	}
	slices.SortStableFunc(r.List, func(a, b Candidate) int { return cmp.Compare(b.Z, a.Z) })
	var out []oddsCase
	for i := range r.List[:min(fitDepthSmall, len(r.List))] {
		o := oddsCase{z: w.Calibrator.odds(r.Features(i))}
		if gains[r.List[i].Doc] > 0 {
			o.label = 1
		}
		out = append(out, o)
	}
	return out
}
