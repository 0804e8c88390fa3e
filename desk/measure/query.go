package measure

import (
	"slices"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// Query says which tickets are measured, and when.
type Query struct {
	// From and To bound the moments that count: From is part of the window, To is not. The zero
	// times are the beginning of the record and now.
	From, To time.Time
	// Group, Service, Category, Type and Channel are what the ticket has now; "" for all.
	Group, Service, Category, Type, Channel string
	Priority                                int // 0 for all
	// PendingOut leaves the time out of durations in which the ticket waited for its requester.
	PendingOut bool
}

// Parameters lists the names of the parameters of a query.
func Parameters() []string {
	return []string{"from", "to", "group", "service", "category", "priority", "type", "channel", "pending"}
}

// ParseQuery returns the query that parameters describe. Dates are days in the zone, of which
// the last one is part of the window.
func ParseQuery(get func(name string) string, zone *time.Location) (q Query, err error) {
	if zone == nil {
		zone = time.UTC
	}
	q = Query{
		Group: get("group"), Service: get("service"), Category: get("category"), Type: get("type"), Channel: get("channel"),
	}
	if q.From, err = parseTime("from", get("from"), zone, 0); err != nil {
		return Query{}, err
	}
	if q.To, err = parseTime("to", get("to"), zone, 1); err != nil {
		return Query{}, err
	}
	if !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) {
		return Query{}, fault.InvalidField("to", "must be after from")
	}
	if p := get("priority"); p != "" {
		if q.Priority, err = strconv.Atoi(p); err != nil || q.Priority < 1 || q.Priority > 5 {
			return Query{}, fault.InvalidField("priority", "must be 1, 2, 3, 4 or 5")
		}
	}
	if !slices.Contains([]string{"", "in", "out"}, get("pending")) {
		return Query{}, fault.InvalidField("pending", "must be in or out")
	}
	if !slices.Contains([]string{"", "incident", "request", "question", "change"}, q.Type) {
		return Query{}, fault.InvalidField("type", "must be incident, request, question or change")
	}
	q.PendingOut = get("pending") == "out"
	return q, nil
}

// parseTime returns the time of RFC 3339, or the beginning of a date moved on by days.
func parseTime(field, text string, zone *time.Location, days int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, fault.InvalidField(field,
			"must be a date such as 2027-01-31 or a time such as 2027-01-31T08:00:00Z")
	}
	return t.AddDate(0, 0, days).UTC(), nil
}

// matches reports whether the ticket is among those that are measured.
func (q Query) matches(f *Facts) bool {
	same := func(want, has string) bool { return want == "" || want == has }
	return same(q.Group, f.Group) && same(q.Service, f.Service) && same(q.Category, f.Category) &&
		same(q.Type, f.Type) && same(q.Channel, f.Channel) && (q.Priority == 0 || q.Priority == f.Priority)
}

// visits reports whether visits, which have no group, service or type, are among what is measured.
func (q Query) visits() bool {
	return q.Group == "" && q.Service == "" && q.Category == "" && q.Type == "" && q.Channel == "" && q.Priority == 0
}

// frame is a query at a moment, with what the service model says.
type frame struct {
	Query
	from, to, now Moment
	final         Moment // how long after a resolution a reopening takes it back
}

func newFrame(q Query, now time.Time, reopenDays int) frame {
	w := frame{Query: q, from: At(q.From), to: At(q.To), now: At(now), final: Moment(reopenDays) * day}
	if w.to == 0 || w.to > w.now {
		w.to = w.now
	}
	return w
}

const day = Moment(24 * time.Hour / time.Microsecond)

// in reports whether something happened in the window.
func (w frame) in(m Moment) bool { return m != 0 && m >= w.from && m < w.to }

// since returns the time from the beginning of a ticket to a moment.
func (w frame) since(f *Facts, m Moment) float64 {
	d := m - f.Created
	if w.PendingOut {
		d -= f.pending(f.Created, m)
	}
	return seconds(d)
}

func seconds(d Moment) float64 { return float64(d) / 1e6 }
