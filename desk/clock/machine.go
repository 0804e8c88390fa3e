package clock

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/model"
)

// run holds the machines of a ticket's targets.
type run struct{ machines []*machine }

// step moves every machine, and adds one for a group or supplier that got the ticket.
func (r *run) step(before *Fact, s step) {
	if len(r.machines) == 0 {
		for _, k := range []model.TargetKind{model.FirstResponse, model.Resolution, model.UpdateTarget} {
			r.machines = append(r.machines, &machine{kind: k})
		}
	}
	r.add(model.OLATarget, s.fact.State.Group)
	r.add(model.SupplierTarget, s.fact.State.Supplier)
	for _, m := range r.machines {
		m.step(before, s)
	}
}

func (r *run) add(kind model.TargetKind, name string) {
	known := func(m *machine) bool { return m.kind == kind && m.name == name }
	if name != "" && !slices.ContainsFunc(r.machines, known) {
		r.machines = append(r.machines, &machine{kind: kind, name: name})
	}
}

// machine runs the clocks of one target.
type machine struct {
	kind model.TargetKind
	name string // of the group or supplier
	past []Clock
	now  Clock // started if Cycle is not 0

	hidden  bool // counted, because the start is retroactive, but not started yet
	resumed bool // a condition has ended the pause, whatever the state
}

// goal returns the goal and the calendar of the target for a ticket in this state.
func (m *machine) goal(s State, in *model.Service) (time.Duration, model.Calendar) {
	level, _ := in.LevelFor(s.Priority, s.Service)
	goal, name := time.Duration(0), level.Calendar
	switch m.kind {
	case model.FirstResponse:
		goal = level.FirstResponse
	case model.Resolution:
		goal, name = in.ResolutionGoal(s.Priority, s.Service, s.Request)
	case model.UpdateTarget:
		goal = level.UpdateEvery
	case model.OLATarget:
		g, _ := in.Group(m.name)
		goal, name = g.OLA.Of(s.Priority), g.Calendar
	case model.SupplierTarget:
		x, _ := in.Supplier(m.name)
		goal, name = x.Goals.Of(s.Priority), x.Calendar
	}
	c, ok := in.Calendar(name)
	if !ok {
		return 0, model.Calendar{}
	}
	return goal, c
}

func (m *machine) step(before *Fact, s step) {
	policy, f := s.model.Clock(m.kind), s.fact
	starts, stops := m.conditions(before, f, policy)
	open := m.now.Cycle > 0 && m.now.Open()
	switch {
	case open && f.becomes(before, policy.Cancel):
		m.end(f.At, Cancelled)
	case open && stops:
		m.end(f.At, Met)
	case open && m.kind == model.UpdateTarget && f.becomes(before, policy.Reset):
		m.end(f.At, Met)
		m.start(f.At)
	case open && f.becomes(before, policy.Reset):
		m.end(f.At, Cancelled)
		m.start(f.At)
	case !open && m.now.Cycle > 0 && m.again(f, starts):
		m.restart(f.At, policy.Reopen)
	case m.now.Cycle == 0 && starts:
		m.start(f.At)
	case m.now.Cycle == 0 && policy.Retroactive && len(m.past) == 0 && before == nil:
		m.start(f.At)
		m.hidden = true
	}
	if m.hidden && starts {
		m.hidden = false
	}
	if m.now.Cycle > 0 && m.now.Open() {
		m.segment(before, s, policy)
	}
}

// conditions reports whether the clock starts and stops at a fact. Clocks of groups and
// suppliers run while these have the ticket.
func (m *machine) conditions(before *Fact, f Fact, p model.ClockPolicy) (starts, stops bool) {
	has := func(s State) bool {
		if m.kind == model.OLATarget {
			return s.Group == m.name && !s.Status.Ended()
		}
		return s.Status == model.OnHold && s.Supplier == m.name
	}
	if m.kind == model.OLATarget || m.kind == model.SupplierTarget {
		had := before != nil && has(before.State)
		return has(f.State) && !had, !has(f.State) && had
	}
	return f.becomes(before, p.Start), f.becomes(before, p.Stop)
}

// again reports whether a clock that has ended goes on.
func (m *machine) again(f Fact, starts bool) bool {
	if m.kind == model.OLATarget || m.kind == model.SupplierTarget {
		return starts
	}
	return slices.Contains(f.Happened, model.Reopened)
}

