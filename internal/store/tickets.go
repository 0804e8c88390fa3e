package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// maxWords is the most words of a subject search: each of them costs a scan.
const maxWords = 16

// ticketColumns are the columns after the number, in the order of scanTicket and
// ticketArgs.
const ticketColumns = `version, subject, requester, requester_name, channel, bypass, type, status, service, category,
	impact, urgency, priority, group_name, assignee, resolution, knowledge, merged_into, reopens,
	created_at, updated_at, first_reply_at, resolved_at, closed_at`

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

// Ticket returns the ticket with its whole thread.
func (s *Store) Ticket(ctx context.Context, id string, scope desk.Scope) (desk.Ticket, error) {
	n, err := number(id)
	if err != nil {
		return desk.Ticket{}, err
	}
	var t desk.Ticket
	err = s.view(ctx, func(c conn) error {
		var w where
		w.and("number = ?", n)
		within(&w, scope)
		found, err := wholeTickets(ctx, c, w)
		if err == nil && len(found) == 0 {
			err = missing(sql.ErrNoRows, "ticket %q", id)
		}
		if err != nil {
			return err
		}
		t = found[0]
		return nil
	})
	return t, err
}

// wholeTickets returns the tickets with links, dismissals, threads, hand-offs and intake
// suggestions.
func wholeTickets(ctx context.Context, c conn, w where) ([]desk.Ticket, error) {
	found, err := list(ctx, c, scanTicket,
		"SELECT number, "+ticketColumns+" FROM ticket"+w.String()+" ORDER BY number", w.args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if err := addLinks(ctx, c, found); err != nil {
		return nil, err
	}
	if err := addDismissals(ctx, c, found); err != nil {
		return nil, err
	}
	if err := addMessages(ctx, c, found); err != nil {
		return nil, err
	}
	if err := addFiles(ctx, c, found); err != nil {
		return nil, err
	}
	if err := addHandoffs(ctx, c, found); err != nil {
		return nil, err
	}
	return found, addIntake(ctx, c, found)
}

// Tickets lists tickets with links and dismissals, without threads and intake suggestions.
func (s *Store) Tickets(ctx context.Context, f desk.Filter) (desk.Page, error) {
	w, err := ticketFilter(f)
	if err != nil {
		return desk.Page{}, err
	}
	order := " ORDER BY number DESC"
	if f.ByPriority {
		order = " ORDER BY priority, number"
	}
	var page desk.Page
	limit := limitOf(f.Limit)
	err = s.view(ctx, func(c conn) error {
		found, err := list(ctx, c, scanTicket, "SELECT number, "+ticketColumns+" FROM ticket"+w.String()+order+" LIMIT ?",
			append(w.args, limit+1)...)
		if err != nil {
			return err
		}
		page.Tickets = found
		if len(found) > limit {
			page.Tickets = found[:limit]
			page.Next = cursor(f, found[limit-1])
		}
		if err := addLinks(ctx, c, page.Tickets); err != nil {
			return err
		}
		return addDismissals(ctx, c, page.Tickets)
	})
	return page, err
}

// cursor returns the position of the last ticket of a page in the order of the list.
func cursor(f desk.Filter, last desk.Ticket) string {
	if f.ByPriority {
		return fmt.Sprintf("%d.%s", last.Priority, last.ID)
	}
	return last.ID
}

// after requires the ticket to follow the cursor.
func after(w *where, f desk.Filter) error {
	if !f.ByPriority {
		n, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return badCursor()
		}
		w.and("number < ?", n)
		return nil
	}
	p, id, _ := strings.Cut(f.After, ".")
	priority, err1 := strconv.Atoi(p)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil {
		return badCursor()
	}
	w.and("(priority, number) > (?, ?)", priority, n)
	return nil
}

func ticketFilter(f desk.Filter) (where, error) {
	var w where
	within(&w, f.Scope)
	if len(f.Statuses) > 0 {
		among(&w, "status", f.Statuses)
	}
	if f.Group != "" {
		w.and("group_name = ?", f.Group)
	}
	if f.Assignee != "" {
		w.and("assignee = ?", f.Assignee)
	}
	if f.Unassigned {
		w.and("assignee = ''")
	}
	if f.Type != "" {
		w.and("type = ?", f.Type)
	}
	if f.Bypass {
		w.and("bypass = ?", true)
	}
	if err := checkText(f.Text); err != nil {
		return w, err
	}
	words := strings.Fields(strings.ToLower(f.Text))
	if len(words) > maxWords {
		return w, fault.InvalidField("text", "has %d words; search with at most %d", len(words), maxWords)
	}
	for _, word := range words {
		w.and(`subject_fold LIKE ? ESCAPE '\'`, likePattern(word))
	}
	if f.After != "" {
		return w, after(&w, f)
	}
	return w, nil
}

// TicketEvents lists a ticket's events in order.
func (s *Store) TicketEvents(ctx context.Context, id string, scope desk.Scope) ([]journal.Event, error) {
	n, err := number(id)
	if err != nil {
		return nil, err
	}
	var events []journal.Event
	err = s.view(ctx, func(c conn) error {
		var w where
		w.and("number = ?", n)
		within(&w, scope)
		if err := c.row(ctx, []any{&n}, "SELECT number FROM ticket"+w.String(), w.args...); err != nil {
			return missing(err, "ticket %q", id)
		}
		events, err = eventsOf(ctx, c, journal.Ticket, id)
		return err
	})
	return events, err
}

// CountTickets counts the tickets in the scope that were not merged into another.
func (s *Store) CountTickets(ctx context.Context, scope desk.Scope) (desk.Counts, error) {
	counts := desk.Counts{ByStatus: map[desk.Status]int{}, ByGroup: map[string]int{}}
	var w where
	if scope.All {
		w.and("merged_into = ''")
	} else {
		// An expression, so that the index of requesters is used and not that of the many
		// tickets that were not merged.
		w.and("coalesce(merged_into, '') = ''")
	}
	within(&w, scope)
	_, err := list(ctx, s.read(), func(r scanner) (struct{}, error) {
		var (
			status desk.Status
			group  string
			bypass bool
			n      int
		)
		err := r.Scan(&status, &group, &bypass, &n)
		counts.ByStatus[status] += n
		counts.Total += n
		if !status.Ended() {
			counts.ByGroup[group] += n
		}
		if bypass {
			counts.Bypassed += n
		}
		return struct{}{}, err
	}, "SELECT status, group_name, bypass, count(*) FROM ticket"+w.String()+" GROUP BY status, group_name, bypass",
		w.args...)
	return counts, err
}
