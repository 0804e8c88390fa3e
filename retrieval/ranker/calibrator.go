package ranker

import (
	"encoding/json"
	"math"

	"github.com/deskbook/deskbook/retrieval/regress"
)

// DefaultFloor is the probability below which nothing is suggested. On the cases that the
// default calibrator was fitted on it refuses three of four tickets that have no answer, and
// one of three whose judged article is in the knowledge base; in a knowledge base of a few
// dozen articles it refuses far fewer of these.
const DefaultFloor = 0.15

// featureCount is how many features the calibrator has, the constant included.
const (
	youngFigures = 13
	grownFigures = 10
	wordFigures  = 2*youngFigures + grownFigures
	// meaningFigures follow, for each of the three parts, where meanings are compared, and
	// readFigures, for short questions and for long texts, where passages are read.
	meaningFigures = 2
	readFigures    = 2
	readFrom       = wordFigures + 3*meaningFigures
	featureCount   = readFrom + 2*readFigures
)

const (
	// largeBase is the size from which a knowledge base counts as large: the weights were not
	// fitted on larger ones.
	largeBase = 600
	// halfLarge is the size at which the weights for small and for large knowledge bases count
	// the same.
	halfLarge = 200.0
)

// Calibrator computes the probability that a candidate resolves the ticket: a logistic
// function of the features below.
type Calibrator struct {
	Weights [featureCount]float64 `json:"weights"`
}

// Features are what a Calibrator weighs of a candidate.
type Features [featureCount]float64

// Features returns the features of the i-th candidate, in three parts: the first counts with
// a young memory and a small knowledge base, the second with a young memory and a large one,
// which has an article on most matters, and the third with a grown memory.
//
// Young: constant; text score relative to the best and to the highest possible; coverage of
// the whole text and of its title, and of the article's title by the text; the memory's sum
// and its best cosine; its lead over the next candidate in M, as far as it also covers the
// text (where there are few articles, two chance words are a lead, too), or its distance
// from the first one; how many articles and how many remembered tickets there are; its rank.
//
// Grown: constant; what the ranker says: its share, as odds, and its lead over the next
// candidate; and of the above what the ranker does not contain, since it compares candidates.
func (r *Ranking) Features(i int) (x Features) {
	c := &r.List[i]
	grown := grownShare(r.Known)
	large := largeShare(r.Articles)
	for k, v := range r.youngFigures(i) {
		x[k] = v * (1 - grown) * (1 - large)
		x[youngFigures+k] = v * (1 - grown) * large
	}
	lead := 1.0
	switch {
	case i > 0:
		lead = 0
	case len(r.List) > 1:
		lead = min(max(c.Z-r.List[1].Z, 0), 3)
	}
	share := min(max(c.Share, 1e-4), 1-1e-3)
	for k, v := range [grownFigures]float64{
		1,
		math.Log(share / (1 - share)),
		lead,
		c.Text,
		c.Cover,
		c.SubjectCover,
		c.TitleCover,
		min(c.Votes, 1.5),
		min(c.Cosine, 1),
		math.Log1p(float64(r.Known)) / 10,
	} {
		x[2*youngFigures+k] = v * grown
	}
	if r.Sensed {
		for k, v := range r.meaningFigures(i) {
			x[wordFigures+k] = v * (1 - grown) * (1 - large)
			x[wordFigures+meaningFigures+k] = v * (1 - grown) * large
			x[wordFigures+2*meaningFigures+k] = v * grown
		}
	}
	if r.Reads {
		for k, v := range r.readFigures(i) {
			x[readFrom+k] = v * r.Short
			x[readFrom+readFigures+k] = v * (1 - r.Short)
		}
	}
	return x
}

// meaningFigures returns how near the candidate is in meaning, and how far it is ahead of the
// nearest other article or behind the nearest one.
func (r *Ranking) meaningFigures(i int) [meaningFigures]float64 {
	c := &r.List[i]
	other := 0.0
	switch near := r.Near; {
	case c.Place > 0 && len(near) > 0:
		other = near[0]
	case len(near) > 1:
		other = near[1]
	}
	return [meaningFigures]float64{c.Deviation, c.Deviation - other}
}

// readFigures returns how well the candidate answers, and by how much better than the best other
// one that was read.
func (r *Ranking) readFigures(i int) [readFigures]float64 {
	c := &r.List[i]
	other, found := c.Read, false
	for k := range r.List {
		x := &r.List[k]
		if k != i && x.WasRead && (!found || x.Read > other) {
			other, found = x.Read, true
		}
	}
	return [readFigures]float64{c.Read, c.Read - other}
}

// MarshalJSON leaves out the zeros at the end: those of what does not count.
func (c Calibrator) MarshalJSON() ([]byte, error) {
	n := featureCount
	for n > 0 && c.Weights[n-1] == 0 {
		n--
	}
	return json.Marshal(struct {
		Weights []float64 `json:"weights"`
	}{c.Weights[:n]})
}

// largeShare returns to what degree a knowledge base of so many articles counts as large.
func largeShare(n int) float64 {
	k := float64(n) * float64(n)
	return k / (k + halfLarge*halfLarge)
}

func (r *Ranking) youngFigures(i int) [youngFigures]float64 {
	c := &r.List[i]
	var ahead, behind float64
	switch {
	case i > 0:
		behind = max(0, r.List[0].M-c.M)
	case len(r.List) > 1:
		ahead = max(0, c.M-r.List[1].M)
	default:
		ahead = 1 // there is no other candidate
	}
	return [youngFigures]float64{
		1,
		c.Text,
		math.Sqrt(c.Ideal),
		c.Cover,
		c.SubjectCover,
		c.TitleCover,
		min(c.Votes, 1.5),
		min(c.Cosine, 1),
		min(ahead, 1) * c.Cover,
		min(behind, 2),
		math.Log1p(float64(min(r.Articles, largeBase))) / 10,
		math.Log1p(float64(r.Known)) / 10,
		1 / float64(i+1),
	}
}

// Probability returns the probability of a candidate with these features.
func (c Calibrator) Probability(x Features) float64 {
	return regress.Probability(c.Weights[:], x[:])
}

// odds returns the logarithm of the odds.
func (c Calibrator) odds(x Features) (z float64) {
	for i, w := range c.Weights {
		z += w * x[i]
	}
	return z
}
