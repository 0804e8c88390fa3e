package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

// savedColumns adds the lower-case subject, which is searched.
const savedColumns = ticketColumns + ", subject_fold"

func ticketArgs(t desk.Ticket) []any {
	return []any{
		t.Version, t.Subject, t.Requester, t.RequesterName, t.Channel, t.Bypass, t.Type, t.Status,
		t.Service, t.Category, t.Impact, t.Urgency, t.Priority, t.Group, t.Assignee,
		toJSON(t.Resolution), toJSON(t.Knowledge), t.MergedInto, t.Reopens,
		micros(t.CreatedAt), micros(t.UpdatedAt), micros(t.FirstReplyAt), micros(t.ResolvedAt), micros(t.ClosedAt),
		t.ExternalID, t.Supplier, toJSON(t.Order), strings.ToLower(t.Subject),
	}
}

// CreateTicket assigns the next number, calls build with it and writes what that returns.
// It returns the ticket as a later read will. build runs inside the transaction and must
// neither wait nor call the store.
func (s *Store) CreateTicket(
	ctx context.Context, build func(id string) (desk.Ticket, journal.Entry),
) (desk.Ticket, error) {
	var created desk.Ticket
	err := s.update(ctx, func(c conn) error {
		n, err := take(ctx, c, "ticket", 1)
		if err != nil {
			return err
		}
		id := strconv.FormatInt(n, 10)
		t, entry := build(id)
		t.ID, t.Version = id, 1
		if err := s.claim(ctx, c, entry.Idempotency); err != nil {
			return err
		}
		args := append([]any{n}, ticketArgs(t)...)
		if _, err := c.exec(ctx, insertInto("ticket", "number, "+savedColumns), args...); err != nil {
			return err
		}
		if err := saveParts(ctx, c, n, t); err != nil {
			return err
		}
		if created, err = ticketOf(ctx, c, n); err != nil {
			return err
		}
		return s.record(ctx, c, entry)
	})
	if err != nil {
		return desk.Ticket{}, err
	}
	return created, nil
}

func ticketOf(ctx context.Context, c conn, n int64) (desk.Ticket, error) {
	var w where
	w.and("number = ?", n)
	found, err := wholeTickets(ctx, c, w)
	if err != nil {
		return desk.Ticket{}, err
	}
	if len(found) == 0 {
		return desk.Ticket{}, fmt.Errorf("ticket %d is missing from its own transaction", n)
	}
	return found[0], nil
}

// SaveTickets writes the tickets, all or none, ordered by id so that two merges never wait
// for each other.
func (s *Store) SaveTickets(ctx context.Context, tickets []desk.Ticket, entry journal.Entry) error {
	byID := func(a, b desk.Ticket) int { return strings.Compare(a.ID, b.ID) }
	ordered := slices.SortedFunc(slices.Values(tickets), byID)
	return s.write(ctx, entry, func(c conn) error {
		for _, t := range ordered {
			if err := saveTicket(ctx, c, t); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveTicket(ctx context.Context, c conn, t desk.Ticket) error {
	n, err := number(t.ID)
	if err != nil {
		return err
	}
	changed, err := c.exec(ctx, updateSet("ticket", savedColumns)+" WHERE number = ? AND version = ?",
		append(ticketArgs(t), n, t.Version-1)...)
	if err != nil {
		return err
	}
	if changed == 0 {
		return stale(ctx, c, "ticket", "number", n, t.Version-1)
	}
	return saveParts(ctx, c, n, t)
}
