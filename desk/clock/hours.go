package clock

import (
	"time"

	"github.com/deskbook/deskbook/desk/model"
)

// maxDays bounds the search for business hours: a calendar without any in ten years never
// has any.
const maxDays = 3660

// Between returns the business time of the calendar between two moments, 0 unless b is after
// a.
func Between(c model.Calendar, a, b time.Time) (sum time.Duration) {
	each(c, a, func(from, to time.Time) bool {
		if to.After(b) {
			to = b
		}
		if to.After(from) {
			sum += to.Sub(from)
		}
		return to.Before(b)
	})
	return sum
}

// Add returns the moment at which the business time since start adds up to length; ok is
// false when the calendar has too few hours for that.
func Add(c model.Calendar, start time.Time, length time.Duration) (at time.Time, ok bool) {
	if length <= 0 {
		return start, true
	}
	each(c, start, func(from, to time.Time) bool {
		if open := to.Sub(from); length > open {
			length -= open
			return true
		}
		at, ok = from.Add(length), true
		return false
	})
	return at.UTC(), ok
}

// each calls yield with the business hours from a moment on, in order, until it returns
// false. Between two changes of a zone's offset, local time passes like any other: within
// such a piece, the hours of a day are one interval each. Hours that the clocks skip do not
// exist, and hours that they repeat count twice.
func each(c model.Calendar, start time.Time, yield func(from, to time.Time) bool) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	for days := 0; days < maxDays; {
		local := start.In(zone)
		_, seconds := local.Zone()
		_, end := local.ZoneBounds()
		offset := time.Duration(seconds) * time.Second
		y, m, d := local.Date()
		day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		for ; end.IsZero() || day.Add(-offset).Before(end); day = day.AddDate(0, 0, 1) {
			if !eachOf(c, day, offset, start, end, yield) {
				return
			}
			if days++; days > maxDays {
				return
			}
		}
		start = end
	}
}

// eachOf calls yield with the business hours of a day that lie between two moments; an end of
// zero is never. day is the local midnight as if it were UTC.
func eachOf(
	c model.Calendar, day time.Time, offset time.Duration, start, end time.Time, yield func(from, to time.Time) bool,
) bool {
	if len(c.Hours[day.Weekday()]) == 0 || c.Closed(day.Date()) {
		return true
	}
	midnight := day.Add(-offset)
	for _, s := range c.Hours[day.Weekday()] {
		from := midnight.Add(time.Duration(s.From) * time.Minute)
		to := midnight.Add(time.Duration(s.To) * time.Minute)
		if from.Before(start) {
			from = start
		}
		if !end.IsZero() && to.After(end) {
			to = end
		}
		if from.Before(to) && !yield(from, to) {
			return false
		}
	}
	return true
}
