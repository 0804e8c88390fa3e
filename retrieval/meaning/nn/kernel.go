package nn

import (
	"math"
	"slices"
)

// The size of the part of a product that stays in registers.
const (
	tileRows = 6
	tileCols = 16
)

// tilePlain adds the product of 6 rows of x and a panel of 16 columns to dst; ldx and ldd are the
// lengths of their rows.
func tilePlain(k int, x []float32, ldx int, panel, dst []float32, ldd int) {
	for r := range tileRows {
		var sums [tileCols]float32
		for i, v := range x[r*ldx : r*ldx+k] {
			p := panel[i*tileCols:][:tileCols]
			for j := range sums {
				sums[j] += v * p[j]
			}
		}
		out := dst[r*ldd:][:tileCols]
		for j, v := range sums {
			out[j] += v
		}
	}
}

// geluPlain replaces each x by x·Φ(x).
func geluPlain(x []float32) {
	for i, v := range x {
		x[i] = v / 2 * float32(1+math.Erf(float64(v)*math.Sqrt2/2))
	}
}

// expPlain replaces each x by e^(x-most), where most is the largest, and returns their sum.
func expPlain(x []float32) (sum float32) {
	most := slices.Max(x)
	for i, v := range x {
		v = float32(math.Exp(float64(max(v-most, -87))))
		x[i] = v
		sum += v
	}
	return sum
}

// normalizePlain replaces x by the layer norm of x + residual.
func normalizePlain(x, residual, gamma, beta []float32, epsilon float32) {
	var sum, squares float32
	for i, v := range residual[:len(x)] {
		x[i] += v
		sum += x[i]
	}
	mean := sum / float32(len(x))
	for i := range x {
		x[i] -= mean
		squares += x[i] * x[i]
	}
	scale := 1 / float32(math.Sqrt(float64(squares/float32(len(x))+epsilon)))
	for i := range x {
		x[i] = x[i]*scale*gamma[i] + beta[i]
	}
}

// dotPlain returns the inner product.
func dotPlain(a, b []int8) (sum int32) {
	for i, v := range a {
		sum += int32(v) * int32(b[i])
	}
	return sum
}
