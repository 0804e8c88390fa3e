package store

import (
	"context"
	"strconv"

	"github.com/deskbook/deskbook/desk"
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
		found, err := list(ctx, c, scanTicket,
			"SELECT number, "+ticketColumns+" FROM ticket"+w.String()+" ORDER BY number DESC LIMIT ?",
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
		if err := addBeginnings(ctx, c, out, at, numbers); err != nil {
			return err
		}
		return addTicketEvents(ctx, c, out, at, ids)
	})
	return out, err
}

// addBeginnings adds the beginning of message 1 to each record.
func addBeginnings(ctx context.Context, c conn, out []triage.Record, at map[string]int, numbers []int64) error {
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
			"SELECT "+eventColumns+" FROM event"+w.String()+" ORDER BY seq", w.args...)
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

// TriageEvents counts the events after a sequence number that may have decided fields of
// tickets.
func (s *Store) TriageEvents(ctx context.Context, after int64) (n int, err error) {
	var w where
	w.and("seq > ?", after)
	w.and("object = ?", journal.Ticket)
	among(&w, "verb", desk.DecidingVerbs())
	err = s.read().row(ctx, []any{&n}, "SELECT count(*) FROM event"+w.String(), w.args...)
	return n, err
}
