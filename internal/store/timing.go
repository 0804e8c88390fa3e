package store

import (
	"context"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
)

var _ desk.AlarmStore = (*Store)(nil)

const timingColumns = "ticket, model, next_at, first_response_due, resolution_due, update_due"

// addTimings adds when the targets of the tickets are due.
func addTimings(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT "+timingColumns+" FROM ticket_clock", "",
		func(r scanner) (p part[desk.Timing], err error) {
			t := &p.value
			return p, r.Scan(&p.ticket, &t.Model, timeTo(&t.NextAt), timeTo(&t.FirstResponseDue), timeTo(&t.ResolutionDue),
				timeTo(&t.UpdateDue))
		}, func(t *desk.Ticket, v desk.Timing) { t.Timing = &v })
}

// saveTiming stores when the targets of a ticket are due. One that has ended, and on which
// nothing is left to record, has no row.
func saveTiming(ctx context.Context, c conn, n int64, t *desk.Timing, ended bool) error {
	if t == nil || ended && t.NextAt.IsZero() {
		_, err := c.exec(ctx, "DELETE FROM ticket_clock WHERE ticket = ?", n)
		return err
	}
	return putTiming(ctx, c, n, *t)
}

func putTiming(ctx context.Context, c conn, n int64, t desk.Timing) error {
	_, err := c.exec(ctx, insertInto("ticket_clock", timingColumns)+` ON CONFLICT (ticket) DO UPDATE SET
		model = excluded.model, next_at = excluded.next_at, first_response_due = excluded.first_response_due,
		resolution_due = excluded.resolution_due, update_due = excluded.update_due`,
		n, t.Model, micros(t.NextAt), micros(t.FirstResponseDue), micros(t.ResolutionDue), micros(t.UpdateDue))
	return err
}

// DueTickets lists tickets on which something is due at a time.
func (s *Store) DueTickets(ctx context.Context, at time.Time, limit int) ([]string, error) {
	return list(ctx, s.read(), scanNumber,
		"SELECT ticket FROM ticket_clock WHERE next_at <= ? ORDER BY next_at LIMIT ?", micros(at), limit)
}

// UntimedTickets lists open tickets whose timing is not of this service model.
func (s *Store) UntimedTickets(ctx context.Context, version, limit int) ([]string, error) {
	return list(ctx, s.read(), scanNumber, `SELECT number FROM ticket LEFT JOIN ticket_clock ON ticket = number
		WHERE status NOT IN ('resolved', 'closed') AND coalesce(model, -1) <> ? LIMIT ?`, version, limit)
}

func scanNumber(r scanner) (string, error) {
	var n int64
	err := r.Scan(&n)
	return strconv.FormatInt(n, 10), err
}

// SaveTiming stores the timing of a ticket of this version; another version is left alone.
func (s *Store) SaveTiming(ctx context.Context, id string, version int, t *desk.Timing) error {
	n, err := number(id)
	if err != nil {
		return err
	}
	return s.update(ctx, func(c conn) error {
		var now int
		var status desk.Status
		err := c.row(ctx, []any{&now, &status}, "SELECT version, status FROM ticket WHERE number = ?", n)
		if err != nil || now != version {
			return missing(err, "ticket %d", n)
		}
		return saveTiming(ctx, c, n, t, status.Ended())
	})
}

// overdue requires a target to be due before the time of the filter.
func overdue(w *where, f desk.Filter) error {
	column := map[model.TargetKind]string{
		model.FirstResponse: "first_response_due", model.Resolution: "resolution_due", model.UpdateTarget: "update_due",
	}[f.Overdue]
	switch {
	case f.Overdue == "":
	case column == "":
		return fault.InvalidField("overdue", "must be first_response, resolution or update")
	default:
		w.and("number IN (SELECT ticket FROM ticket_clock WHERE "+column+" < ?)", micros(f.Now))
	}
	return nil
}