func (m *machine) start(at time.Time) {
	if m.now.Cycle > 0 {
		m.past = append(m.past, m.now)
	}
	m.now = Clock{Cycle: m.now.Cycle + 1, Started: at}
	m.resumed = false
}

func (m *machine) restart(at time.Time, p model.ReopenPolicy) {
	switch p {
	case model.Resume:
		m.now.Segments = append(m.now.Segments, Segment{From: m.now.Ended, To: at, Phase: Paused})
		m.now.Ended, m.now.Phase = time.Time{}, Running
	case model.Restart:
		m.start(at)
	case model.FirstCycle: // stays as it was
	}
}

// end ends the clock. Whether it was met is decided by what was spent.
func (m *machine) end(at time.Time, p Phase) {
	m.close(at)
	m.now.Ended, m.now.Phase = at, p
}

// close ends the last segment, and drops it when it has no length.
func (m *machine) close(at time.Time) {
	n := len(m.now.Segments) - 1
	if n < 0 || !m.now.Segments[n].To.IsZero() {
		return
	}
	if last := &m.now.Segments[n]; last.From.Equal(at) {
		m.now.Segments = m.now.Segments[:n]
	} else {
		last.To = at
	}
}

// segment begins a new segment where the phase or the calendar has changed.
func (m *machine) segment(before *Fact, s step, p model.ClockPolicy) {
	f := s.fact
	goal, c := m.goal(f.State, s.model)
	m.now.Goal = goal
	waits := slices.ContainsFunc(p.Pause, f.holds)
	if !waits || before != nil && before.State.Status != f.State.Status {
		m.resumed = false
	}
	if waits && f.becomes(before, p.Resume) {
		m.resumed = true
	}
	phase := Running
	if waits && !m.resumed {
		phase = Paused
	}
	if n := len(m.now.Segments) - 1; n >= 0 {
		last := m.now.Segments[n]
		if last.To.IsZero() && last.Phase == phase && sameHours(last.calendar, c) {
			return
		}
	}
	m.close(f.At)
	m.now.Segments = append(m.now.Segments, Segment{From: f.At, Phase: phase, Calendar: c.Name, calendar: c})
}

// sameHours reports whether time passes alike on two calendars.
func sameHours(a, b model.Calendar) bool {
	if a.Name != b.Name || zoneName(a) != zoneName(b) || a.Region != b.Region ||
		!slices.EqualFunc(a.Holidays, b.Holidays, time.Time.Equal) {
		return false
	}
	for day := range a.Hours {
		if !slices.Equal(a.Hours[day], b.Hours[day]) {
			return false
		}
	}
	return true
}

func zoneName(c model.Calendar) string {
	if c.Zone == nil {
		return "UTC"
	}
	return c.Zone.String()
}

// clocks returns the runs that have a goal, with what is spent of it.
func (m *machine) clocks(now time.Time) []Clock {
	if m.now.Cycle == 0 || m.hidden {
		return nil
	}
	var out []Clock
	for _, c := range append(slices.Clone(m.past), m.now) {
		if c.Goal == 0 {
			continue
		}
		c.Kind, c.Target = m.kind, string(m.kind)
		if m.name != "" {
			c.Target += ":" + m.name
		}
		out = append(out, c.measured(now))
	}
	return out
}

// measured returns the clock with what is spent, when it is due and its phase.
func (c Clock) measured(now time.Time) Clock {
	c.Segments = slices.Clone(c.Segments)
	phase := Paused
	for _, s := range c.Segments {
		to := s.To
		if to.IsZero() {
			to, phase = now, s.Phase
		}
		if s.Phase == Running {
			c.Spent += Between(s.calendar, s.From, to)
		}
	}
	due, end, ok := c.crossing(c.Goal)
	if ok {
		c.Due = due
		if end.IsZero() {
			end = now
		}
	}
	late := ok && end.After(due)
	if n := len(c.Segments) - 1; !ok && !c.Open() && n >= 0 && c.Segments[n].Phase == Running {
		// As it would have been had it gone on.
		c.Due, _ = Add(c.Segments[n].calendar, c.Ended, c.Goal-c.Spent)
	}
	switch {
	case !c.Open() && c.Phase == Cancelled:
	case late:
		c.Phase = Breached
	case !c.Open():
		c.Phase = Met
	default:
		c.Phase = phase
	}
	return c
}
