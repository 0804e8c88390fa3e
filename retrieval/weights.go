package retrieval

import "github.com/deskbook/deskbook/retrieval/ranker"

// DefaultFloor is the probability below which nothing is suggested.
const DefaultFloor = ranker.DefaultFloor

// Setting returns what the engine has besides words.
func (e *Engine) Setting() ranker.Setting {
	return ranker.Setting{Sensed: e.meaning != nil, Reads: e.reader != nil}
}

// Ranker returns the weights in use.
func (e *Engine) Ranker() ranker.Weights { return *e.weightsFor(e.Setting()) }

// weightsFor returns the weights in use in a setting.
func (e *Engine) weightsFor(s ranker.Setting) *ranker.Weights { return e.rankers[s.Place()].Load() }

func (e *Engine) use(w ranker.Weights) { e.rankers[w.Setting().Place()].Store(&w) }

func (e *Engine) useShipped() {
	for _, sensed := range []bool{false, true} {
		for _, reads := range []bool{false, true} {
			e.use(ranker.Shipped(ranker.Setting{Sensed: sensed, Reads: reads}))
		}
	}
}

// Use ranks with these weights, as ranker.Parse reads them, from the next request on; "" is the
// shipped ones, which also serve where these do not: in other settings.
func (e *Engine) Use(weights string) error {
	w, err := ranker.Parse(weights)
	if err != nil {
		return err
	}
	e.useShipped()
	if weights != "" {
		e.use(w)
	}
	return nil
}

const (
	againstCost = 2.5 // for each unit of the cosines of tickets that the article did not help
	againstMost = 3.0
	overdueCost = 0.15 // for an article whose review is overdue
	// ratedCost is the cost of an article that helps no reader, and the gain of one that helps
	// all of them, where there are many more than ratedPrior of them.
	ratedCost  = 0.5
	ratedPrior = 10.0
)

// unhelpfulness returns -1 for an article that helped very many readers, 1 for one that helped
// none of them.
func (m *docMeta) unhelpfulness() float64 {
	return float64(m.DidNot-m.Helped) / (float64(m.DidNot+m.Helped) + ratedPrior)
}

// cost returns what is subtracted from a candidate's score for reasons other than its
// features: they are too rare in any one history to be fitted.
func (c *candidate) cost() float64 {
	cost := min(againstMost, againstCost*max(0, c.vote.Against-0.5*c.vote.Sum))
	if c.overdue {
		cost += overdueCost
	}
	return cost + ratedCost*c.meta.unhelpfulness()
}
