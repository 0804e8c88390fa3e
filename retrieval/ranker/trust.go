package ranker

import (
	"cmp"
	"math"
	"slices"
)

// The prior of a young memory, fitted on earlier tickets with histories of 1 to 400 of them;
// docs/measured.md has the command.
const (
	// priorTickets is how many remembered tickets the text's own probability counts for against
	// what the memory says: from so few it cannot tell which words are common.
	priorTickets = 2.0
	// agreement is by how much the log odds of an article that tickets support rise while the
	// memory grows: the weights for a young memory underrate it there.
	agreement     = 0.4
	agreementHalf = 25.0
)

// Probabilities returns the probability of each candidate. While the memory is young, what few
// earlier tickets say is shrunk towards what the text says by itself: with k tickets remembered,
//
//	log odds = text + k/(k + priorTickets) · (all - text)
//
// and an article that n tickets support is no more probable than the rule of succession allows,
// (n + 1.5)/(n + 2), unless the text alone says so.
func (r *Ranking) Probabilities(c Calibrator) []float64 {
	out := make([]float64, len(r.List))
	grown, known := grownShare(r.Known), float64(r.Known)
	var text map[string]float64
	if r.Known > 0 {
		text = r.textOdds(c)
	}
	for i, x := range r.List {
		z := c.odds(r.Features(i))
		if text != nil {
			own := text[x.ID]
			trust := grown + (1-grown)*known/(known+priorTickets)
			z = own + trust*(z-own)
			if x.Support > 0 {
				z += agreement * (1 - grown) * known / (known + agreementHalf)
				z = min(z, max(own, math.Log((x.Links+1.5)/0.5)))
			}
		}
		out[i] = 1 / (1 + math.Exp(-z))
	}
	return out
}

// textOdds returns the candidates' log odds as they were if no ticket was remembered, by id.
func (r *Ranking) textOdds(c Calibrator) map[string]float64 {
	bare := Ranking{Articles: r.Articles, Sensed: r.Sensed, Near: r.Near, List: slices.Clone(r.List)}
	for k := range bare.List {
		x := &bare.List[k]
		x.M, x.Votes, x.Cosine = x.Bare, 0, 0
	}
	slices.SortStableFunc(bare.List, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.M, a.M), cmp.Compare(a.ID, b.ID))
	})
	out := make(map[string]float64, len(bare.List))
	for i, x := range bare.List {
		out[x.ID] = c.odds(bare.Features(i))
	}
	return out
}
