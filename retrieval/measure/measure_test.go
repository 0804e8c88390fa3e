package measure_test

import (
	"math"
	"testing"

	"github.com/deskbook/deskbook/retrieval/measure"
)

func TestReliability(t *testing.T) {
	var r measure.Reliability
	for _, x := range []struct {
		p     float64
		right bool
	}{{0.05, false}, {0.05, false}, {0.95, true}, {0.95, false}, {1, true}} {
		r.Add(x.p, x.right)
	}
	if r[0].Mean() != 0.05 || r[0].N != 2 || r[9].N != 3 || r[9].Share() != 0.6667 || r[5].Share() != 0 {
		t.Errorf("%+v", r)
	}
	// 2 of 5 off by .05 and 3 of 5 off by .9667 − .6667.
	if got := r.CalibrationError(); math.Abs(got-(2*0.05+3*0.3)/5) > 1e-9 {
		t.Errorf("calibration error %v", got)
	}
	if got := new(measure.Reliability).CalibrationError(); got != 0 {
		t.Errorf("calibration error of nothing is %v", got)
	}
}

func TestCalibrationErrorWeighsByNumber(t *testing.T) {
	var r measure.Reliability
	for i := range 100 {
		r.Add(.75, i < 75)
		r.Add(.95, i < 45)
	}
	if got := r.CalibrationError(); math.Abs(got-.25) > 1e-9 {
		t.Errorf("calibration error %v, want a quarter: half of the probabilities are off by a half", got)
	}
}
