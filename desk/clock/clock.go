package clock

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

// Phase is the state of a clock or of a segment of it.
type Phase string

// The phases. Segments are running or paused.
const (
	Running   Phase = "running"
	Paused    Phase = "paused"
	Met       Phase = "met"
	Breached  Phase = "breached" // also of an open clock that is past due
	Cancelled Phase = "cancelled"
)

// Clock is one run of a target's clock.
type Clock struct {
	Target string // "resolution"; of a group or supplier "ola:second-line", "supplier:acme"
	Kind   model.TargetKind
	Cycle  int // 1, 2, … for clocks of the same target
	Goal   time.Duration
	Spent  time.Duration // business time, until Ended or now
	// Due is when the goal is or was spent; zero while that cannot be said because the clock
	// is paused before.
	Due      time.Time
	Phase    Phase
	Started  time.Time
	Ended    time.Time // zero for an open clock
	Segments []Segment
}

// Segment is a time in which a clock ran or was paused, on one calendar.
type Segment struct {
	From, To time.Time // To is zero for the last segment of an open clock
	Phase    Phase
	Calendar string

	calendar model.Calendar
}

// Open reports whether the clock has not ended.
func (c Clock) Open() bool { return c.Ended.IsZero() }

// Left returns the business time left of the goal, negative when it is or was missed.
func (c Clock) Left() time.Duration { return c.Goal - c.Spent }

// At returns the moment at which this much was or will be spent, if the clock goes on as it
// does now; ok is false when it is paused, or ended, before.
func (c Clock) At(spent time.Duration) (at time.Time, ok bool) {
	at, _, ok = c.crossing(spent)
	return at, ok
}

// crossing is At with the end of the segment, zero for one that has not ended.
func (c Clock) crossing(spent time.Duration) (at, end time.Time, ok bool) {
	for _, s := range c.Segments {
		if s.Phase != Running {
			continue
		}
		if s.To.IsZero() {
			at, ok = Add(s.calendar, s.From, spent)
			return at, s.To, ok
		}
		part := Between(s.calendar, s.From, s.To)
		if spent <= part {
			at, ok = Add(s.calendar, s.From, spent)
			return at, s.To, ok
		}
		spent -= part
	}
	return at, at, false
}

// Timeline lists the service models that were in force, the oldest first. The first counts
// from the beginning of time.
type Timeline []model.InForce

// Always returns the timeline of one service model.
func Always(m *model.Service) Timeline { return Timeline{{Model: m}} }

// At returns the service model in force at a moment.
func (t Timeline) At(at time.Time) *model.Service {
	m := t[0].Model
	for _, v := range t[1:] {
		if v.From.After(at) {
			break
		}
		m = v.Model
	}
	return m
}

// Of returns the clocks of a ticket as they are at a moment, from its events and the service
// models in force; the runs of one target follow each other. Targets without a goal have
// none.
func Of(events []journal.Event, models Timeline, now time.Time) []Clock {
	return OfFacts(Facts(events), models, now)
}

// OfFacts is Of for facts that are known already.
func OfFacts(facts []Fact, models Timeline, now time.Time) []Clock {
	facts = slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return f.At.After(now) })
	if len(facts) == 0 || len(models) == 0 {
		return nil
	}
	run := run{}
	steps := steps(facts, models, now)
	for i, s := range steps {
		var before *Fact
		if i > 0 {
			before = &steps[i-1].fact
		}
		run.step(before, s)
	}
	var out []Clock
	for _, m := range run.machines {
		out = append(out, m.clocks(now)...)
	}
	return out
}

// Latest returns the last run of each target.
func Latest(clocks []Clock) []Clock {
	var out []Clock
	for i, c := range clocks {
		if i+1 == len(clocks) || clocks[i+1].Target != c.Target {
			out = append(out, c)
		}
	}
	return out
}

// step is a fact, or a change of the service model, with the model then in force.
type step struct {
	fact  Fact
	model *model.Service
}

func steps(facts []Fact, models Timeline, now time.Time) []step {
	out := make([]step, 0, len(facts)+len(models))
	i := 0
	for _, v := range models[1:] {
		for ; i < len(facts) && facts[i].At.Before(v.From); i++ {
			out = append(out, step{facts[i], models.At(facts[i].At)})
		}
		if i > 0 && !v.From.After(now) {
			quiet := Fact{At: v.From, State: facts[i-1].State}
			out = append(out, step{quiet, v.Model})
		}
	}
	for ; i < len(facts); i++ {
		out = append(out, step{facts[i], models.At(facts[i].At)})
	}
	return out
}
