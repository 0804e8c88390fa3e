package eval

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/triage"
)

// TriageOptions says on what triage is measured: it learns from earlier tickets and is measured
// on later ones.
type TriageOptions struct {
	Field    string
	Examples []triage.Example
	Since    time.Time // tickets from here on are measured; zero: the newest fifth
	Before   time.Time // tickets from here on are left out
	Newest   int       // how many of the earlier tickets to learn from, 0 for all
	Progress func(done, total int)
}

// TriageReport is the result of Triage.
type TriageReport struct {
	Field   string                    `json:"field"`
	Learned int                       `json:"learned"`
	Tested  int                       `json:"tested"`
	Since   time.Time                 `json:"since"`
	Values  int                       `json:"values"`
	Unseen  float64                   `json:"unseen"` // share of the tested tickets whose value was not used before
	Systems map[string]TriageMeasures `json:"systems"`
	// The effect on these tickets of the floor that was chosen without them.
	Floor     float64 `json:"floor"`
	Coverage  float64 `json:"coverage"`
	Precision float64 `json:"precision"`
	// Follow is the same with a training run at the beginning of each week.
	Follow       TriageMeasures `json:"weekly"`
	HalfLifeDays float64        `json:"half_life_days"`
	Seconds      float64        `json:"seconds"`    // of the training
	HeapMB       float64        `json:"heap_mb"`    // the most that the training added
	WeightsKB    float64        `json:"weights_kb"` // as stored
	MicrosEach   float64        `json:"micros_each"`
}

// TriageMeasures holds the measures of one system.
type TriageMeasures struct {
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	// Coverage90 is the largest share of tickets, most probable first, of which 90% are right.
	Coverage90       float64 `json:"coverage_at_90"`
	CalibrationError float64 `json:"calibration_error"`
	Floored          float64 `json:"floored,omitempty"` // only of Follow: share above its own floors
	FlooredRight     float64 `json:"floored_right,omitempty"`
}

// systemTriage names the classifier among the systems.
const systemTriage = "triage"

// Triage measures the classifier and its baselines.
func Triage(ctx context.Context, o TriageOptions) (TriageReport, error) {
	early, late := split(o)
	if len(early) < triage.MinExamples || len(late) == 0 {
		return TriageReport{}, errors.New("too few tickets before and after the day that divides them")
	}
	r := TriageReport{
		Field: o.Field, Learned: len(early), Tested: len(late), Since: late[0].At,
		Systems: make(map[string]TriageMeasures),
	}
	known := make(map[string]bool)
	for _, e := range early {
		known[e.Label] = true
	}
	for _, e := range late {
		if !known[e.Label] {
			r.Unseen += 1 / float64(len(late))
		}
	}
	peak := watchHeap()
	begin := time.Now()
	c, err := triage.Learn(ctx, early)
	r.Seconds, r.HeapMB = time.Since(begin).Seconds(), peak()
	if err != nil {
		return TriageReport{}, err
	}
	if c == nil {
		return TriageReport{}, errors.New("nothing can be learned from the earlier tickets")
	}
	begin = time.Now()
	choices := c.Classify(late)
	r.MicrosEach = float64(time.Since(begin).Microseconds()) / float64(len(late))
	r.Values, r.HalfLifeDays, r.WeightsKB = len(c.Classes), c.Report.HalfLifeDays, float64(len(c.Encode()))/1024
	r.Systems[systemTriage] = measureOf(choices)
	above := c.Evaluate(choices)
	r.Floor, r.Coverage, r.Precision = above.Floor, above.Coverage, above.Precision
	baselines(&r, early, late, time.Duration(r.HalfLifeDays*24)*time.Hour)
	r.Follow, err = weekly(ctx, early, late, o.Progress)
	return r, err
}

func split(o TriageOptions) (early, late []triage.Example) {
	list := triage.SortByTime(o.Examples)
	if !o.Before.IsZero() {
		n := 0
		for n < len(list) && list[n].At.Before(o.Before) {
			n++
		}
		list = list[:n]
	}
	cut := len(list) - len(list)/5
	if !o.Since.IsZero() {
		cut = 0
		for cut < len(list) && list[cut].At.Before(o.Since) {
			cut++
		}
	}
	early, late = list[:cut], list[cut:]
	if o.Newest > 0 && len(early) > o.Newest {
		early = early[len(early)-o.Newest:]
	}
	return early, late
}

