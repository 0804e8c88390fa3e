package nn

import "math"

// GELU replaces each number by its Gaussian error linear unit, x·Φ(x).
func GELU(x []float32) { gelu(x) }

// Normalization is a layer norm with its weights.
type Normalization struct {
	Gamma, Beta []float32
	Epsilon     float32
}

// Apply replaces each of the rows of x by the layer norm of its sum with that of the residual.
func (n *Normalization) Apply(x, residual []float32, rows int) {
	size := len(n.Gamma)
	for r := range rows {
		at := r * size
		normalize(x[at:at+size], residual[at:at+size], n.Gamma, n.Beta, n.Epsilon)
	}
}

// Dot returns the inner product of two vectors of small integers, whose length is a multiple of
// Granularity.
func Dot(a, b []int8) int32 { return dot(a, b) }

// Attention computes the attention of one head over one text. It holds the buffers for that, and
// grows with the longest text; it serves one goroutine at a time.
type Attention struct{ keys, values, scores, totals, out []float32 }

// Apply sets dst, whose rows begin ldd apart, to softmax(Q·Kᵀ)·V over the rows. Q, K and V have
// size columns and rows that begin ld apart; Q is scaled already. Q has Padded(rows) rows.
func (a *Attention) Apply(dst []float32, ldd int, q, k, v []float32, rows, size, ld int) {
	wide := (rows + tileCols - 1) / tileCols * tileCols
	tall := Padded(rows)
	a.keys, a.values = grown(a.keys, wide*size), grown(a.values, rows*size)
	a.scores, a.out = grown(a.scores, tall*wide), grown(a.out, tall*size)
	packRows(a.keys, k, rows, size, ld)
	packColumns(a.values, v, rows, size, ld)
	a.totals = a.totals[:0]
	clear(a.scores)
	clear(a.out)
	multiply(a.scores, wide, q, ld, tall, a.keys, size, wide)
	for r := range rows {
		// The sums of a row are divided by its total at the end, where they are fewer.
		a.totals = append(a.totals, weigh(a.scores[r*wide:(r+1)*wide], rows))
	}
	multiply(a.out, size, a.scores, wide, tall, a.values, rows, size)
	for r := range rows {
		scale := 1 / a.totals[r]
		for i, v := range a.out[r*size : (r+1)*size] {
			dst[r*ldd+i] = v * scale
		}
	}
}

// weigh replaces the first n numbers of a row by their exponentials and returns the sum.
func weigh(row []float32, n int) float32 {
	for i := n; i < len(row); i++ {
		row[i] = -math.MaxFloat32 // next to nothing
	}
	return exponents(row)
}

// grown returns a slice of length n, in the memory of x where it is large enough.
func grown[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}
