package regress_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deskbook/deskbook/retrieval/regress"
)

// TestConditionalFindsTheWeights draws choices from known weights and finds them again.
func TestConditionalFindsTheWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	want := []float64{2, -1, 0}
	var all []regress.Choice
	for range 6000 {
		rows := make([][]float32, 6)
		odds := make([]float64, 6)
		sum := 0.0
		for i := range rows {
			z := 0.0
			for _, w := range want {
				x := rng.NormFloat64()
				rows[i] = append(rows[i], float32(x))
				z += w * x
			}
			odds[i] = math.Exp(z)
			sum += odds[i]
		}
		chosen, u := 0, rng.Float64()*sum
		for u > odds[chosen] {
			u -= odds[chosen]
			chosen++
		}
		rows[0], rows[chosen] = rows[chosen], rows[0]
		gains := make([]float64, len(rows))
		gains[0] = 1
		all = append(all, regress.Choice{Rows: rows, Gains: gains})
	}
	for k, w := range regress.Conditional(all, len(want), nil) {
		if math.Abs(w-want[k]) > 0.1 {
			t.Errorf("weight %d is %v, want %v", k, w, want[k])
		}
	}
	near := []float64{5, 5, 5}
	if got := regress.Conditional(all[:1], len(near), near); math.Abs(got[0]-5) > 0.5 || math.Abs(got[2]-5) > 0.5 {
		t.Errorf("one choice moved the weights to %v", got)
	}
}
