package store

import (
	"context"
	"strconv"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// part is a row that belongs to a ticket.
type part[T any] struct {
	ticket int64
	value  T
}

// attach runs a query over the parts of these tickets and hands each to add. The
// query ends where the list of numbers follows.
func attach[T any](ctx context.Context, c conn, tickets []desk.Ticket, query, order string,
	scan func(r scanner) (part[T], error), add func(t *desk.Ticket, v T),
) error {
	byNumber := make(map[int64]*desk.Ticket, len(tickets))
	numbers := make([]int64, len(tickets))
	for i := range tickets {
		n, err := number(tickets[i].ID)
		if err != nil {
			return err
		}
		numbers[i], byNumber[n] = n, &tickets[i]
	}
	for _, some := range chunks(numbers) {
		var w where
		among(&w, "ticket", some)
		found, err := list(ctx, c, scan, query+w.String()+order, w.args...)
		if err != nil {
			return err
		}
		for _, p := range found {
			add(byNumber[p.ticket], p.value)
		}
	}
	return nil
}

const messageColumns = "ticket, n, kind, author, author_name, from_desk, automatic, visibility, channel, at, body"

func addMessages(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT "+messageColumns+" FROM ticket_message", " ORDER BY ticket, n",
		func(r scanner) (p part[desk.Message], err error) {
			m := &p.value
			return p, r.Scan(&p.ticket, &m.N, &m.Kind, &m.Author, &m.AuthorName, &m.FromDesk, &m.Automatic,
				&m.Visibility, &m.Channel, timeTo(&m.At), &m.Text)
		},
		func(t *desk.Ticket, m desk.Message) { t.Messages = append(t.Messages, m) })
}

const linkColumns = "ticket, n, kind, target, title, applied, actor, at, message"

func addLinks(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT "+linkColumns+" FROM ticket_link", " ORDER BY ticket, n",
		func(r scanner) (p part[desk.Link], err error) {
			l, n := &p.value, 0
			return p, r.Scan(&p.ticket, &n, &l.Kind, &l.Target, &l.Title, &l.Applied, &l.By, timeTo(&l.At), &l.Message)
		},
		func(t *desk.Ticket, l desk.Link) { t.Links = append(t.Links, l) })
}

const dismissalColumns = "ticket, n, article_id, reason, actor, at"

func addDismissals(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT "+dismissalColumns+" FROM ticket_dismissal", " ORDER BY ticket, n",
		func(r scanner) (p part[desk.Dismissal], err error) {
			d, n := &p.value, 0
			return p, r.Scan(&p.ticket, &n, &d.Article, &d.Reason, &d.By, timeTo(&d.At))
		},
		func(t *desk.Ticket, d desk.Dismissal) { t.Dismissed = append(t.Dismissed, d) })
}

func addIntake(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT ticket, suggestions FROM ticket_intake", "",
		func(r scanner) (p part[*desk.Suggestions], err error) {
			return p, r.Scan(&p.ticket, jsonTo(&p.value))
		},
		func(t *desk.Ticket, s *desk.Suggestions) { t.Intake = s })
}

const handoffColumns = "ticket, message, actor, at, summary"

func addHandoffs(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT "+handoffColumns+" FROM ticket_handoff", " ORDER BY ticket, message",
		func(r scanner) (p part[desk.Handoff], err error) {
			h := &p.value
			return p, r.Scan(&p.ticket, &h.Message, &h.By, timeTo(&h.At), &h.Summary)
		},
		func(t *desk.Ticket, h desk.Handoff) { t.Handoffs = append(t.Handoffs, h) })
}

// saveHandoffs appends those that are new.
func saveHandoffs(ctx context.Context, c conn, n int64, handoffs []desk.Handoff) error {
	for _, h := range handoffs {
		if _, err := c.exec(ctx, "INSERT INTO ticket_handoff ("+handoffColumns+") VALUES ("+marks(5)+") ON CONFLICT (ticket, message) DO NOTHING",
			n, h.Message, h.By, micros(h.At), h.Summary); err != nil {
			return err
		}
	}
	return nil
}

// saveParts writes what belongs to a ticket: new messages and hand-offs behind the stored
// ones, links and dismissals as they are now, and the intake suggestions where there are some.
func saveParts(ctx context.Context, c conn, n int64, t desk.Ticket) error {
	if err := appendMessages(ctx, c, n, t.Messages); err != nil {
		return err
	}
	if err := saveLinks(ctx, c, n, t.Links); err != nil {
		return err
	}
	if err := saveDismissals(ctx, c, n, t.Dismissed); err != nil {
		return err
	}
	if err := saveHandoffs(ctx, c, n, t.Handoffs); err != nil {
		return err
	}
	if t.Intake == nil {
		return nil
	}
	_, err := c.exec(ctx, "INSERT INTO ticket_intake (ticket, suggestions) VALUES (?, ?) ON CONFLICT (ticket) DO UPDATE SET suggestions = excluded.suggestions",
		n, toJSON(t.Intake))
	return err
}

func appendMessages(ctx context.Context, c conn, n int64, messages []desk.Message) error {
	var stored int
	if err := c.row(ctx, []any{&stored}, "SELECT coalesce(max(n), 0) FROM ticket_message WHERE ticket = ?", n); err != nil {
		return err
	}
	for _, m := range messages {
		if m.N <= stored {
			continue
		}
		if stored++; m.N != stored {
			return fault.New(fault.Invalid, "message %d of ticket %s cannot follow message %d", m.N, strconv.FormatInt(n, 10), stored-1)
		}
		if _, err := c.exec(ctx, "INSERT INTO ticket_message ("+messageColumns+") VALUES ("+marks(11)+")",
			n, m.N, m.Kind, m.Author, m.AuthorName, m.FromDesk, m.Automatic, m.Visibility, m.Channel, micros(m.At), m.Text); err != nil {
			return err
		}
	}
	return nil
}

func saveLinks(ctx context.Context, c conn, n int64, links []desk.Link) error {
	if _, err := c.exec(ctx, "DELETE FROM ticket_link WHERE ticket = ?", n); err != nil {
		return err
	}
	for i, l := range links {
		if _, err := c.exec(ctx, "INSERT INTO ticket_link ("+linkColumns+") VALUES ("+marks(9)+")",
			n, i+1, l.Kind, l.Target, l.Title, l.Applied, l.By, micros(l.At), l.Message); err != nil {
			return err
		}
	}
	return nil
}

func saveDismissals(ctx context.Context, c conn, n int64, dismissed []desk.Dismissal) error {
	if _, err := c.exec(ctx, "DELETE FROM ticket_dismissal WHERE ticket = ?", n); err != nil {
		return err
	}
	for i, d := range dismissed {
		if _, err := c.exec(ctx, "INSERT INTO ticket_dismissal ("+dismissalColumns+") VALUES ("+marks(6)+")",
			n, i+1, d.Article, d.Reason, d.By, micros(d.At)); err != nil {
			return err
		}
	}
	return nil
}
