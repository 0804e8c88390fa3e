package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/triage"
)

var _ triage.Ledger = (*Store)(nil)

// triageBody is how much of a request triage reads, in characters.
const triageBody = 24 << 10

// TriageRecords lists tickets that were not merged, newest first, each with the
// beginning of its request and its events.
func (s *Store) TriageRecords(ctx context.Context, before string, limit int) ([]triage.Record, error) {
	var w where
	w.and("merged_into = ''")
	if before != "" {
		n, err := number(before)
		if err != nil {
			return nil, err
		}
		w.and("number < ?", n)
	}
	var out []triage.Record
	err := s.view(ctx, func(c conn) error {
		found, err := list(ctx, c, scanTicket, "SELECT number, "+ticketColumns+" FROM ticket"+w.String()+" ORDER BY number DESC LIMIT ?",
			append(w.args, limitOf(limit))...)
		if err != nil || len(found) == 0 {
			return err
		}
		at := make(map[string]int, len(found))
		numbers, ids := make([]int64, len(found)), make([]string, len(found))
		out = make([]triage.Record, len(found))
		for i, t := range found {
			out[i].Ticket, at[t.ID], ids[i] = t, i, t.ID
			if numbers[i], err = number(t.ID); err != nil {
				return err
			}
		}
		if err := addRequests(ctx, c, out, at, numbers); err != nil {
			return err
		}
		return addTicketEvents(ctx, c, out, at, ids)
	})
	return out, err
}

// addRequests adds the beginning of message 1 to each record.
func addRequests(ctx context.Context, c conn, out []triage.Record, at map[string]int, numbers []int64) error {
	for _, part := range chunks(numbers) {
		var w where
		w.and("n = 1")
		among(&w, "ticket", part)
		_, err := list(ctx, c, func(r scanner) (struct{}, error) {
			var (
				n int64
				m desk.Message
			)
			err := r.Scan(&n, &m.Text)
			if i, ok := at[strconv.FormatInt(n, 10)]; err == nil && ok {
				m.N = 1
				out[i].Ticket.Messages = []desk.Message{m}
			}
			return struct{}{}, err
		}, "SELECT ticket, substr(body, 1, "+strconv.Itoa(triageBody)+") FROM ticket_message"+w.String(), w.args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// addTicketEvents adds its events to each record, in order.
func addTicketEvents(ctx context.Context, c conn, out []triage.Record, at map[string]int, ids []string) error {
	for _, part := range chunks(ids) {
		var w where
		w.and("object = ?", journal.Ticket)
		among(&w, "object_id", part)
		events, err := list(ctx, c, scanEvent,
			"SELECT seq, at, actor, object, object_id, verb, data FROM event"+w.String()+" ORDER BY seq", w.args...)
		if err != nil {
			return err
		}
		for _, e := range events {
			if i, ok := at[e.ID]; ok {
				out[i].Events = append(out[i].Events, e)
			}
		}
	}
	return nil
}

// TriageEvents counts the events by which fields of tickets may have been decided.
func (s *Store) TriageEvents(ctx context.Context, after int64) (n int, last int64, err error) {
	err = s.view(ctx, func(c conn) error {
		if err := c.row(ctx, []any{&last}, "SELECT coalesce(max(seq), 0) FROM event"); err != nil {
			return err
		}
		var w where
		w.and("seq > ?", after)
		w.and("object = ?", journal.Ticket)
		among(&w, "verb", desk.DecidingVerbs())
		return c.row(ctx, []any{&n}, "SELECT count(*) FROM event"+w.String(), w.args...)
	})
	return n, last, err
}

const triageColumns = "id, state, actor, created_at, decided_at, last_event, reason, report"

func triageDest(v *triage.Version) []any {
	return []any{&v.ID, &v.State, &v.By, timeTo(&v.CreatedAt), timeTo(&v.DecidedAt), &v.LastEvent, &v.Reason, &v.Report}
}

// StartTriage writes a version in training; fault.Conflict while there is another.
func (s *Store) StartTriage(ctx context.Context, v triage.Version, entry func(id string) journal.Entry) (triage.Version, error) {
	err := s.update(ctx, func(c conn) error {
		err := c.row(ctx, []any{&v.ID}, "INSERT INTO triage_version (state, actor, created_at, decided_at, last_event, reason, weights, report) VALUES ("+
			marks(8)+") ON CONFLICT DO NOTHING RETURNING id",
			v.State, v.By, v.CreatedAt.UnixMicro(), micros(v.DecidedAt), v.LastEvent, v.Reason, v.Weights, v.Report)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "a training of triage is under way already")
		}
		if err != nil {
			return err
		}
		return s.record(ctx, c, entry(v.ID))
	})
	return v, err
}

// DecideTriage writes a version's new state; the one whose place it takes loses its
// weights.
func (s *Store) DecideTriage(ctx context.Context, v triage.Version, entry journal.Entry) error {
	id, err := rowID(v.ID, "triage version")
	if err != nil {
		return err
	}
	return s.write(ctx, entry, func(c conn) error {
		if v.State == triage.InForce {
			_, err := c.exec(ctx, "UPDATE triage_version SET state = ?, decided_at = ?, weights = '' WHERE state = ? AND id <> ?",
				triage.Replaced, micros(v.DecidedAt), triage.InForce, id)
			if err != nil {
				return err
			}
		}
		n, err := c.exec(ctx, "UPDATE triage_version SET state = ?, decided_at = ?, reason = ?, weights = ?, report = ? WHERE id = ?",
			v.State, micros(v.DecidedAt), v.Reason, v.Weights, v.Report, id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "there is no triage version %s", v.ID)
		}
		return err
	})
}

// TriageVersion gives one version with its weights.
func (s *Store) TriageVersion(ctx context.Context, id string) (triage.Version, error) {
	n, err := rowID(id, "triage version")
	if err != nil {
		return triage.Version{}, err
	}
	v, err := one(ctx, s.read(), func(r scanner) (v triage.Version, err error) {
		return v, r.Scan(append(triageDest(&v), &v.Weights)...)
	}, "SELECT "+triageColumns+", weights FROM triage_version WHERE id = ?", n)
	return v, missing(err, "triage version %s", id)
}

// TriageVersions lists versions without their weights, newest first.
func (s *Store) TriageVersions(ctx context.Context, limit int) ([]triage.Version, error) {
	return list(ctx, s.read(), func(r scanner) (v triage.Version, err error) { return v, r.Scan(triageDest(&v)...) },
		"SELECT "+triageColumns+" FROM triage_version ORDER BY id DESC LIMIT ?", limitOf(limit))
}
