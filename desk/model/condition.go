package model

import "time"

// TargetKind is what a clock measures.
type TargetKind string

// The kinds of targets.
const (
	FirstResponse  TargetKind = "first_response"
	Resolution     TargetKind = "resolution"
	UpdateTarget   TargetKind = "update"   // the longest silence that a requester may see
	OLATarget      TargetKind = "ola"      // time in a group
	SupplierTarget TargetKind = "supplier" // time at a supplier
)

// TargetKinds lists the kinds of targets.
func TargetKinds() []TargetKind {
	return []TargetKind{FirstResponse, Resolution, UpdateTarget, OLATarget, SupplierTarget}
}

// Condition is something that is true of a ticket, or that happens to it, and that a clock
// can depend on.
type Condition string

// The conditions on the state of a ticket, besides the names of the statuses.
const (
	AtSupplier Condition = "at_supplier" // on hold at a supplier
	Unassigned Condition = "unassigned"
	Assigned   Condition = "assigned"
)

// The conditions that are true at one moment.
const (
	Created         Condition = "created"
	FirstReply      Condition = "first_reply" // the desk's first public reply by a person
	AnyReply        Condition = "reply"       // any public reply of the desk by a person
	RequesterReply  Condition = "requester_reply"
	Escalated       Condition = "escalated"
	GroupChanged    Condition = "group_changed"
	PriorityChanged Condition = "priority_changed"
	ServiceChanged  Condition = "service_changed"
	CategoryChanged Condition = "category_changed"
	TypeChanged     Condition = "type_changed"
	Reopened        Condition = "reopened"
	Merged          Condition = "merged"
	Withdrawn       Condition = "withdrawn" // resolved as withdrawn
	DuplicateFound  Condition = "duplicate" // resolved as a duplicate
)

// States lists the conditions on the state of a ticket.
func States() []Condition {
	return []Condition{
		Condition(New), Condition(Open), Condition(Pending), Condition(OnHold), Condition(Resolved), Condition(Closed),
		AtSupplier, Assigned, Unassigned,
	}
}

// Conditions lists all conditions.
func Conditions() []Condition {
	return append(States(), Created, FirstReply, AnyReply, RequesterReply, Escalated, GroupChanged, PriorityChanged,
		ServiceChanged, CategoryChanged, TypeChanged, Reopened, Merged, Withdrawn, DuplicateFound)
}

// ReopenPolicy says what a reopening does to a clock that was stopped.
type ReopenPolicy string

// The policies.
const (
	Resume     ReopenPolicy = "resume"      // goes on with the time spent; the time in between does not count
	Restart    ReopenPolicy = "restart"     // starts again from zero
	FirstCycle ReopenPolicy = "first_cycle" // stays as it was when it first stopped
)

// ReopenPolicies lists the policies.
func ReopenPolicies() []ReopenPolicy { return []ReopenPolicy{Resume, Restart, FirstCycle} }

// ClockPolicy says what moves the clock of a target. A clock starts, stops, is cancelled or
// reset when one of the conditions becomes true. It is paused while one of Pause is true,
// unless one of Resume has happened since.
type ClockPolicy struct {
	Start, Pause, Resume, Stop, Cancel, Reset []Condition
	// Retroactive counts a clock that starts late from the creation of the ticket, with the
	// pauses that there were.
	Retroactive bool
	Reopen      ReopenPolicy
}

// defaultClocks returns what moves the clocks of a service model that does not say so.
func defaultClocks() map[TargetKind]ClockPolicy {
	cancel := []Condition{Merged, Withdrawn, DuplicateFound}
	ended := []Condition{Condition(Resolved), Condition(Closed)}
	waiting := []Condition{Condition(Pending), Condition(OnHold)}
	return map[TargetKind]ClockPolicy{
		FirstResponse: {
			Start: []Condition{Created}, Stop: append([]Condition{FirstReply}, ended...), Cancel: cancel, Reopen: FirstCycle,
		},
		Resolution: {Start: []Condition{Created}, Pause: waiting, Stop: ended, Cancel: cancel, Reopen: Resume},
		UpdateTarget: {
			Start: []Condition{Created}, Stop: ended, Cancel: cancel, Reset: []Condition{AnyReply},
			Reopen: Restart,
		},
		OLATarget:      {Pause: waiting, Cancel: cancel, Reopen: Resume},
		SupplierTarget: {Cancel: cancel, Reopen: Resume},
	}
}

// Targets holds a goal for each priority 1 to 5, 0 for none.
type Targets [5]time.Duration

// Of returns the goal for a priority, 0 for none.
func (t Targets) Of(priority int) time.Duration {
	if priority < 1 || priority > len(t) {
		return 0
	}
	return t[priority-1]
}

func readClocks(root *fields) map[TargetKind]ClockPolicy {
	clocks := defaultClocks()
	if !root.has("clocks") {
		return clocks
	}
	f := root.get("clocks").fields()
	defer f.done()
	for _, kind := range TargetKinds() {
		if f.has(string(kind)) {
			row := f.get(string(kind)).fields()
			clocks[kind] = readClock(row, kind, clocks[kind])
			row.done()
		}
	}
	return clocks
}

// readClock reads a row on top of the policy p. The owning group or supplier starts and
// stops a clock of its own, so that these have no conditions for that.
func readClock(f *fields, kind TargetKind, p ClockPolicy) ClockPolicy {
	read := func(key string, list *[]Condition, allowed []Condition) {
		if f.has(key) {
			*list = oneOfEach(f.get(key), allowed)
		}
	}
	if kind != OLATarget && kind != SupplierTarget {
		read("start", &p.Start, Conditions())
		read("stop", &p.Stop, Conditions())
		if f.has("retroactive") {
			p.Retroactive = f.get("retroactive").boolean()
		}
	}
	read("pause", &p.Pause, States())
	read("resume", &p.Resume, Conditions())
	read("cancel", &p.Cancel, Conditions())
	read("reset", &p.Reset, Conditions())
	if f.has("reopen") {
		p.Reopen = oneOf(f.get("reopen"), ReopenPolicies())
	}
	return p
}

func readTargets(v value) (t Targets) {
	f := v.fields()
	defer f.done()
	for i, key := range priorities() {
		if f.has(key) {
			t[i] = f.get(key).duration()
		}
	}
	return t
}

func priorities() []string { return []string{"1", "2", "3", "4", "5"} }
