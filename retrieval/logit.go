package retrieval

import (
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
)

// choice is one ticket of a training: the candidates and which of them resolved it.
type choice struct {
	rows    [][]float32 // features
	gains   []float64   // of each candidate, 0 for those that did not resolve it
	ms      []float64   // M of each
	costs   []float64   // of each, besides its features
	known   int         // tickets remembered
	visible int         // articles
	fold    int         // of the tickets, in order of creation
	late    bool        // ranked with an old memory
	heads   []candidate // the first candidates, without their features
	ideal   float64     // discounted gain of the best order, with articles that are not candidates
}

// logit is a conditional logit: the probability that a candidate is the one that
// resolves the ticket is proportional to the exponential of a weighted sum of its
// features. The weights are those under which the judgements are most probable, with a
// quadratic penalty on them in units of each feature's spread.
type logit struct {
	weights []float64 // by feature, of its value over its spread
	spread  []float64
	centre  []float64 // towards which the penalty draws the weights
	penalty float64
}

const (
	logitPenalty = 30.0
	logitRounds  = 15
	logitHalves  = 10
	logitEnough  = 1e-3 // improvement of the log likelihood below which it ends
	logitFaint   = 1e-4 // candidates less probable than this do not move the weights
)

// fitLogit finds the weights by Newton's method; they stay near those given where the
// choices say little. nil is zeros.
func fitLogit(choices []choice, features int, near []float64) logit {
	m := logit{centre: make([]float64, features), spread: spreads(choices, features), penalty: logitPenalty}
	for k := range near {
		m.centre[k] = near[k] * m.spread[k]
	}
	m.weights = slices.Clone(m.centre)
	for range logitRounds {
		before, slope, hessian := m.derivatives(choices)
		step := solveSymmetric(hessian, slope)
		old := slices.Clone(m.weights)
		scale, gained := 1.0, 0.0
		for range logitHalves {
			for k := range step {
				m.weights[k] = old[k] + scale*step[k]
			}
			if gained = before - m.loss(choices); gained > 0 {
				break
			}
			scale /= 3
		}
		if gained <= logitEnough {
			break
		}
	}
	return m
}

// linear returns the weights of the features as they are.
func (m logit) linear() []float64 {
	out := make([]float64, len(m.weights))
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

// spreads returns each feature's standard deviation among the candidates of a ticket.
func spreads(choices []choice, features int) []float64 {
	out := make([]float64, features)
	mean := make([]float64, features)
	n := 0.0
	for _, c := range choices {
		clear(mean)
		for _, x := range c.rows {
			for k := range mean {
				mean[k] += float64(x[k]) / float64(len(c.rows))
			}
		}
		for _, x := range c.rows {
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

func (m logit) score(x []float32) float64 {
	var z float64
	for k, w := range m.weights {
		z += w * float64(x[k]) / m.spread[k]
	}
	return z
}

// odds returns the probabilities of a ticket's candidates, and its loss.
func (m logit) odds(c *choice, into []float64) ([]float64, float64) {
	into = into[:0]
	var sum, total, loss float64
	top := math.Inf(-1)
	for _, g := range c.gains {
		total += g
	}
	for i, x := range c.rows {
		z := m.score(x)
		into = append(into, z)
		top = max(top, z)
		loss -= c.gains[i] / total * z
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

func (m logit) penaltySum() float64 {
	var sum float64
	for k, w := range m.weights {
		sum += m.penalty * (w - m.centre[k]) * (w - m.centre[k]) / 2
	}
	return sum
}

func (m logit) loss(choices []choice) float64 {
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
func (m logit) derivatives(choices []choice) (loss float64, slope []float64, hessian [][]float64) {
	n := len(m.weights)
	loss, slope, hessian = m.penaltySum(), make([]float64, n), make([][]float64, n)
	for k := range n {
		hessian[k] = make([]float64, n)
		hessian[k][k], slope[k] = m.penalty, -m.penalty*(m.weights[k]-m.centre[k])
	}
	mean, x := make([]float64, n), make([]float64, n)
	var p []float64
	for i := range choices {
		c := &choices[i]
		var l, total float64
		p, l = m.odds(c, p)
		loss += l
		for _, g := range c.gains {
			total += g
		}
		clear(mean)
		for j, row := range c.rows {
			if p[j] < logitFaint && c.gains[j] == 0 {
				continue
			}
			for k := range x {
				x[k] = float64(row[k]) / m.spread[k]
				mean[k] += p[j] * x[k]
				slope[k] += (c.gains[j]/total - p[j]) * x[k]
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
