package regress

import (
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
)

// Choice is one observation of a conditional logit: candidates, and how much each of them was
// chosen.
type Choice struct {
	Rows  [][]float32 // features of each candidate
	Gains []float64   // of each candidate, 0 for those that were not chosen
}

// conditional is a conditional logit: the probability that a candidate is chosen is
// proportional to the exponential of a weighted sum of its features. The weights are those
// under which the choices are most probable, with a quadratic penalty on them in units of each
// feature's spread.
type conditional struct {
	weights []float64 // by feature, of its value over its spread
	spread  []float64
	centre  []float64 // towards which the penalty draws the weights
}

const (
	choicePenalty = 30.0
	rounds        = 15
	halvings      = 10
	enough        = 1e-3 // improvement of the log likelihood below which it ends
	faint         = 1e-4 // candidates less probable than this do not move the weights
)

// Conditional returns the weights of a conditional logit, found by Newton's method; they stay
// near those given where the choices say little. nil is zeros.
func Conditional(choices []Choice, features int, near []float64) []float64 {
	m := conditional{centre: make([]float64, features), spread: spreads(choices, features)}
	for k := range near {
		m.centre[k] = near[k] * m.spread[k]
	}
	m.weights = slices.Clone(m.centre)
	for range rounds {
		before, slope, hessian := m.derivatives(choices)
		step := solveSymmetric(hessian, slope)
		old := slices.Clone(m.weights)
		scale, gained := 1.0, 0.0
		for range halvings {
			for k := range step {
				m.weights[k] = old[k] + scale*step[k]
			}
			if gained = before - m.loss(choices); gained > 0 {
				break
			}
			scale /= 3
		}
		if gained <= enough {
			break
		}
	}
	out := make([]float64, features)
	for k, w := range m.weights {
		out[k] = sixDigits(w / m.spread[k])
	}
	return out
}

// sixDigits rounds to six significant digits: more would suggest a precision that is not
// there.
func sixDigits(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	scale := math.Pow(10, 6-math.Ceil(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}

// spreads returns each feature's standard deviation among the candidates of a choice.
func spreads(choices []Choice, features int) []float64 {
	out := make([]float64, features)
	mean := make([]float64, features)
	n := 0.0
	for _, c := range choices {
		clear(mean)
		for _, x := range c.Rows {
			for k := range mean {
				mean[k] += float64(x[k]) / float64(len(c.Rows))
			}
		}
		for _, x := range c.Rows {
			for k := range out {
				out[k] += (float64(x[k]) - mean[k]) * (float64(x[k]) - mean[k])
			}
			n++
		}
	}
	for k := range out {
		if out[k] = math.Sqrt(measure.Ratio(out[k], n)); out[k] < 1e-6 {
			out[k] = 1
		}
	}
	return out
}

func (m conditional) score(x []float32) float64 {
	var z float64
	for k, w := range m.weights {
		z += w * float64(x[k]) / m.spread[k]
	}
	return z
}

// odds returns the probabilities of a choice's candidates, and its loss.
func (m conditional) odds(c *Choice, into []float64) ([]float64, float64) {
	into = into[:0]
	var sum, total, loss float64
	top := math.Inf(-1)
	for _, g := range c.Gains {
		total += g
	}
	for i, x := range c.Rows {
		z := m.score(x)
		into = append(into, z)
		top = max(top, z)
		loss -= c.Gains[i] / total * z
	}
	for i, z := range into {
		into[i] = math.Exp(z - top)
		sum += into[i]
	}
	for i := range into {
		into[i] /= sum
	}
	return into, loss + top + math.Log(sum)
}

// penaltySum returns the part of the loss that is the penalty.
func (m conditional) penaltySum() float64 {
	var sum float64
	for k, w := range m.weights {
		sum += choicePenalty * (w - m.centre[k]) * (w - m.centre[k]) / 2
	}
	return sum
}

func (m conditional) loss(choices []Choice) float64 {
	sum := m.penaltySum()
	var p []float64
	for i := range choices {
		var l float64
		p, l = m.odds(&choices[i], p)
		sum += l
	}
	return sum
}

// derivatives returns the loss, its negative gradient and its Hessian.
func (m conditional) derivatives(choices []Choice) (loss float64, slope []float64, hessian [][]float64) {
	n := len(m.weights)
	loss, slope, hessian = m.penaltySum(), make([]float64, n), make([][]float64, n)
	for k := range n {
		hessian[k] = make([]float64, n)
		hessian[k][k], slope[k] = choicePenalty, -choicePenalty*(m.weights[k]-m.centre[k])
	}
	mean, x := make([]float64, n), make([]float64, n)
	var p []float64
	for i := range choices {
		c := &choices[i]
		var l, total float64
		p, l = m.odds(c, p)
		loss += l
		for _, g := range c.Gains {
			total += g
		}
		clear(mean)
		for j, row := range c.Rows {
			if p[j] < faint && c.Gains[j] == 0 {
				continue
			}
			for k := range x {
				x[k] = float64(row[k]) / m.spread[k]
				mean[k] += p[j] * x[k]
				slope[k] += (c.Gains[j]/total - p[j]) * x[k]
			}
			for a := range x {
				for b := range x[:a+1] {
					hessian[a][b] += p[j] * x[a] * x[b]
				}
			}
		}
		for a := range x {
			for b := range x[:a+1] {
				hessian[a][b] -= mean[a] * mean[b]
			}
		}
	}
	return loss, slope, hessian
}

// solveSymmetric returns x of a·x = b for a positive definite a, of which only the lower
// half is read, by Cholesky's method.
func solveSymmetric(a [][]float64, b []float64) []float64 {
	n := len(b)
	l := make([][]float64, n)
	for i := range n {
		l[i] = make([]float64, i+1)
		for j := range i + 1 {
			s := a[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(max(s, 1e-9))
			} else {
				l[i][j] = s / l[j][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range n {
		s := b[i]
		for k := range i {
			s -= l[i][k] * x[k]
		}
		x[i] = s / l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		s := x[i]
		for k := i + 1; k < n; k++ {
			s -= l[k][i] * x[k]
		}
		x[i] = s / l[i][i]
	}
	return x
}
