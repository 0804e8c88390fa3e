package measure

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/model"
)

// Report is all measures over a window.
type Report struct {
	From, To time.Time // From is zero for the beginning of the record
	At       time.Time // when it was computed
	Values   []Value
	Series   []Bucket // the window in equal steps, oldest first; nil without a beginning
	Ages     []Age    // of the backlog
}

// Bucket is a step of a trend.
type Bucket struct {
	From, To time.Time
	Values   []Value // in the order of the measures
}

// Age is how many tickets of the backlog are at most this old, and older than the age before.
type Age struct {
	UpTo time.Duration // 0 for any age
	N    int
}

// ageSteps are the ages that a backlog is sorted by.
var ageSteps = []time.Duration{24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 0}

// Builder adds up tickets to a report.
type Builder struct {
	frame
	tallies []*tally
	steps   []step
	ages    []Age
	parts   parts // of the visits
}

type step struct {
	frame
	tallies []*tally
}

// Rules are what the service model says about measures.
type Rules struct {
	// ReopenDays is how many days a ticket can be reopened; a resolution is final after them.
	ReopenDays int
	// Zone is where days begin; nil is UTC.
	Zone *time.Location
}

// NewBuilder returns a builder of the report of a query at a time.
func NewBuilder(q Query, r Rules, now time.Time) *Builder {
	w := newFrame(q, now, r.ReopenDays)
	t := &Builder{frame: w, tallies: newTallies()}
	for _, s := range ageSteps {
		t.ages = append(t.ages, Age{UpTo: s})
	}
	for _, b := range buckets(w, r.zone()) {
		t.steps = append(t.steps, step{frame: b, tallies: newTallies()})
	}
	return t
}

func newTallies() []*tally {
	out := make([]*tally, len(measures))
	for i, m := range measures {
		out[i] = &tally{measure: m}
	}
	return out
}

// RulesOf returns the rules of a service model.
func RulesOf(m *model.Service) Rules { return Rules{ReopenDays: m.ReopenDays(), Zone: m.Location} }

func (r Rules) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// Add adds what a ticket contributes.
func (t *Builder) Add(f *Facts) {
	if !t.matches(f) {
		return
	}
	t.eachStep(f)
	for i, m := range measures {
		if m.rows == nil {
			continue
		}
		for _, r := range m.rows(t.frame, f) {
			t.row(i, r)
		}
	}
}

// AddVisit adds what a visit contributes.
func (t *Builder) AddVisit(v *Visit) {
	if !t.in(v.Created) {
		return
	}
	t.parts.add(v)
	for i, m := range measures {
		if m.visits == nil {
			continue
		}
		for _, r := range m.visits(t.frame, v) {
			t.row(i, r)
		}
	}
}

// row adds a row of the i-th measure.
func (t *Builder) row(i int, r Row) {
	t.tallies[i].add(r)
	if measures[i].Name == "backlog" {
		t.age(r)
	}
	if measures[i].perStep() {
		return // see eachStep
	}
	if j := slices.IndexFunc(t.steps, func(s step) bool { return s.in(r.At) }); j >= 0 {
		t.steps[j].tallies[i].add(r)
	}
}

func (t *Builder) age(r Row) {
	if !r.Counts {
		return
	}
	for i, a := range t.ages {
		if a.UpTo == 0 || r.Age <= a.UpTo.Seconds() {
			t.ages[i].N++
			return
		}
	}
}

// eachStep adds what a ticket contributes to several steps of the trend.
func (t *Builder) eachStep(f *Facts) {
	for _, s := range t.steps {
		for i, m := range measures {
			if !m.perStep() {
				continue
			}
			for _, r := range m.rows(s.frame, f) {
				s.tallies[i].add(r)
			}
		}
	}
}

// Report returns what was added up so far.
func (t *Builder) Report() Report {
	r := Report{From: t.from.Time(), To: t.to.Time(), At: t.now.Time(), Values: values(t.tallies), Ages: t.ages}
	for i, m := range measures {
		if m.visits != nil {
			r.Values[i].Parts = t.parts.list()
		}
	}
	for _, s := range t.steps {
		r.Series = append(r.Series, Bucket{From: s.from.Time(), To: s.to.Time(), Values: values(s.tallies)})
	}
	return r
}

func values(tallies []*tally) []Value {
	out := make([]Value, len(tallies))
	for i, t := range tallies {
		out[i] = t.value()
	}
	return out
}

// buckets divides a window into days, weeks of seven days, or months, so that there are at most
// about two dozen.
func buckets(w frame, zone *time.Location) []frame {
	if w.from == 0 || w.to <= w.from {
		return nil
	}
	next := func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	switch span := w.to - w.from; {
	case span <= 31*day:
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	case span <= 190*day:
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }
	case span > 4*366*day:
		next = func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }
	}
	var out []frame
	for at := w.from.Time().In(zone); At(at) < w.to; {
		b := w
		b.from = At(at)
		at = next(at)
		b.to = min(w.to, At(at))
		out = append(out, b)
	}
	return out
}
