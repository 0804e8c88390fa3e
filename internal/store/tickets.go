package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

// ticketColumns are the columns after the number, in the order of scanTicket and
// ticketArgs.
const ticketColumns = `version, subject, requester, requester_name, channel, bypass, type, status, service, category,
	impact, urgency, priority, group_name, assignee, resolution, knowledge, merged_into, reopens,
	created_at, updated_at, first_reply_at, resolved_at, closed_at, external_id, supplier, request`

func scanTicket(r scanner) (desk.Ticket, error) {
	var (
		t      desk.Ticket
		number int64
	)
	err := r.Scan(
		&number, &t.Version, &t.Subject, &t.Requester, &t.RequesterName, &t.Channel, &t.Bypass, &t.Type, &t.Status,
		&t.Service, &t.Category, &t.Impact, &t.Urgency, &t.Priority, &t.Group, &t.Assignee,
		jsonTo(&t.Resolution), jsonTo(&t.Knowledge), &t.MergedInto, &t.Reopens,
		timeTo(&t.CreatedAt), timeTo(&t.UpdatedAt), timeTo(&t.FirstReplyAt), timeTo(&t.ResolvedAt), timeTo(&t.ClosedAt),
		&t.ExternalID, &t.Supplier, jsonTo(&t.Order),
	)
	t.ID = strconv.FormatInt(number, 10)
	return t, err
}

// number parses the id of a ticket.
func number(id string) (int64, error) { return rowID(id, "ticket") }

// within requires the ticket to be in the scope.
func within(w *where, scope desk.Scope) {
	switch {
	case scope.All:
	case scope.Requester != "":
		w.and("requester = ?", scope.Requester)
	default:
		w.and("1 = 0")
	}
}

// Ticket returns the ticket with its whole thread. id is its number or, unless a ticket in
// the scope has that number, the id that it had in the tool it came from.
func (s *Store) Ticket(ctx context.Context, id string, scope desk.Scope) (desk.Ticket, error) {
	var t desk.Ticket
	err := s.view(ctx, func(c conn) error {
		n, err := numberWithin(ctx, c, id, scope)
		if err == nil {
			t, err = ticketOf(ctx, c, n)
		}
		return err
	})
	return t, err
}

// numberWithin returns the number of a ticket in the scope, by its number or external id.
func numberWithin(ctx context.Context, c conn, id string, scope desk.Scope) (n int64, err error) {
	find := func(cond string, arg any) error {
		var w where
		w.and(cond, arg)
		within(&w, scope)
		return c.row(ctx, []any{&n}, "SELECT number FROM ticket"+w.String(), w.args...)
	}
	err = sql.ErrNoRows
	if own, bad := number(id); bad == nil {
		err = find("number = ?", own)
	}
	if errors.Is(err, sql.ErrNoRows) && checkText(id) == nil {
		err = find("number = (SELECT number FROM ticket_history WHERE external_id = ?)", id)
	}
	return n, missing(err, "ticket %q", id)
}

// wholeTickets returns the tickets with links, dismissals, threads, hand-offs and intake
// suggestions.
func wholeTickets(ctx context.Context, c conn, w where) ([]desk.Ticket, error) {
	return ticketsWith(ctx, c, w, addLinks, addDismissals, addTimings, addMessages, addFiles, addHandoffs, addIntake)
}

// taughtTickets returns the tickets with links, dismissals and the first message.
func taughtTickets(ctx context.Context, c conn, w where) ([]desk.Ticket, error) {
	return ticketsWith(ctx, c, w, addLinks, addDismissals, addRequests)
}

// ticketsWith returns the tickets with the given parts.
func ticketsWith(
	ctx context.Context, c conn, w where, parts ...func(context.Context, conn, []desk.Ticket) error,
) ([]desk.Ticket, error) {
	found, err := list(ctx, c, scanTicket,
		"SELECT number, "+ticketColumns+" FROM ticket"+w.String()+" ORDER BY number", w.args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	for _, add := range parts {
		if err := add(ctx, c, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// TicketEvents lists a ticket's events in order.
func (s *Store) TicketEvents(ctx context.Context, id string, scope desk.Scope) ([]journal.Event, error) {
	var events []journal.Event
	err := s.view(ctx, func(c conn) error {
		n, err := numberWithin(ctx, c, id, scope)
		if err == nil {
			events, err = eventsOf(ctx, c, journal.Ticket, strconv.FormatInt(n, 10))
		}
		return err
	})
	return events, err
}
