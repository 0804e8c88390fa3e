package measure_test

import (
	"testing"

	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
)

// TestCrossed compares values with both kinds of limits.
func TestCrossed(t *testing.T) {
	for _, c := range []struct {
		value float64
		known bool
		above bool
		want  bool
	}{
		{5, true, true, true},
		{4, true, true, false},
		{3, true, false, true},
		{4, true, false, false},
		{9, false, true, false},
	} {
		m, _ := measure.Find("mttr")
		got := measure.Crossed(model.Threshold{Measure: "mttr", Limit: 4, Above: c.above},
			measure.Value{Measure: m, Value: c.value, Known: c.known})
		if got != c.want {
			t.Errorf("%+v: crossed %v", c, got)
		}
	}
}
