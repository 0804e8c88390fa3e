package desk

import (
	"slices"
	"time"
)

// Target is one thing that the service model promises of a ticket, by when.
type Target struct {
	Goal time.Duration // in the calendar's time
	Due  time.Time
	// Met is when it was reached; zero while it is open.
	Met time.Time
	// Left is the calendar's time left to the due time; below zero it is overdue by that.
	// For a target that was met it is counted at that moment.
	Left time.Duration
}

// Late reports whether the target was or is missed.
func (t Target) Late() bool { return t.Left < 0 }

// Over is by how much the target is missed; 0 when it is not.
func (t Target) Over() time.Duration { return max(0, -t.Left) }

// Due is when a ticket's targets are due, from its creation and the priority that it has
// now. There is no clock that stops: the time in which a ticket waited for its requester
// or a supplier is counted like any other.
type Due struct {
	Calendar      string
	FirstResponse Target
	Resolution    Target
}

// Due computes the targets of a ticket; ok is false when the service model has none for
// its priority.
func (m *ServiceModel) Due(t Ticket, now time.Time) (d Due, ok bool) {
	level, found := m.Level(t.Priority)
	if !found {
		return Due{}, false
	}
	j := slices.IndexFunc(m.Calendars, func(c Calendar) bool { return c.Name == level.Calendar })
	if j < 0 {
		return Due{}, false
	}
	hours := opening{calendar: m.Calendars[j], zone: m.Location}
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
		met = end // what ended without a reply waits for none
	}
	d.FirstResponse, ok = hours.target(t.CreatedAt, level.FirstResponse, met, now)
	if !ok {
		return Due{}, false
	}
	d.Resolution, ok = hours.target(t.CreatedAt, level.Resolution, end, now)
	return d, ok
}

// opening is a calendar in its zone.
type opening struct {
	calendar Calendar
	zone     *time.Location
}

func (o opening) target(start time.Time, goal time.Duration, met, now time.Time) (Target, bool) {
	due, ok := o.after(start, goal)
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
			t.Left = -at.Sub(due) // overdue since closing time
		}
	} else {
		t.Left = o.between(at, due)
	}
	return t, true
}

// maxDays bounds the search for open hours: a calendar that opens on no day of ten years
// never does.
const maxDays = 3660

// after gives the moment at which the opening hours since start add up to the length.
func (o opening) after(start time.Time, length time.Duration) (time.Time, bool) {
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

// between gives the opening hours between two moments.
func (o opening) between(a, b time.Time) time.Duration {
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

// day gives the open spans of the n-th day after that of t, none on a holiday.
func (o opening) day(t time.Time, n int) [][2]time.Time {
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
		out = append(out, [2]time.Time{time.Date(y, m, d, 0, s.From, 0, 0, o.zone), time.Date(y, m, d, 0, s.To, 0, 0, o.zone)})
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
