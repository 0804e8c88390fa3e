package triage

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/retrieval/measure"
)

// Example is a past ticket and how one field of it was decided.
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
	MinExamples = 50 // fewer teach nothing that a proposal could rest on
	minOfClass  = 3  // of one value
)

const (
	penalty         = 0.3  // on the squares of the weights
	lateShare       = 0.2  // of the tickets, the newest, that a training is measured on,
	maxLate         = 1000 // and no more than these
	TargetPrecision = 0.9  // of the proposals above the floor that are to be right
	leastPart       = 0.01
)

// halfLives are the times in which what a ticket teaches may lose half of its weight.
// A desk that sorts as it always did learns most from all of its tickets; one that has
// just changed its categories from the newest. What fits the later tickets is taken.
var halfLives = [...]time.Duration{0, 60 * 24 * time.Hour, 15 * 24 * time.Hour}

// FieldReport says what a classifier learned from, and how right it was on later
// tickets than those.
type FieldReport struct {
	Tickets  int     `json:"tickets"` // with a value that a person decided
	Values   int     `json:"values"`
	Checked  int     `json:"checked"`  // later tickets that it was measured on
	Accuracy float64 `json:"accuracy"` // share of right first choices, the floor not applied
	Majority float64 `json:"majority"` // the same for always saying the most frequent value
	// Floor is the probability below which the value is unknown, 1 for always; Coverage
	// the share of the later tickets above it, and Precision how many of these were right.
	Floor     float64 `json:"floor"`
	Coverage  float64 `json:"coverage"`
	Precision float64 `json:"precision"`
	// CalibrationError is the mean distance between the probability given and the share
	// that was right.
	CalibrationError float64 `json:"calibration_error"`
	HalfLifeDays     float64 `json:"half_life_days"` // 0: old tickets count as much as new ones
}

// Learn trains a classifier on tickets; nil when they are too few or all have the same
// value. It learns from the earlier ones, is measured on the later ones and then
// learns from all.
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
		// An older ticket is thrown away for a clear gain only.
		if loss < least-leastPart {
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

// settle decides from the choices on later tickets what is proposed. Most tickets have
// the usual value anyway: whoever is not better than always saying it may still know
// when a ticket is an unusual one, and is measured on that alone.
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
	if wilsonLower(right, len(choices)) <= often {
		c.withheld = usual
		judged = slices.DeleteFunc(slices.Clone(choices), func(x Choice) bool { return x.Value == usual })
	}
	c.Floor = floorFor(judged, TargetPrecision)
	c.Report = c.Evaluate(choices)
	c.Report.Majority = often
}

// Ordered returns the tickets in order of time.
func SortByTime(list []Example) []Example {
	return slices.SortedStableFunc(slices.Values(list), func(a, b Example) int { return a.At.Compare(b.At) })
}

// fit finds the weights for tickets in order of time. Values that too few of them have
// are left out; nil when less than two are left.
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
		if weights[i] < leastPart {
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

// WeightsOf says how much each ticket teaches, one on average.
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

// Usually returns the label that the tickets have most often, each as far as it counts.
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
