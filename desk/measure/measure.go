package measure

import (
	"slices"
	"time"
)

// Unit says what the value of a measure is.
type Unit string

// The units.
const (
	Seconds Unit = "seconds" // the value is a mean
	Ratio   Unit = "ratio"
	Tickets Unit = "tickets"
)

// Row is what one ticket contributes to a measure. The rows that count make up the number: a
// ratio is the mean of their values, of which each is 0 or 1, a duration the mean, and a number
// of tickets the sum. For reuse, the sum of the values is divided by the number of different
// articles.
type Row struct {
	Ticket string // or the id of a visit
	// Counts is false for a ticket that the definition leaves out; Reason says why.
	Counts bool
	Reason string
	Value  float64
	At     Moment // the moment by which it belongs to the window
	Target string // of a compliance: the clock, such as ola:second-line
	// Provisional says that the value may still change while the ticket stays as it is.
	Provisional bool
	// Age is how old a ticket of the backlog is, in seconds.
	Age      float64
	articles []string // of reuse
	visit    bool     // of a visit rather than a ticket
}

// Visit reports whether the row is of a visit rather than a ticket.
func (r Row) Visit() bool { return r.visit }

// Measure is a number with its definition. The version changes with the definition.
type Measure struct {
	Name       string
	Title      string
	Unit       Unit
	Definition string
	Version    int
	rows       func(w frame, f *Facts) []Row // nil: none
	visits     func(w frame, v *Visit) []Row // nil: none
}

// Rows returns what a ticket contributes to the measure; nothing if the query leaves it out.
func (m Measure) Rows(q Query, r Rules, now time.Time, f *Facts) []Row {
	if m.rows == nil || !q.matches(f) {
		return nil
	}
	return m.rows(newFrame(q, now, r.ReopenDays), f)
}

// Measures lists all measures in the order in which they are shown.
func Measures() []Measure { return slices.Clone(measures) }

// Find returns the measure of a name.
func Find(name string) (Measure, bool) {
	i := slices.IndexFunc(measures, func(m Measure) bool { return m.Name == name })
	if i < 0 {
		return Measure{}, false
	}
	return measures[i], true
}
