package triage

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/stat"
	"github.com/deskbook/deskbook/retrieval/measure"
)

// Example is a past ticket and how one of its fields was decided.
type Example struct {
	At    time.Time
	Label string
	Terms []Term
}

// NewExample reads a past ticket.
func NewExample(subject, body, label string, at time.Time) Example {
	return Example{At: at, Label: label, Terms: termsOf(subject, body)}
}

// Bounds of what can be learned from.
const (
	MinExamples = 50 // fewer are no basis for proposals
	minOfClass  = 3  // tickets with a value
)

const (
	penalty   = 0.3  // on the squares of the weights
	lateShare = 0.2  // of the tickets, the newest, on which a training run is measured
	maxLate   = 1000 // of these
	minGain   = 0.01 // in the mean loss, for which older tickets are given up
	minWeight = 0.01 // of a ticket that is fitted
)

// TargetPrecision is the share of the proposals above the floor that should be right.
const TargetPrecision = 0.9

// halfLives are the candidates for the time in which a ticket loses half of its weight. A
// desk that sorts as it always did learns most from all of its tickets; one that has just
// changed its categories, from the newest. The half-life that fits the later tickets best
// is used.
var halfLives = [...]time.Duration{0, 60 * 24 * time.Hour, 15 * 24 * time.Hour}

// FieldReport says what a classifier was trained on, and how often it was right on later
// tickets.
type FieldReport struct {
	Tickets  int     `json:"tickets"` // with a value that a person decided
	Values   int     `json:"values"`
	Checked  int     `json:"checked"`  // later tickets that it was measured on
	Accuracy float64 `json:"accuracy"` // share of right first choices, without the floor
	Majority float64 `json:"majority"` // the same for always choosing the most frequent value
	// Floor is the probability below which the value is unknown, 1 for always; Coverage is
	// the share of the later tickets above it, and Precision the share of these that were
	// right.
	Floor     float64 `json:"floor"`
	Coverage  float64 `json:"coverage"`
	Precision float64 `json:"precision"`
	// CalibrationError is the mean distance between the probabilities and the share that was
	// right.
	CalibrationError float64 `json:"calibration_error"`
	HalfLifeDays     float64 `json:"half_life_days"` // 0: old tickets count as much as new ones
}

// Learn trains a classifier; nil when the tickets are too few or all have the same value.
// It is trained on the earlier ones, measured on the later ones and then trained on all.
func Learn(ctx context.Context, examples []Example) (*Classifier, error) {
	list := SortByTime(examples)
	if len(list) < MinExamples {
		return nil, nil
	}
	cut := len(list) - min(maxLate, int(float64(len(list))*lateShare))
	early, late := list[:cut], list[cut:]
	var (
		chosen  time.Duration
		choices []Choice
		least   = math.Inf(1)
		heat    float64
	)
	for _, half := range halfLives {
		c, err := fit(ctx, early, half)
		if err != nil || c == nil {
			return nil, err
		}
		loss := c.fitTemperature(late)
		// Older tickets are given up only for a clear gain.
		if loss < least-minGain {
			least, chosen, heat, choices = loss, half, c.temperature, c.Classify(late)
		}
	}
	all, err := fit(ctx, list, chosen)
	if err != nil || all == nil || choices == nil {
		return nil, err
	}
	all.temperature = heat
	all.decideFloor(choices, MajorityLabel(early, TimeWeights(early, chosen)))
	all.Report.Tickets, all.Report.Values = len(list), len(all.Classes)
	all.Report.HalfLifeDays = chosen.Hours() / 24
	return all, nil
}

// decideFloor decides from the choices on later tickets what is proposed. Most tickets have
// the usual value anyway: a classifier that is not better than always choosing it may still
// recognise the unusual tickets, and is then measured on these alone.
func (c *Classifier) decideFloor(choices []Choice, usual string) {
	right, same := 0, 0
	for _, x := range choices {
		if x.Correct() {
			right++
		}
		if x.Truth == usual {
			same++
		}
	}
	often := measure.Ratio(same, len(choices))
	judged := choices
	if low, _ := stat.Wilson(right, len(choices), confidenceZ); low <= often {
		c.withheld = usual
		judged = slices.DeleteFunc(slices.Clone(choices), func(x Choice) bool { return x.Value == usual })
	}
	c.Floor = floorFor(judged, TargetPrecision)
	c.Report = c.Evaluate(choices)
	c.Report.Majority = often
}

// SortByTime returns the tickets in order of time.
func SortByTime(list []Example) []Example {
	return slices.SortedStableFunc(slices.Values(list), func(a, b Example) int { return a.At.Compare(b.At) })
}

// fit finds the weights for tickets in order of time. Values that too few of them have are
// left out; nil when fewer than two are left.
func fit(ctx context.Context, list []Example, half time.Duration) (*Classifier, error) {
	counts := make(map[string]int)
	for _, e := range list {
		counts[e.Label]++
	}
	c := &Classifier{temperature: 1, Floor: 1}
	for label, n := range counts {
		if n >= minOfClass {
			c.Classes = append(c.Classes, label)
		}
	}
	if len(c.Classes) < 2 {
		return nil, nil
	}
	slices.Sort(c.Classes)
	list = slices.DeleteFunc(slices.Clone(list), func(e Example) bool { return counts[e.Label] < minOfClass })
	docs := make([][]Term, len(list))
	for i, e := range list {
		docs[i] = e.Terms
	}
	c.vocabulary = NewVocabulary(docs)
	p := problem{k: len(c.Classes), n: len(c.vocabulary.Hashes), penalty: penalty}
	weights := TimeWeights(list, half)
	for i, e := range list {
		if weights[i] < minWeight {
			continue
		}
		at, _ := slices.BinarySearch(c.Classes, e.Label)
		p.rows = append(p.rows, c.vocabulary.Features(e.Terms))
		p.classes = append(p.classes, at)
		p.weights = append(p.weights, weights[i])
	}
	x, err := minimise(ctx, p.size(), p.loss)
	if err != nil {
		return nil, err
	}
	c.weights = make([]float32, p.n*p.k)
	for i := range c.weights {
		c.weights[i] = float32(x[i])
	}
	c.constants = slices.Clone(x[p.n*p.k:])
	return c, nil
}

// TimeWeights returns how much each ticket counts, one on average.
func TimeWeights(list []Example, half time.Duration) []float64 {
	weights := make([]float64, len(list))
	newest, sum := list[len(list)-1].At, 0.0
	for i, e := range list {
		weights[i] = 1
		if half > 0 {
			weights[i] = math.Exp2(-float64(newest.Sub(e.At)) / float64(half))
		}
		sum += weights[i]
	}
	for i := range weights {
		weights[i] *= float64(len(list)) / sum
	}
	return weights
}

// MajorityLabel returns the most frequent label, with each ticket counting by its weight.
func MajorityLabel(list []Example, weights []float64) string {
	counts := make(map[string]float64)
	for i, e := range list {
		counts[e.Label] += weights[i]
	}
	top := ""
	for label, n := range counts {
		if n > counts[top] || n == counts[top] && label < top {
			top = label
		}
	}
	return top
}
