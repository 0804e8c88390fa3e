package desk_test

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
)

// hours returns the business hours of a week.
func hours(spans map[time.Weekday][]model.Span) (h [7][]model.Span) {
	for day, s := range spans {
		h[day] = s
	}
	return h
}

// withLevel returns a service model with one service level on the calendar.
func withLevel(c model.Calendar, zone *time.Location, response, resolution time.Duration) *model.Service {
	c.Name = "office"
	return &model.Service{
		Location: zone, Calendars: []model.Calendar{c},
		Levels: []model.ServiceLevel{{Priority: 3, Calendar: "office", FirstResponse: response, Resolution: resolution}},
	}
}

func span(from, to int) []model.Span { return []model.Span{{From: from * 60, To: to * 60}} }

func TestDue(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	vector := model.Calendar{
		Hours: hours(map[time.Weekday][]model.Span{
			time.Monday: span(9, 17), time.Tuesday: span(9, 16), time.Thursday: span(8, 17),
		}),
	}
	always := model.Calendar{Hours: hours(map[time.Weekday][]model.Span{
		0: span(0, 24), 1: span(0, 24), 2: span(0, 24), 3: span(0, 24), 4: span(0, 24), 5: span(0, 24), 6: span(0, 24),
	})}
	lunch := model.Calendar{
		Hours: hours(map[time.Weekday][]model.Span{time.Monday: {{From: 480, To: 720}, {From: 780, To: 1020}}}),
	}
	holiday := vector
	holiday.Holidays = []time.Time{time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		name       string
		calendar   model.Calendar
		zone       *time.Location
		start, now string
		goal       time.Duration
		due        string
		left       time.Duration
	}{
		{
			"16 hours over three days", vector, time.UTC, "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z", 16 * time.Hour,
			"2026-03-05T11:00:00Z", 16 * time.Hour,
		},
		{
			"with a holiday in between", holiday, time.UTC, "2026-03-02T11:00:00Z", "2026-03-03T12:00:00Z", 15 * time.Hour,
			"2026-03-05T17:00:00Z", 9 * time.Hour,
		},
		{
			"opened outside business hours", vector, time.UTC, "2026-03-01T23:00:00Z", "2026-03-01T23:30:00Z", time.Hour,
			"2026-03-02T10:00:00Z", time.Hour,
		},
		{
			"over lunch", lunch, time.UTC, "2026-03-02T11:00:00Z", "2026-03-02T12:30:00Z", 2 * time.Hour,
			"2026-03-02T14:00:00Z", time.Hour,
		},
		{
			"overdue", vector, time.UTC, "2026-03-02T11:00:00Z", "2026-03-02T15:00:00Z", 2 * time.Hour,
			"2026-03-02T13:00:00Z", -2 * time.Hour,
		},
		{
			"due at closing time, checked overnight", vector, time.UTC,
			"2026-03-02T15:00:00Z", "2026-03-02T20:00:00Z", 2 * time.Hour, "2026-03-02T17:00:00Z", -3 * time.Hour,
		},
		{
			"overdue for days", vector, time.UTC, "2026-03-02T09:00:00Z", "2026-03-09T10:00:00Z", time.Hour,
			"2026-03-02T10:00:00Z", -(7 + 7 + 9 + 1) * time.Hour,
		},
		{
			"in the calendar's zone", vector, berlin, "2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z", time.Hour,
			"2026-03-02T09:00:00Z", time.Hour,
		},
		{
			"the night that has 23 hours", always, berlin, "2026-03-28T12:00:00Z", "2026-03-28T12:00:00Z", 24 * time.Hour,
			"2026-03-29T12:00:00Z", 24 * time.Hour,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := withLevel(c.calendar, c.zone, c.goal, c.goal)
			got, ok := desk.DueOf(m, desk.Ticket{Priority: 3, Status: desk.Open, CreatedAt: utc(c.start)}, utc(c.now))
			if !ok || !got.Resolution.Due.Equal(utc(c.due)) || got.Resolution.Left != c.left ||
				got.Resolution.Late() != (c.left < 0) {
				t.Errorf("due %v, left %v, %v; want %v, %v", got.Resolution.Due, got.Resolution.Left, ok, c.due, c.left)
			}
		})
	}
}

func TestDueOfMetTargets(t *testing.T) {
	c := model.Calendar{Hours: hours(map[time.Weekday][]model.Span{time.Monday: span(9, 17)})}
	m := withLevel(c, time.UTC, time.Hour, 4*time.Hour)
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ticket := desk.Ticket{
		Priority: 3, Status: desk.Resolved, CreatedAt: nine, FirstReplyAt: nine.Add(90 * time.Minute),
		ResolvedAt: nine.Add(3 * time.Hour),
	}
	got, ok := desk.DueOf(m, ticket, nine.AddDate(0, 0, 7))
	if !ok || !got.FirstResponse.Late() || got.FirstResponse.Left != -30*time.Minute || got.Resolution.Late() ||
		got.Resolution.Left != time.Hour {
		t.Errorf("%+v, %v", got, ok)
	}
	unanswered := ticket
	unanswered.FirstReplyAt = time.Time{}
	if got, _ := desk.DueOf(m, unanswered, nine.AddDate(0, 0, 7)); !got.FirstResponse.Met.Equal(ticket.ResolvedAt) {
		t.Errorf("%+v", got.FirstResponse)
	}
	reopened := ticket
	reopened.Status = desk.Open
	if got, _ := desk.DueOf(m, reopened, nine.Add(5*time.Hour)); !got.Resolution.Late() || !got.Resolution.Met.IsZero() {
		t.Errorf("%+v", got.Resolution)
	}
	for name, m := range map[string]*model.Service{
		"no level":     {},
		"no calendar":  {Levels: []model.ServiceLevel{{Priority: 3, Calendar: "gone"}}},
		"never opens":  withLevel(model.Calendar{}, time.UTC, time.Hour, time.Hour),
		"other levels": {Levels: []model.ServiceLevel{{Priority: 1}}},
	} {
		if _, ok := desk.DueOf(m, ticket, nine); ok {
			t.Errorf("%s: a target was found", name)
		}
	}
}
