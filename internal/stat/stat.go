// Package stat holds the few statistics that several packages show: medians, ranks and intervals of
// shares. It imports nothing of Deskbook.
package stat

import "math"

// Median returns the middle of sorted values, or the mean of the two in the middle. There must be
// a value.
func Median[T ~float64 | ~int64](sorted []T) T {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// noise is more than what rounding adds to a share of a number of values.
const noise = 1e-9

// Rank returns the smallest of sorted values that a share of them does not exceed (nearest rank),
// the zero value if there are none.
func Rank[T any](sorted []T, share float64) T {
	return At(sorted, share*float64(len(sorted)))
}

// At returns the value of a rank, from 1, in sorted values: the next one above for a rank between
// two, the first and the last beyond them, the zero value if there are none.
func At[T any](sorted []T, rank float64) T {
	if len(sorted) == 0 {
		var zero T
		return zero
	}
	return sorted[min(len(sorted)-1, max(0, int(math.Ceil(rank-noise))-1))]
}

// Wilson returns the interval of a share of which hits of n trials are known, n > 0; z is the
// quantile of the normal distribution that says how sure it is.
//
// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
func Wilson(hits, n int, z float64) (low, high float64) {
	size, share := float64(n), float64(hits)/float64(n)
	centre := share + z*z/(2*size)
	spread := z * math.Sqrt(share*(1-share)/size+z*z/(4*size*size))
	scale := 1 + z*z/size
	return max(0, (centre-spread)/scale), min(1, (centre+spread)/scale)
}
