package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"

	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

var _ measure.Store = (*Store)(nil)

// PrepareFacts forgets all facts unless they are of this version.
func (s *Store) PrepareFacts(ctx context.Context, version int) error {
	const key = "facts"
	return s.update(ctx, func(c conn) error {
		var known string
		err := c.row(ctx, []any{&known}, "SELECT value FROM setting WHERE key = ?", key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || known == strconv.Itoa(version) {
			return err
		}
		for _, q := range []string{
			"DELETE FROM ticket_fact", "DELETE FROM visit_fact", "UPDATE fact_position SET seq = 0",
		} {
			if _, err := c.exec(ctx, q); err != nil {
				return err
			}
		}
		_, err = c.exec(ctx, insertInto("setting", "key, value")+
			" ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, strconv.Itoa(version))
		return err
	})
}

// FactsAt returns the sequence numbers of the last event that the facts know, and of the last
// one there is.
func (s *Store) FactsAt(ctx context.Context) (known, last int64, err error) {
	err = s.read().row(ctx, []any{&known, &last},
		"SELECT f.seq, e.value FROM fact_position f, counter e WHERE e.name = 'event'")
	return known, last, err
}

// Touched returns what the next events after a sequence number are about.
func (s *Store) Touched(ctx context.Context, after int64, events int) (measure.Touched, error) {
	t := measure.Touched{Last: after}
	seen := map[string]bool{}
	_, err := list(ctx, s.read(), func(r scanner) (struct{}, error) {
		e, err := scanEvent(r)
		if err != nil {
			return struct{}{}, err
		}
		t.Last = e.Seq
		switch {
		case e.Object == journal.Model:
			t.Model = true
		case e.Object == journal.Visit:
			t.Visits = append(t.Visits, e)
		case e.Object == journal.Ticket && !seen[e.ID]:
			seen[e.ID] = true
			t.Tickets = append(t.Tickets, e.ID)
		}
		return struct{}{}, nil
	}, `SELECT seq, at, actor, object, object_id, verb, CASE WHEN object = 'visit' THEN data END, model
		FROM event WHERE seq > ? ORDER BY seq LIMIT ?`, after, events)
	if err != nil || t.Last != after {
		return t, err
	}
	// Events that were replaced leave a gap at the end.
	_, t.Last, err = s.FactsAt(ctx)
	return t, err
}

// FactEvents returns the events of tickets, each in order.
func (s *Store) FactEvents(ctx context.Context, tickets []string) (map[string][]journal.Event, error) {
	out := make(map[string][]journal.Event, len(tickets))
	for _, part := range chunks(tickets) {
		var w where
		w.and("object = ?", journal.Ticket)
		among(&w, "object_id", part)
		events, err := list(ctx, s.read(), scanEvent,
			"SELECT "+eventColumns+" FROM event"+w.String()+" ORDER BY object_id, seq", w.args...)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			out[e.ID] = append(out[e.ID], e)
		}
	}
	return out, nil
}

const factColumns = "number, created_at, until, facts"

// SaveFacts replaces the facts of tickets and visits.
func (s *Store) SaveFacts(
	ctx context.Context, facts []measure.Facts, visits []measure.Visit, before, last int64,
) error {
	rows, numbers := make([][]any, len(facts)), make([]int64, len(facts))
	for i, f := range facts {
		n, err := number(f.Ticket)
		if err != nil {
			return err
		}
		numbers[i] = n
		rows[i] = []any{n, int64(f.Created), int64(f.Until()), toJSON(f)}
	}
	return s.update(ctx, func(c conn) error {
		err := c.execOr(ctx, fault.New(fault.Conflict, "the measures are brought up to date by another process"),
			"UPDATE fact_position SET seq = ? WHERE seq = ?", last, before)
		if err != nil {
			return err
		}
		for _, part := range chunks(numbers) {
			var w where
			among(&w, "number", part)
			if _, err := c.exec(ctx, "DELETE FROM ticket_fact"+w.String(), w.args...); err != nil {
				return err
			}
		}
		if err := insertRows(ctx, c, "ticket_fact", factColumns, rows); err != nil {
			return err
		}
		for _, v := range visits {
			_, err := c.exec(ctx, insertInto("visit_fact", "id, reader, created_at, helped, asked")+
				` ON CONFLICT (id) DO UPDATE SET reader = max(reader, excluded.reader),
				created_at = max(created_at, excluded.created_at),
				helped = max(helped, excluded.helped), asked = max(asked, excluded.asked)`,
				v.ID, v.Reader, int64(v.Created), v.Helped, v.Asked)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// EachFacts calls fn with the facts of the tickets that a window may count.
func (s *Store) EachFacts(
	ctx context.Context, from, to measure.Moment, after string, fn func(*measure.Facts) error,
) error {
	number := int64(math.MinInt64)
	if after != "" {
		var err error
		if number, err = strconv.ParseInt(after, 10, 64); err != nil {
			return fault.InvalidField("cursor", "is not one that a page of this list named")
		}
	}
	// The numbers come from an index alone; the facts then in portions, so that a slow reader keeps
	// no transaction open.
	numbers, err := list(ctx, s.read(), func(r scanner) (n int64, err error) { return n, r.Scan(&n) },
		"SELECT number FROM ticket_fact WHERE until >= ? AND created_at < ? AND +number > ?",
		int64(from), int64(to), number)
	if err != nil {
		return err
	}
	for _, part := range chunks(numbers) {
		var w where
		among(&w, "number", part)
		found, err := list(ctx, s.read(), scanFacts,
			"SELECT number, facts FROM ticket_fact"+w.String()+" ORDER BY number", w.args...)
		if err != nil {
			return err
		}
		for i := range found {
			if err := fn(&found[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func scanFacts(r scanner) (f measure.Facts, err error) {
	var n int64
	err = r.Scan(&n, jsonTo(&f))
	f.Ticket = strconv.FormatInt(n, 10)
	return f, err
}

// EachVisit calls fn with the visits that began in a window.
func (s *Store) EachVisit(
	ctx context.Context, from, to measure.Moment, after measure.Visit, fn func(*measure.Visit) error,
) error {
	found, err := list(ctx, s.read(), func(r scanner) (v measure.Visit, err error) {
		return v, r.Scan(&v.ID, &v.Reader, &v.Created, &v.Helped, &v.Asked, &v.Returned)
	}, `SELECT id, reader, created_at, helped, asked, EXISTS (SELECT 1 FROM visit_fact b
			WHERE b.reader = a.reader AND b.created_at > a.created_at AND b.created_at <= a.created_at + ?)
		FROM visit_fact a WHERE created_at >= ? AND created_at < ? AND (created_at, id) > (?, ?)
		ORDER BY created_at, id`,
		int64(measure.ReturnWithin), int64(from), int64(to), int64(after.Created), after.ID)
	if err != nil {
		return err
	}
	for i := range found {
		if err := fn(&found[i]); err != nil {
			return err
		}
	}
	return nil
}

// Record writes an event that belongs to no other data.
func (s *Store) Record(ctx context.Context, e journal.Event) error {
	return s.write(ctx, journal.Entry{Events: []journal.Event{e}}, func(conn) error { return nil })
}

// RecordOnce writes an event with a notice, unless there is a notice with its key.
func (s *Store) RecordOnce(ctx context.Context, e journal.Event, n journal.Notice) error {
	return s.update(ctx, func(c conn) error {
		var known int
		if err := c.row(ctx, []any{&known}, "SELECT count(*) FROM notice WHERE key = ?", n.Key); err != nil || known > 0 {
			return err
		}
		return s.record(ctx, c, journal.Entry{Events: []journal.Event{e}, Notices: []journal.Notice{n}})
	})
}
