package ranker_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/retrieval/ranker"
)

func TestShippedWeightsAreUsable(t *testing.T) {
	w := ranker.Shipped(ranker.Setting{})
	if w.Tickets == 0 || w.Young < 1 || len(w.Linear) == 0 || w.Calibrator == (ranker.Calibrator{}) {
		t.Fatalf("%+v", w)
	}
	again, err := ranker.Parse(w.JSON())
	if err != nil || again.Hash() != w.Hash() || len(w.Hash()) != 32 {
		t.Errorf("read again: %v, %s and %s", err, again.Hash(), w.Hash())
	}
	if shipped, err := ranker.Parse(""); err != nil || shipped.Hash() != w.Hash() {
		t.Errorf("no weights are the shipped ones: %v", err)
	}
}

// TestSwitchNeedsMoreThanChance: the question is put every night.
func TestSwitchNeedsMoreThanChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	const tickets = 300
	draw := func(mean, spread float64) (now, then []float64) {
		for range tickets {
			base := rng.Float64() * .8
			then = append(then, base)
			now = append(now, base+mean+spread*rng.NormFloat64())
		}
		return now, then
	}
	for _, c := range []struct {
		name         string
		mean, spread float64
		worth        bool
	}{
		{"clearly better", .03, .1, true},
		{"sure and tiny", .002, .001, false},
		{"worse", -.03, .1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if gain, worth := ranker.SwitchFor(draw(c.mean, c.spread)); worth != c.worth {
				t.Errorf("%+v: %v", gain, worth)
			}
		})
	}
	taken := 0
	const nights = 400
	for range nights {
		if _, worth := ranker.SwitchFor(draw(0, .2)); worth {
			taken++
		}
	}
	if taken > nights/50 {
		t.Errorf("%d of %d differences of nothing but chance are taken", taken, nights)
	}
}

func TestShippedWeightsOfEachSetting(t *testing.T) {
	seen := map[string]bool{}
	for _, sensed := range []bool{false, true} {
		for _, reads := range []bool{false, true} {
			w := ranker.Shipped(ranker.Setting{Sensed: sensed, Reads: reads})
			if w.Tickets == 0 || (w.Read != nil) != reads || w.Calibrator == (ranker.Calibrator{}) || seen[w.Hash()] {
				t.Errorf("meanings %v, reading %v: the weights cannot be used: %+v", sensed, reads, w)
			}
			seen[w.Hash()] = true
			again, err := ranker.Parse(w.JSON())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(w, again); diff != "" {
				t.Error(diff)
			}
		}
	}
}
