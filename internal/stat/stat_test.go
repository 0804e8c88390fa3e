package stat_test

import (
	"math"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/stat"
)

func TestMedianAndRank(t *testing.T) {
	if got := stat.Median([]float64{1, 2, 4}); got != 2 {
		t.Errorf("the median of three is %v", got)
	}
	if got := stat.Median([]time.Duration{1, 2, 4, 8}); got != 3 {
		t.Errorf("the median of four is %v", got)
	}
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	for share, want := range map[float64]int{0: 1, 0.001: 1, 0.07: 7, 0.5: 50, 0.55: 55, 0.901: 91, 0.95: 95, 1: 100} {
		if got := stat.Rank(hundred, share); got != want {
			t.Errorf("rank %v of 1 to 100 is %d, want %d", share, got, want)
		}
	}
	if got := stat.At(hundred, 200); got != 100 {
		t.Errorf("beyond the last: %d", got)
	}
	if got := stat.Rank([]int{}, 0.5); got != 0 {
		t.Errorf("of none: %d", got)
	}
}

// TestWilson compares with intervals from the literature.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		hits, n   int
		low, high float64
	}{
		{1, 1, 0.2065, 1},
		{0, 10, 0, 0.2775},
		{81, 263, 0.2553, 0.3662}, // Newcombe, Statistics in Medicine 17 (1998), table I
		{15, 148, 0.0624, 0.1605},
	} {
		low, high := stat.Wilson(c.hits, c.n, 1.959964)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.hits, c.n, low, high, c.low, c.high)
		}
	}
}
