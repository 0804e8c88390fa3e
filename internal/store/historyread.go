package store

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/internal/journal"
)

// MergedInto returns, for those of the tickets that were merged, what into.
func (s *Store) MergedInto(ctx context.Context, numbers []string) (map[string]string, error) {
	ns, err := rowNumbers(numbers)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	return out, eachOf(ctx, s.read(), "SELECT number, merged_into FROM ticket", "number", ns, intoNumbered(out))
}

func rowNumbers(ids []string) ([]int64, error) {
	out := make([]int64, len(ids))
	for i, id := range ids {
		n, err := number(id)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// Awaited lists external ids that tickets were merged into and that never came.
func (s *Store) Awaited(ctx context.Context, limit int) ([]string, error) {
	return list(ctx, s.read(), scanText,
		"SELECT external_id FROM ticket_history WHERE version = 0 ORDER BY external_id LIMIT ?", limit)
}

// TicketNumbers lists the numbers of all tickets in order.
func (s *Store) TicketNumbers(ctx context.Context, after string, limit int) ([]string, error) {
	return s.ticketIDs(ctx, "", after, limit)
}

// Past returns those of the tickets that exist, each with its events in the order of time.
func (s *Store) Past(ctx context.Context, numbers []string) ([]history.Past, error) {
	ns, err := rowNumbers(numbers)
	if err != nil {
		return nil, err
	}
	var tickets []desk.Ticket
	for _, part := range chunks(ns) {
		var w where
		among(&w, "number", part)
		found, err := wholeTickets(ctx, s.read(), w)
		if err != nil {
			return nil, err
		}
		tickets = append(tickets, found...)
	}
	out, ids, at := make([]history.Past, len(tickets)), make([]string, len(tickets)), make(map[string]int, len(tickets))
	for i, t := range tickets {
		out[i].Ticket, ids[i], at[t.ID] = t, t.ID, i
	}
	for _, part := range chunks(ids) {
		var w where
		w.and("object = ?", journal.Ticket)
		among(&w, "object_id", part)
		events, err := list(ctx, s.read(), scanEvent,
			"SELECT "+eventColumns+" FROM event"+w.String()+" ORDER BY at, seq", w.args...)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			i := at[e.ID]
			out[i].Events = append(out[i].Events, e)
		}
	}
	return out, nil
}

// Aliases returns the outside names of users, articles and tickets.
func (s *Store) Aliases(ctx context.Context, users, articles, tickets []string) (history.Aliases, error) {
	out := history.Aliases{People: map[string]string{}, Articles: map[string]string{}, Tickets: map[string]string{}}
	ns, err := rowNumbers(tickets)
	if err != nil {
		return out, err
	}
	err = s.view(ctx, func(c conn) error {
		if err := eachOf(ctx, c, "SELECT id, email FROM account", "id", users, into(out.People)); err != nil {
			return err
		}
		if err := eachOf(ctx, c, "SELECT id, slug FROM article", "id", articles, into(out.Articles)); err != nil {
			return err
		}
		return eachOf(ctx, c, "SELECT number, external_id FROM ticket_history", "number", ns, intoNumbered(out.Tickets))
	})
	return out, err
}
