package regress_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deskbook/deskbook/retrieval/regress"
)

// TestLogisticFindsTheWeights draws outcomes from known weights and finds them again.
func TestLogisticFindsTheWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	want := []float64{-1, 2, 0, -0.5}
	var samples []regress.Sample
	for range 20_000 {
		s := regress.Sample{X: []float64{1, rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}, Weight: 1}
		if rng.Float64() < regress.Probability(want, s.X) {
			s.Label = 1
		}
		samples = append(samples, s)
	}
	for i, w := range regress.Logistic(samples, len(want)) {
		if math.Abs(w-want[i]) > 0.1 {
			t.Errorf("weight %d is %v, want %v", i, w, want[i])
		}
	}
}

// TestLogisticSeparable: the penalty keeps the weights finite where a feature decides alone.
func TestLogisticSeparable(t *testing.T) {
	samples := []regress.Sample{
		{X: []float64{1, -1}, Weight: 1}, {X: []float64{1, 1}, Label: 1, Weight: 1},
	}
	w := regress.Logistic(samples, 2)
	if p := regress.Probability(w, []float64{1, 1}); math.IsNaN(p) || p <= 0.5 || p > 0.99 {
		t.Errorf("probability %v by %v", p, w)
	}
}
