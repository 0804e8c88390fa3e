package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
)

// outcome is what the service model made of one ticket in one run.
type outcome struct {
	group, kind string
	priority    int
	clocks      []clock.Clock
	rules       []string // names of the escalation rules that were due
	actions     map[string]model.Boundary
}

// run computes the outcome of a ticket. then is the service model that was in force when the
// ticket was opened, and always the one to run under, nil for those in force.
func run(facts []clock.Fact, models clock.Timeline, always *model.Service, now time.Time) outcome {
	then := models.At(facts[0].At)
	under := then
	if always != nil {
		under, models = always, clock.Always(always)
		facts = decided(facts, then, always)
	}
	first, last := facts[0].State, facts[len(facts)-1].State
	o := outcome{
		group: first.Group, kind: string(last.Type), priority: last.Priority,
		clocks: clock.OfFacts(facts, models, now), actions: map[string]model.Boundary{},
	}
	o.rules = escalated(o.clocks, facts, under, now)
	for _, a := range model.Actions() {
		o.actions[a] = under.Boundary(last.Category, a)
	}
	return o
}

// decided returns the facts with what the service model m decides in the place of what the
// one then in force decided: the route, type and priority of a ticket for which nobody chose
// them.
func decided(facts []clock.Fact, then, m *model.Service) []clock.Fact {
	out := slices.Clone(facts)
	first := facts[0].State
	group, kind := first.Group, first.Type
	if group == then.DefaultGroup(first.Category) {
		group = m.DefaultGroup(first.Category)
	}
	if kind == then.DefaultType(first.Category) {
		kind = m.DefaultType(first.Category)
	}
	for i := range out {
		s := &out[i].State
		if s.Group == first.Group && !moved(facts[:i+1], func(s clock.State) string { return s.Group }) {
			s.Group = group
		}
		if s.Type == first.Type && !moved(facts[:i+1], func(s clock.State) string { return string(s.Type) }) {
			s.Type = kind
		}
		impact, urgency := s.Impact, s.Urgency
		if !moved(facts[:i+1], func(s clock.State) string { return fmt.Sprint(s.Impact, s.Urgency) }) &&
			impact == then.DefaultImpact && urgency == then.DefaultUrgency {
			impact, urgency = m.DefaultImpact, m.DefaultUrgency
		}
		if p := m.Priority(impact, urgency); p > 0 {
			s.Priority = p
		}
	}
	return out
}

// moved reports whether a value of the state has changed since the ticket was opened.
func moved(facts []clock.Fact, value func(clock.State) string) bool {
	return slices.ContainsFunc(facts, func(f clock.Fact) bool { return value(f.State) != value(facts[0].State) })
}

// escalated returns the names of the rules that were due while their clocks ran. What a rule
// does is not run on: a ticket that it would have given to another group stays where it was.
func escalated(clocks []clock.Clock, facts []clock.Fact, m *model.Service, now time.Time) []string {
	var out []string
	for _, c := range clocks {
		for _, r := range m.Escalations {
			if r.Target != c.Kind || slices.Contains(out, r.Name) {
				continue
			}
			at, ok := c.At(r.DueAt(c.Goal))
			if !ok || at.After(now) {
				continue
			}
			s := stateAt(facts, at)
			if r.Matches(s.Priority, s.Service, s.Category, s.Group, s.Type) {
				out = append(out, r.Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func stateAt(facts []clock.Fact, at time.Time) clock.State {
	s := facts[0].State
	for _, f := range facts {
		if f.At.After(at) {
			break
		}
		s = f.State
	}
	return s
}

// phase returns how a target of the ticket ended, "open" for one that runs or is paused and
// "" for a ticket without it. A target that was missed in any of its runs was missed.
func (o outcome) phase(kind model.TargetKind) string {
	out := ""
	for _, c := range o.clocks {
		if c.Kind != kind || out == string(clock.Breached) {
			continue
		}
		out = string(c.Phase)
		if c.Phase == clock.Running || c.Phase == clock.Paused {
			out = "open"
		}
	}
	return out
}

// over returns by how much business time a target was missed.
func (o outcome) over(kind model.TargetKind) (over time.Duration) {
	for _, c := range o.clocks {
		if c.Kind == kind && c.Phase == clock.Breached {
			over = max(over, -c.Left())
		}
	}
	return over
}

// automation describes the boundaries of the actions that differ between two runs.
func automation(a, b outcome) (from, to string) {
	var x, y []string
	for _, action := range model.Actions() {
		if a.actions[action] != b.actions[action] {
			x = append(x, action+" "+string(a.actions[action]))
			y = append(y, action+" "+string(b.actions[action]))
		}
	}
	return strings.Join(x, ", "), strings.Join(y, ", ")
}