// baselines measures the other systems. Older tickets lose weight as fast as with the
// classifier, so that they differ only in how they distinguish values.
func baselines(r *TriageReport, early, late []triage.Example, half time.Duration) {
	weights := triage.TimeWeights(early, half)
	top := triage.MajorityLabel(early, weights)
	b := newBayes(early, weights)
	p := 0.0
	for i, e := range early {
		if e.Label == top {
			p += weights[i] / float64(len(early))
		}
	}
	for name, one := range map[string]func(e triage.Example) triage.Choice{
		baselineMajority: func(e triage.Example) triage.Choice { return triage.Choice{P: p, Value: top, Truth: e.Label} },
		baselineBayes:    b.choose,
	} {
		choices := make([]triage.Choice, len(late))
		for i, e := range late {
			choices[i] = one(e)
		}
		r.Systems[name] = measureOf(choices)
	}
}

// weekly measures what a desk would see: each week's tickets are classified by a training run on all
// that came before that week.
func weekly(ctx context.Context, early, late []triage.Example, progress func(done, total int)) (TriageMeasures, error) {
	const week = 7 * 24 * time.Hour
	all := append(append([]triage.Example{}, early...), late...)
	var choices []triage.Choice
	above, right := 0, 0
	for from := 0; from < len(late); {
		to := from
		for end := late[from].At.Add(week); to < len(late) && late[to].At.Before(end); {
			to++
		}
		c, err := triage.Learn(ctx, all[:len(early)+from])
		if err != nil || c == nil {
			return TriageMeasures{}, err
		}
		for _, x := range c.Classify(late[from:to]) {
			choices = append(choices, x)
			if c.Proposes(x.Value, x.P) {
				above++
				if x.Correct() {
					right++
				}
			}
		}
		from = to
		if progress != nil {
			progress(from, len(late))
		}
	}
	m := measureOf(choices)
	m.Floored, m.FlooredRight = measure.Ratio(above, len(choices)), measure.Ratio(right, above)
	return m, nil
}

func measureOf(choices []triage.Choice) TriageMeasures {
	all := triage.Classifier{Floor: triage.LowestFloor(choices, func(right, n int) bool {
		return n >= triage.MinForFloor && measure.Ratio(right, n) >= triage.TargetPrecision
	})}
	r := all.Evaluate(choices)
	return TriageMeasures{
		Accuracy: r.Accuracy, MacroF1: macroF1(choices), Coverage90: r.Coverage, CalibrationError: r.CalibrationError,
	}
}

// macroF1 returns the mean F1 of the values that occur, each counting the same.
func macroF1(choices []triage.Choice) float64 {
	type count struct{ said, is, both int }
	counts := make(map[string]*count)
	of := func(label string) *count {
		if counts[label] == nil {
			counts[label] = &count{}
		}
		return counts[label]
	}
	for _, c := range choices {
		of(c.Value).said++
		of(c.Truth).is++
		if c.Correct() {
			of(c.Truth).both++
		}
	}
	sum, n := 0.0, 0
	for _, label := range slices.Sorted(maps.Keys(counts)) { // a sum must not depend on the order of a map
		if c := counts[label]; c.is > 0 {
			sum += 2 * measure.Ratio(c.both, c.said+c.is)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// watchHeap samples the size of the heap until the returned function is called, which returns by
// how many megabytes it grew at most.
func watchHeap() func() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	begin := m.HeapAlloc
	var peak atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() float64 {
		close(done)
		<-ended
		return float64(max(peak.Load(), begin)-begin) / (1 << 20)
	}
}

// String shows the report as a table.
func (r TriageReport) String() string {
	var b strings.Builder
	const head = "%s: learned from %d tickets (%d values), tested on %d from %s on; " +
		"%.3f of these have a value never used before\n"
	fmt.Fprintf(&b, head, r.Field, r.Learned, r.Values, r.Tested, r.Since.Format(time.DateOnly), r.Unseen)
	fmt.Fprintf(&b, "%-12s %8s %8s %12s %8s\n", "", "accuracy", "macro-F1", "coverage@90%", "ECE")
	row := func(name string, m TriageMeasures) {
		fmt.Fprintf(&b, "%-12s %8.3f %8.3f %12.3f %8.3f\n", name, m.Accuracy, m.MacroF1, m.Coverage90, m.CalibrationError)
	}
	for _, name := range []string{systemTriage, baselineBayes, baselineMajority} {
		row(name, r.Systems[name])
	}
	row("weekly", r.Follow)
	fmt.Fprintf(&b, "above its floor of %.2f: %.3f of the tickets, %.3f of them right; trained weekly: %.3f, %.3f right\n",
		r.Floor, r.Coverage, r.Precision, r.Follow.Floored, r.Follow.FlooredRight)
	fmt.Fprintf(&b, "trained in %.1f s with %.0f MB, half-life %.0f days; weights %.0f KB; %.0f µs a ticket",
		r.Seconds, r.HeapMB, r.HalfLifeDays, r.WeightsKB, r.MicrosEach)
	return b.String()
}
