package desk

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/model"
)

// Target is a deadline that the service model sets for a ticket.
type Target struct {
	Goal time.Duration // in calendar time
	Due  time.Time
	Met  time.Time // zero while it is open
	// Left is the calendar time left until Due, negative when overdue. For a target that
	// was met it is what was left at that moment.
	Left time.Duration
}

// Late reports whether the target was or is missed.
func (t Target) Late() bool { return t.Left < 0 }

// Over returns by how much the target is or was missed; 0 when it is not.
func (t Target) Over() time.Duration { return max(0, -t.Left) }

// Due holds a ticket's targets, counted from its creation by its current priority. The
// clock never stops: the time in which the ticket waits for its requester or a supplier
// counts as well.
type Due struct {
	Calendar      string
	FirstResponse Target
	Resolution    Target
}

// DueOf returns the targets of a ticket; ok is false when the service model has none for its
// priority.
func DueOf(m *model.Service, t Ticket, now time.Time) (d Due, ok bool) {
	level, found := m.Level(t.Priority)
	if !found {
		return Due{}, false
	}
	j := slices.IndexFunc(m.Calendars, func(c model.Calendar) bool { return c.Name == level.Calendar })
	if j < 0 {
		return Due{}, false
	}
	hours := businessHours{calendar: m.Calendars[j], zone: m.Location}
	if hours.zone == nil {
		hours.zone = time.UTC
	}
	d.Calendar = level.Calendar
	end := time.Time{}
	if t.Status.Ended() {
		end = t.ResolvedAt
		if end.IsZero() {
			end = t.ClosedAt
		}
	}
	met := t.FirstReplyAt
	if met.IsZero() {
		met = end // a ticket that ended without a reply needs none any more
	}
	d.FirstResponse, ok = hours.target(t.CreatedAt, level.FirstResponse, met, now)
	if !ok {
		return Due{}, false
	}
	d.Resolution, ok = hours.target(t.CreatedAt, level.Resolution, end, now)
	return d, ok
}

// businessHours is a calendar in a time zone.
type businessHours struct {
	calendar model.Calendar
	zone     *time.Location
}

func (o businessHours) target(start time.Time, goal time.Duration, met, now time.Time) (Target, bool) {
	due, ok := o.add(start, goal)
	if !ok {
		return Target{}, false
	}
	at := now
	if !met.IsZero() {
		at = met
	}
	t := Target{Goal: goal, Due: due.UTC(), Met: met}
	if at.After(due) {
		t.Left = -o.between(due, at)
		if t.Left == 0 {
			t.Left = -at.Sub(due) // overdue, and closed since then
		}
	} else {
		t.Left = o.between(at, due)
	}
	return t, true
}

// maxDays bounds the search for business hours: a calendar without any in ten years never
// has any.
const maxDays = 3660

// add returns the moment at which the business hours since start add up to length.
func (o businessHours) add(start time.Time, length time.Duration) (time.Time, bool) {
	start = start.In(o.zone)
	for n := range maxDays {
		for _, s := range o.day(start, n) {
			from := latest(s[0], start)
			if open := s[1].Sub(from); open > 0 {
				if length <= open {
					return from.Add(length), true
				}
				length -= open
			}
		}
	}
	return time.Time{}, false
}

// between returns the business hours between two moments.
func (o businessHours) between(a, b time.Time) time.Duration {
	var sum time.Duration
	a = a.In(o.zone)
	for n := range maxDays {
		spans := o.day(a, n)
		for _, s := range spans {
			from, to := latest(s[0], a), s[1]
			if to.After(b) {
				to = b
			}
			if to.After(from) {
				sum += to.Sub(from)
			}
		}
		if y, m, d := a.Date(); time.Date(y, m, d+n+1, 0, 0, 0, 0, o.zone).After(b) {
			break
		}
	}
	return sum
}

// day returns the business hours on the n-th day after that of t, none on a holiday.
func (o businessHours) day(t time.Time, n int) [][2]time.Time {
	y, m, d := t.Date()
	midnight := time.Date(y, m, d+n, 0, 0, 0, 0, o.zone)
	y, m, d = midnight.Date()
	if slices.ContainsFunc(o.calendar.Holidays, func(h time.Time) bool {
		hy, hm, hd := h.Date()
		return hy == y && hm == m && hd == d
	}) {
		return nil
	}
	var out [][2]time.Time
	for _, s := range o.calendar.Hours[midnight.Weekday()] {
		out = append(out, [2]time.Time{
			time.Date(y, m, d, 0, s.From, 0, 0, o.zone), time.Date(y, m, d, 0, s.To, 0, 0, o.zone),
		})
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
