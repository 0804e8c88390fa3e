package retrieval

import "github.com/deskbook/deskbook/retrieval/ranker"

// DefaultFloor is the probability below which nothing is suggested.
const DefaultFloor = ranker.DefaultFloor

// Ranker returns the weights in use.
func (e *Engine) Ranker() ranker.Weights { return *e.weightsFor(e.meaning != nil) }

// weightsFor returns the weights in use where meanings are compared, or words alone.
func (e *Engine) weightsFor(sensed bool) *ranker.Weights {
	if sensed {
		return e.sensed.Load()
	}
	return e.ranker.Load()
}

func (e *Engine) use(w ranker.Weights) {
	if w.Sensed() {
		e.sensed.Store(&w)
	} else {
		e.ranker.Store(&w)
	}
}

func (e *Engine) useShipped() {
	words, meanings := ranker.Shipped(), ranker.ShippedMeaning()
	e.ranker.Store(&words)
	e.sensed.Store(&meanings)
}

// Use ranks with these weights, as ranker.Parse reads them, from the next request on; "" is the
// shipped ones, which also serve where these do not: with meanings, or with words alone.
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
