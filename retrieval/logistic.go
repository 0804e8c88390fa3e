package retrieval

import (
	"math"

	"github.com/deskbook/deskbook/retrieval/measure"
)

// logistic fits the weights by Newton's method with a small quadratic penalty.
func logistic(samples []observation) Calibrator {
	const (
		rounds  = 30
		penalty = 1.0
	)
	var c Calibrator
	for range rounds {
		var grad [featureCount]float64
		var hess [featureCount][featureCount]float64
		for i := 1; i < featureCount; i++ { // the constant is not penalised
			grad[i] = -penalty * c.Weights[i]
			hess[i][i] = penalty
		}
		for _, s := range samples {
			p := c.probability(s.x)
			for i := range featureCount {
				grad[i] += s.weight * (s.label - p) * s.x[i]
				for j := range featureCount {
					hess[i][j] += s.weight * p * (1 - p) * s.x[i] * s.x[j]
				}
			}
		}
		step := solve(hess, grad)
		var size float64
		for i := range featureCount {
			c.Weights[i] += step[i]
			size += math.Abs(step[i])
		}
		if size < 1e-9 {
			break
		}
	}
	for i := range c.Weights {
		c.Weights[i] = measure.Round(c.Weights[i])
	}
	return c
}

// solve returns x of a·x = b by elimination with pivots; a is positive definite.
func solve(a [featureCount][featureCount]float64, b [featureCount]float64) [featureCount]float64 {
	for i := range featureCount {
		pivot := i
		for r := i + 1; r < featureCount; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[pivot][i]) {
				pivot = r
			}
		}
		a[i], a[pivot], b[i], b[pivot] = a[pivot], a[i], b[pivot], b[i]
		for r := i + 1; r < featureCount; r++ {
			k := a[r][i] / a[i][i]
			for j := i; j < featureCount; j++ {
				a[r][j] -= k * a[i][j]
			}
			b[r] -= k * b[i]
		}
	}
	var x [featureCount]float64
	for i := featureCount - 1; i >= 0; i-- {
		x[i] = b[i]
		for j := i + 1; j < featureCount; j++ {
			x[i] -= a[i][j] * x[j]
		}
		x[i] /= a[i][i]
	}
	return x
}
