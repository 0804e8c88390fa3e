package retrieval

import "math"

// DefaultFloor is the probability below which nothing is suggested. On the cases that
// the default calibrator was fitted on it refuses three of four tickets that have no
// answer, and one of three whose judged article is in the knowledge base; in a
// knowledge base of a few dozen articles far fewer of these.
const DefaultFloor = 0.15

// featureCount is how many figures the calibrator looks at, the constant included.
const featureCount = 12

// largeBase is the size from which a knowledge base counts as large: the weights
// know nothing of larger ones.
const largeBase = 600

// Calibrator turns the figures of a candidate into the probability that the article
// resolves the ticket: a logistic function of the features below.
type Calibrator struct {
	Weights [featureCount]float64 `json:"weights"`
}

// DefaultCalibrator gives the weights in force where none are fitted: those that
// FitCalibrator found on the development half of a set of real tickets.
func DefaultCalibrator() Calibrator {
	return Calibrator{Weights: [featureCount]float64{-4.1102, 0.6739, 2.4831, -0.8886, 0.9087, 1.7259, 4.3596, 4.5814, 7.3392, -1.846, -1.1091, -0.071}}
}

// features gives the figures of the i-th candidate:
// constant; text score against the best and against what could be reached; coverage
// of the whole text and of its title, and of the article's title by the text; the
// memory's sum and its best cosine; how far it leads the next one in M, as far as it
// also covers the text (two chance words make a lead, too, where there are few
// articles), or falls behind the first; how much there is to choose from and to
// remember.
func (r *ranking) features(i int) [featureCount]float64 {
	c := r.list[i]
	var ahead, behind float64
	switch {
	case i > 0:
		behind = r.list[0].m - c.m
	case len(r.list) > 1:
		ahead = c.m - r.list[1].m
	default:
		ahead = 1 // nothing else is in the running
	}
	return [featureCount]float64{
		1,
		c.text,
		math.Sqrt(c.ideal),
		c.cover,
		c.lead,
		c.title,
		min(c.vote.mem, 1.5),
		min(c.vote.best, 1),
		min(ahead, 1) * c.cover,
		min(behind, 2),
		math.Log1p(float64(min(r.n, largeBase))) / 10,
		math.Log1p(float64(r.known)) / 10,
	}
}

func (c Calibrator) probability(x [featureCount]float64) float64 {
	var z float64
	for i, w := range c.Weights {
		z += w * x[i]
	}
	return 1 / (1 + math.Exp(-z))
}
