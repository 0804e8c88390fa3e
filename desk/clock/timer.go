package clock

import (
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/model"
)

// Alarm is what a timer is about.
type Alarm string

// The alarms, which are the verbs of the events that record them.
const (
	Near     Alarm = "target_near"     // the share from which a breach is near is spent
	Breach   Alarm = "target_breached" // the goal is spent
	RuleDone Alarm = "escalation_done" // an escalation rule is due
)

// Timer is something that a clock makes due, and that has not been recorded yet.
type Timer struct {
	Alarm Alarm
	Rule  string // name of the escalation rule
	At    time.Time
	Clock Clock
}

// Key identifies a timer of a ticket.
func (t Timer) Key() string { return timerKey(t.Alarm, t.Rule, t.Clock.Target, t.Clock.Cycle) }

func timerKey(a Alarm, rule, target string, cycle int) string {
	return fmt.Sprintf("%s %s %s#%d", a, rule, target, cycle)
}

// Timers returns the timers of a ticket that no event has recorded yet, in the order of time.
// Each is recorded once. A breach is noticed even after its clock has ended; a warning only
// before the breach, and an escalation only while the clock runs.
func Timers(facts []Fact, clocks []Clock, m *model.Service) []Timer {
	recorded := map[string]bool{}
	for _, f := range facts {
		recorded[timerKey(Alarm(f.Verb), f.data.Rule, f.data.Target, f.data.Cycle)] = true
	}
	var out []Timer
	add := func(t Timer, ok bool) {
		if ok && !recorded[t.Key()] {
			out = append(out, t)
		}
	}
	last := facts[len(facts)-1].State
	for _, c := range clocks {
		if c.Phase == Cancelled {
			continue
		}
		running := c.Open() && c.Segments[len(c.Segments)-1].Phase == Running
		add(Timer{Alarm: Breach, At: c.Due, Clock: c}, c.Phase == Breached || running && !c.Due.IsZero())
		if !running {
			continue
		}
		if at, ok := c.At(time.Duration(m.NearBreach * float64(c.Goal))); m.NearBreach > 0 && c.Phase != Breached {
			add(Timer{Alarm: Near, At: at, Clock: c}, ok)
		}
		for _, r := range m.Escalations {
			if r.Target == c.Kind && r.Matches(last.Priority, last.Service, last.Category, last.Group, last.Type) {
				at, ok := c.At(r.DueAt(c.Goal))
				add(Timer{Alarm: RuleDone, Rule: r.Name, At: at, Clock: c}, ok)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Timer) int { return a.At.Compare(b.At) })
	return out
}

// Had reports whether a group has had the ticket since it was opened or last reopened.
func Had(facts []Fact, group string) bool {
	had := false
	for _, f := range facts {
		if slices.Contains(f.Happened, model.Reopened) {
			had = false
		}
		had = had || f.State.Group == group
	}
	return had
}
