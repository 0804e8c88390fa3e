package triage

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/internal/stat"
	"github.com/deskbook/deskbook/retrieval/measure"
)

// MinForFloor is the number of choices that a floor must be based on.
const MinForFloor = 20

const confidenceZ = 1.645 // standard errors: wrong once in twenty

// fitTemperature fits the temperature to later tickets and returns the mean loss with it.
// Values that the classifier does not know are left out.
func (c *Classifier) fitTemperature(late []Example) float64 {
	var scores [][]float64
	var truth []int
	for _, e := range late {
		if at, ok := slices.BinarySearch(c.Classes, e.Label); ok {
			scores = append(scores, c.scores(c.vocabulary.Features(e.Terms)))
			truth = append(truth, at)
		}
	}
	t, loss := temperatureFor(scores, truth)
	c.temperature = t
	return loss
}

// temperatureFor finds the divisor of the scores under which the truth is most probable
// (Guo et al., 2017), by golden section search between 1/8 and 8, and returns it with the
// mean negative logarithm of that probability.
func temperatureFor(scores [][]float64, truth []int) (divisor, loss float64) {
	if len(scores) == 0 {
		return 1, 0
	}
	z := make([]float64, len(scores[0]))
	mean := func(exponent float64) float64 {
		t, sum := math.Exp2(exponent), 0.0
		for i, s := range scores {
			for c, v := range s {
				z[c] = v / t
			}
			own := z[truth[i]]
			sum += Softmax(z) - own
		}
		return sum / float64(len(scores))
	}
	const golden = 0.6180339887498949
	lo, hi := -3.0, 3.0
	a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
	fa, fb := mean(a), mean(b)
	for hi-lo > 1e-2 {
		if fa < fb {
			hi, b, fb = b, a, fa
			a = hi - golden*(hi-lo)
			fa = mean(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + golden*(hi-lo)
			fb = mean(b)
		}
	}
	return math.Exp2((lo + hi) / 2), min(fa, fb)
}

// unreachable is a floor that no probability reaches.
const unreachable = 2

// floorFor returns the lowest probability above which the target share of the choices is
// right with confidence, unreachable where there is none. Confidence is required because
// the floor is chosen on the same choices, and the next tickets differ from them.
//
// Where no choice lies between the target and the floor, nothing contradicts the
// probabilities themselves, and the target is the floor.
func floorFor(choices []Choice, target float64) float64 {
	floor := LowestFloor(choices, func(right, n int) bool {
		low, _ := stat.Wilson(right, n, confidenceZ)
		return n >= MinForFloor && low >= target
	})
	between := func(c Choice) bool { return c.P >= target && c.P < floor }
	if floor <= 1 && floor > target && !slices.ContainsFunc(choices, between) {
		return target
	}
	return floor
}

// LowestFloor returns the lowest probability above which the choices are good enough.
func LowestFloor(choices []Choice, enough func(right, n int) bool) float64 {
	sorted := slices.SortedFunc(slices.Values(choices), func(a, b Choice) int { return cmp.Compare(b.P, a.P) })
	floor, right := float64(unreachable), 0
	for i, c := range sorted {
		if c.Correct() {
			right++
		}
		if i+1 < len(sorted) && sorted[i+1].P == c.P {
			continue
		}
		if enough(right, i+1) {
			floor = c.P
		}
	}
	return floor
}

// Evaluate reports on choices.
func (c *Classifier) Evaluate(choices []Choice) FieldReport {
	r := FieldReport{Checked: len(choices), Floor: min(c.Floor, 1)}
	right, proposed, rightProposed := 0, 0, 0
	var reliability measure.Reliability
	for _, x := range choices {
		reliability.Add(x.P, x.Correct())
		if x.Correct() {
			right++
		}
		if c.Proposes(x.Value, x.P) {
			proposed++
			if x.Correct() {
				rightProposed++
			}
		}
	}
	r.Accuracy, r.Coverage = measure.Ratio(right, len(choices)), measure.Ratio(proposed, len(choices))
	r.Precision = measure.Ratio(rightProposed, proposed)
	r.CalibrationError = reliability.CalibrationError()
	return r
}
