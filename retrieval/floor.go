package retrieval

import "math"

// DefaultFloor is the probability below which nothing is suggested. On the cases that
// the default calibrator was fitted on it refuses three of four tickets that have no
// answer, and one of three whose judged article is in the knowledge base; in a
// knowledge base of a few dozen articles far fewer of these.
const DefaultFloor = 0.15

// featureCount is how many figures the calibrator looks at, the constant included.
const (
	youngFigures = 13
	grownFigures = 10
	featureCount = 2*youngFigures + grownFigures
)

const (
	// largeBase is the size from which a knowledge base counts as large: the weights
	// know nothing of larger ones.
	largeBase = 600
	// halfLarge is the size at which what is known of small and of large knowledge bases
	// counts the same.
	halfLarge = 200.0
)

// Calibrator turns the figures of a candidate into the probability that the article
// resolves the ticket: a logistic function of the features below.
type Calibrator struct {
	Weights [featureCount]float64 `json:"weights"`
}

// features returns the figures of the i-th candidate, in three parts, of which the first
// counts in a young memory of a small knowledge base, the second in a young memory of a
// large one, where most of what is asked has been written, and the third in a grown one.
//
// Young: constant; text score against the best and against what could be reached;
// coverage of the whole text and of its title, and of the article's title by the text;
// the memory's sum and its best cosine; how far it leads the next one in M, as far as
// it also covers the text (two chance words make a lead, too, where there are few
// articles), or falls behind the first; how much there is to choose from and to
// remember; its rank.
//
// Grown: constant; what the ranker says: its share, as odds, and its lead over the next
// one; and what of the above the ranker does not tell, since it compares candidates.
func (r *ranking) features(i int) (x [featureCount]float64) {
	c := r.list[i]
	grown := grownShare(r.known)
	large := largeShare(r.n)
	for k, v := range r.youngFigures(i) {
		x[k] = v * (1 - grown) * (1 - large)
		x[youngFigures+k] = v * (1 - grown) * large
	}
	clear := 1.0
	switch {
	case i > 0:
		clear = 0
	case len(r.list) > 1:
		clear = min(max(c.z-r.list[1].z, 0), 3)
	}
	share := min(max(c.share, 1e-4), 1-1e-3)
	for k, v := range [grownFigures]float64{
		1,
		math.Log(share / (1 - share)),
		clear,
		c.text,
		c.cover,
		c.subjectCover,
		c.titleCover,
		min(c.vote.Top, 1.5),
		min(c.vote.Best, 1),
		math.Log1p(float64(r.known)) / 10,
	} {
		x[2*youngFigures+k] = v * grown
	}
	return x
}

// largeShare is how much a knowledge base of so many articles counts as a large one.
func largeShare(n int) float64 {
	k := float64(n) * float64(n)
	return k / (k + halfLarge*halfLarge)
}

func (r *ranking) youngFigures(i int) [youngFigures]float64 {
	c := r.list[i]
	var ahead, behind float64
	switch {
	case i > 0:
		behind = max(0, r.list[0].m-c.m)
	case len(r.list) > 1:
		ahead = max(0, c.m-r.list[1].m)
	default:
		ahead = 1 // nothing else is in the running
	}
	return [youngFigures]float64{
		1,
		c.text,
		math.Sqrt(c.ideal),
		c.cover,
		c.subjectCover,
		c.titleCover,
		min(c.vote.Top, 1.5),
		min(c.vote.Best, 1),
		min(ahead, 1) * c.cover,
		min(behind, 2),
		math.Log1p(float64(min(r.n, largeBase))) / 10,
		math.Log1p(float64(r.known)) / 10,
		1 / float64(i+1),
	}
}

func (c Calibrator) probability(x [featureCount]float64) float64 {
	return 1 / (1 + math.Exp(-c.odds(x)))
}

// odds is the logarithm of the odds.
func (c Calibrator) odds(x [featureCount]float64) (z float64) {
	for i, w := range c.Weights {
		z += w * x[i]
	}
	return z
}
