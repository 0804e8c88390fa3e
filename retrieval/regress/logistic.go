// Package regress fits logistic regressions: the plain one, whose outcome is yes or no, and
// the conditional one, whose outcome is one of several candidates. It promises that the same
// samples always lead to the same weights. It imports only measures.
package regress

import "math"

// Sample is one observation of a plain logistic regression.
type Sample struct {
	X      []float64 // features, of which the first is the constant
	Label  float64   // 1 for yes, 0 for no
	Weight float64
}

// Probability returns the probability of yes.
func Probability(weights, x []float64) float64 {
	var z float64
	for i, w := range weights {
		z += w * x[i]
	}
	return 1 / (1 + math.Exp(-z))
}

// Logistic returns the weights found by Newton's method, with a small quadratic penalty on all
// of them but the constant's.
func Logistic(samples []Sample, features int) []float64 {
	const (
		rounds  = 30
		penalty = 1.0
	)
	weights := make([]float64, features)
	for range rounds {
		slope, hessian := make([]float64, features), make([][]float64, features)
		for i := range hessian {
			hessian[i] = make([]float64, features)
			if i > 0 {
				slope[i], hessian[i][i] = -penalty*weights[i], penalty
			}
		}
		for _, s := range samples {
			p := Probability(weights, s.X)
			for i, x := range s.X {
				slope[i] += s.Weight * (s.Label - p) * x
				row := hessian[i]
				for j, y := range s.X {
					row[j] += s.Weight * p * (1 - p) * x * y
				}
			}
		}
		size := 0.0
		for i, step := range solve(hessian, slope) {
			weights[i] += step
			size += math.Abs(step)
		}
		if size < 1e-9 {
			break
		}
	}
	return weights
}

// solve returns x of a·x = b by elimination with pivots, and overwrites both.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for i := range n {
		pivot := i
		for r := i + 1; r < n; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[pivot][i]) {
				pivot = r
			}
		}
		a[i], a[pivot], b[i], b[pivot] = a[pivot], a[i], b[pivot], b[i]
		for r := i + 1; r < n; r++ {
			k := a[r][i] / a[i][i]
			for j := i; j < n; j++ {
				a[r][j] -= k * a[i][j]
			}
			b[r] -= k * b[i]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = b[i]
		for j := i + 1; j < n; j++ {
			x[i] -= a[i][j] * x[j]
		}
		x[i] /= a[i][i]
	}
	return x
}
