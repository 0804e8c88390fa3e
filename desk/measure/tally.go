package measure

import (
	"math"
	"slices"

	"github.com/deskbook/deskbook/internal/stat"
)

// Value is a measure computed.
type Value struct {
	Measure
	// Value is the mean of seconds, the ratio, or the number of tickets; Known is false if there
	// was nothing to measure.
	Value float64
	Known bool
	// N is the number of rows that count: of tickets, or of clocks for a compliance; for reuse the
	// number of different articles.
	N int
	// Median and P90 are those of seconds.
	Median, P90 float64
	Provisional bool
	// Parts are numbers that are shown apart because they must not be summed up silently.
	Parts []Part
}

// Part is a number alongside a measure.
type Part struct {
	Name string
	N    int
}

// tally adds up the rows of a measure.
type tally struct {
	measure     Measure
	n           int
	sum         int64 // of values, in millionths: whole numbers add up in any order
	values      []float64
	articles    map[string]bool
	provisional bool
}

func (t *tally) add(r Row) {
	if !r.Counts {
		return
	}
	t.n++
	t.sum += int64(math.Round(r.Value * 1e6))
	t.provisional = t.provisional || r.Provisional
	if t.measure.Unit == Seconds {
		t.values = append(t.values, r.Value)
	}
	for _, a := range r.articles {
		if t.articles == nil {
			t.articles = map[string]bool{}
		}
		t.articles[a] = true
	}
}

// value returns what the rows so far make up.
func (t *tally) value() Value {
	v := Value{Measure: t.measure, N: t.n, Provisional: t.provisional}
	if t.articles != nil {
		v.N = len(t.articles)
	}
	v.Known = v.N > 0
	sum := float64(t.sum) / 1e6
	switch {
	case t.measure.Unit == Tickets:
		v.Value, v.Known = sum, true
	case v.Known:
		v.Value = sum / float64(v.N)
	}
	if len(t.values) > 0 {
		slices.Sort(t.values)
		v.Median, v.P90 = stat.Median(t.values), stat.Rank(t.values, 0.9)
	}
	return v
}
