package clock_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
)

// week returns a calendar with hours as "Mon 09:00-12:00" would read them, in minutes.
func week(zone *time.Location, hours map[time.Weekday][]model.Span) model.Calendar {
	c := model.Calendar{Name: "office", Zone: zone}
	for day, spans := range hours {
		c.Hours[day] = spans
	}
	return c
}

func hours(from, to int) []model.Span { return []model.Span{{From: from * 60, To: to * 60}} }

func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestVector is the vector of the glossary: 16 business hours from Monday 11:00.
func TestVector(t *testing.T) {
	c := week(time.UTC, map[time.Weekday][]model.Span{
		time.Monday: hours(9, 17), time.Tuesday: hours(9, 16), time.Thursday: hours(8, 17),
	})
	monday := at(t, "2026-03-02T11:00:00Z")
	due, ok := clock.Add(c, monday, 16*time.Hour)
	if want := at(t, "2026-03-05T11:00:00Z"); !ok || !due.Equal(want) {
		t.Errorf("due %s, %v; want %s", due, ok, want)
	}
	if got := clock.Between(c, monday, due); got != 16*time.Hour {
		t.Errorf("between: %s", got)
	}
	if at, ok := clock.Add(week(nil, nil), monday, time.Hour); ok {
		t.Errorf("a calendar without hours is due at %s", at)
	}
}

// open reports, minute by minute, whether a calendar is open: the slow oracle.
func open(c model.Calendar, at time.Time) bool {
	local := at.In(c.Zone)
	if c.Closed(local.Date()) {
		return false
	}
	minute := local.Hour()*60 + local.Minute()
	for _, s := range c.Hours[local.Weekday()] {
		if s.From <= minute && minute < s.To {
			return true
		}
	}
	return false
}

// TestAgainstOracle compares business time with a count of minutes, over changes of the
// clocks (also by half an hour, at midnight and by a whole day) and over holidays.
func TestAgainstOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct{ zone, around string }{
		{"Europe/Berlin", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25T01:00:00Z"},
		{"America/New_York", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01T06:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-04T15:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
		{"America/St_Johns", "2010-11-07T02:31:00Z"}, // one minute after midnight, back to the day before
		{"Africa/Cairo", "2026-04-23T22:00:00Z"},
		{"Pacific/Apia", "2011-12-30T10:00:00Z"}, // a day was skipped
		{"Asia/Kathmandu", "2026-12-25T00:00:00Z"},
	} {
		t.Run(tt.zone+tt.around, func(t *testing.T) {
			z, around := zone(t, tt.zone), at(t, tt.around)
			for range 25 {
				c := randomWeek(r, z)
				c.Holidays = []time.Time{around.In(z).AddDate(0, 0, r.IntN(7)-3)}
				from := around.Add(time.Duration(r.IntN(5*24*60)-4*24*60) * time.Minute)
				to := from.Add(time.Duration(r.IntN(6*24*60)) * time.Minute)
				minutes := 0
				for m := from; m.Before(to); m = m.Add(time.Minute) {
					if open(c, m) {
						minutes++
					}
				}
				want := time.Duration(minutes) * time.Minute
				if got := clock.Between(c, from, to); got != want {
					t.Fatalf("from %s to %s: %s, want %s\n%+v", from.In(z), to.In(z), got, want, c.Hours)
				}
				if minutes == 0 {
					continue
				}
				due, ok := clock.Add(c, from, want)
				if !ok || due.After(to) || clock.Between(c, from, due) != want || !open(c, due.Add(-time.Minute)) {
					t.Fatalf("from %s, %s: due %s, %v", from.In(z), want, due.In(z), ok)
				}
			}
		})
	}
}

// randomWeek returns a calendar with up to two spans a day, some over the night.
func randomWeek(r *rand.Rand, z *time.Location) model.Calendar {
	c := model.Calendar{Zone: z}
	for day := range c.Hours {
		at := 0
		for range r.IntN(3) {
			from := at + r.IntN(600)
			to := from + 1 + r.IntN(840)
			if to > 24*60 {
				break
			}
			c.Hours[day] = append(c.Hours[day], model.Span{From: from, To: to})
			at = to
		}
	}
	return c
}

// TestPublicHolidays takes the holidays of a region, with the day on which one is observed.
func TestPublicHolidays(t *testing.T) {
	text := shippedText(t)
	for _, tt := range []struct {
		region, day string
		closed      bool
	}{
		{"DE-BE", "2026-03-08T00:00:00Z", true},  // only in Berlin
		{"DE-BY", "2026-03-08T00:00:00Z", false}, // not in Bavaria
		{"DE-BY", "2026-04-03T00:00:00Z", true},  // Good Friday moves
		{"US", "2026-07-03T00:00:00Z", true},     // the 4th is a Saturday
		{"GB", "2026-12-28T00:00:00Z", true},     // Boxing Day is a Saturday
		{"GB", "2026-12-29T00:00:00Z", false},
	} {
		m := parse(t, text, "    holidays: [2026-12-25, 2026-12-26, 2027-01-01]", "    public_holidays: "+tt.region)
		c, _ := m.Calendar("office")
		if got := c.Closed(at(t, tt.day).Date()); got != tt.closed {
			t.Errorf("%s %s: closed %v", tt.region, tt.day, got)
		}
	}
}
