package measure

import (
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

// Clock is one run of a target's clock, as far as measures need it.
type Clock struct {
	Target    string `json:"target"`
	Ended     Moment `json:"ended,omitempty"` // never for an open one
	Due       Moment `json:"due,omitempty"`   // never while the clock is paused before
	Met       bool   `json:"met,omitempty"`   // of one that ended
	Cancelled bool   `json:"cancelled,omitempty"`
}

// decided returns when it was decided that the target was met or missed, and which; ok is false
// while it is open and not past due, and for a cancelled one.
func (c Clock) decided(now Moment) (at Moment, met, ok bool) {
	switch {
	case c.Cancelled:
		return c.Ended, false, false
	case c.Met:
		return c.Ended, true, true
	}
	return c.Due, false, c.Due != 0 && c.Due < now
}

// is reports whether the clock belongs to a kind of target.
func (c Clock) is(kind model.TargetKind) bool {
	name, _, _ := strings.Cut(c.Target, ":")
	return name == string(kind)
}

// addTargets adds what the service models in force say about the ticket: the clocks of its targets,
// and the business time until its resolution.
func (f *Facts) addTargets(events []journal.Event, models clock.Timeline, now time.Time) {
	if len(models) == 0 {
		return
	}
	known := clock.Facts(events)
	for _, c := range clock.OfFacts(known, models, now) {
		f.Clocks = append(f.Clocks, Clock{
			Target: c.Target, Ended: At(c.Ended), Due: At(c.Due), Met: !c.Open() && c.Phase == clock.Met,
			Cancelled: c.Phase == clock.Cancelled,
		})
	}
	f.addSigns(known, models)
	if r, ok := f.standing(); ok {
		f.Business, f.BusinessPending = business(known, models, r.At)
	}
}

// business returns the business time from the first fact to the last resolution, on the calendars
// in force in between, and how much of it the ticket waited for its requester. Both are nil if the
// service model had no calendar for the ticket.
func business(known []clock.Fact, models clock.Timeline, until Moment) (all, pending *Moment) {
	all, pending = new(Moment), new(Moment)
	end := until.Time()
	for i, f := range known {
		to := end
		if i+1 < len(known) && known[i+1].At.Before(end) {
			to = known[i+1].At
		}
		for _, span := range spans(f.At, to, models) {
			c, ok := calendar(span.model, f.State)
			if !ok {
				return nil, nil
			}
			d := Moment(clock.Between(c, span.from, span.to) / time.Microsecond)
			*all += d
			if f.State.Status == model.Pending {
				*pending += d
			}
		}
	}
	return all, pending
}

// span is a time under one service model.
type span struct {
	from, to time.Time
	model    *model.Service
}

// spans divides a time by the service models in force.
func spans(from, to time.Time, models clock.Timeline) (out []span) {
	for from.Before(to) {
		s := span{from: from, to: to, model: models.At(from)}
		for _, v := range models[1:] {
			if v.From.After(from) && v.From.Before(s.to) {
				s.to = v.From
			}
		}
		out, from = append(out, s), s.to
	}
	return out
}

// calendar returns the calendar of a ticket in this state.
func calendar(m *model.Service, s clock.State) (model.Calendar, bool) {
	_, name := m.ResolutionGoal(s.Priority, s.Service, s.Request)
	return m.Calendar(name)
}

func mttrBusiness(w frame, f *Facts) []Row {
	rows := mttr(w, f)
	if len(rows) == 0 || f.Business == nil {
		return nil
	}
	d := *f.Business
	if w.PendingOut {
		d -= *f.BusinessPending
	}
	rows[0].Value = seconds(d)
	return rows
}

// compliance returns the function for the clocks of a kind of target.
func compliance(kind model.TargetKind) func(w frame, f *Facts) []Row {
	return func(w frame, f *Facts) (out []Row) {
		for _, c := range f.Clocks {
			at, met, ok := c.decided(w.now)
			if !c.is(kind) || !ok && !c.Cancelled || !w.in(at) {
				continue
			}
			r := human(f, at, share(met))[0]
			if c.Cancelled && r.Counts {
				r.Counts, r.Reason = false, "cancelled"
			}
			if strings.Contains(c.Target, ":") {
				r.Target = c.Target
			}
			out = append(out, r)
		}
		return out
	}
}

// updatesKept is the row of a ticket whose requester was due an update in the window.
func updatesKept(w frame, f *Facts) []Row {
	kept, last := true, Moment(0)
	for _, c := range f.Clocks {
		if at, met, ok := c.decided(w.now); ok && c.is(model.UpdateTarget) && w.in(at) {
			kept, last = kept && met, max(last, at)
		}
	}
	if last == 0 {
		return nil
	}
	return human(f, last, share(kept))
}

// perStep are the measures of which one ticket can belong to several steps of a trend.
var perStep = []string{"backlog", "reuse", "updates_kept"}

func (m Measure) perStep() bool { return slices.Contains(perStep, m.Name) }
