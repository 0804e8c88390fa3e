package store

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// part is a row that belongs to a ticket.
type part[T any] struct {
	ticket int64
	value  T
}

// attach runs a query for the parts of these tickets and calls add with each. The query
// ends where its condition follows, and end follows that.
func attach[T any](ctx context.Context, c conn, tickets []desk.Ticket, query, end string,
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
		found, err := list(ctx, c, scan, query+w.String()+end, w.args...)
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
		scanMessage, appendMessage)
}

const fileColumns = "ticket, message, n, blob, name"

// addFiles adds the files to the messages that name them.
func addFiles(ctx context.Context, c conn, tickets []desk.Ticket) error {
	type named struct {
		message int
		file    desk.File
	}
	return attach(ctx, c, tickets,
		"SELECT ticket, message, name, id, type, size FROM ticket_file JOIN blob ON blob.id = ticket_file.blob",
		" ORDER BY ticket, message, n",
		func(r scanner) (p part[named], err error) {
			f := &p.value.file
			return p, r.Scan(&p.ticket, &p.value.message, &f.Name, &f.ID, &f.Type, &f.Size)
		},
		func(t *desk.Ticket, v named) {
			m := &t.Messages[v.message-1] // messages are numbered without gaps
			m.Files = append(m.Files, v.file)
		})
}

// addRequests adds the first message of each ticket.
func addRequests(ctx context.Context, c conn, tickets []desk.Ticket) error {
	return attach(ctx, c, tickets, "SELECT "+messageColumns+" FROM ticket_message", " AND n = 1",
		scanMessage, appendMessage)
}

func scanMessage(r scanner) (p part[desk.Message], err error) {
	m := &p.value
	return p, r.Scan(&p.ticket, &m.N, &m.Kind, &m.Author, &m.AuthorName, &m.FromDesk, &m.Automatic,
		&m.Visibility, &m.Channel, timeTo(&m.At), &m.Text)
}

func appendMessage(t *desk.Ticket, m desk.Message) { t.Messages = append(t.Messages, m) }

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

// saveHandoffs adds the hand-offs that are not stored yet.
func saveHandoffs(ctx context.Context, c conn, n int64, handoffs []desk.Handoff) error {
	insert := insertInto("ticket_handoff", handoffColumns) + " ON CONFLICT (ticket, message) DO NOTHING"
	for _, h := range handoffs {
		if _, err := c.exec(ctx, insert, n, h.Message, h.By, micros(h.At), h.Summary); err != nil {
			return err
		}
	}
	return nil
}

// saveParts writes the parts of a ticket: it adds new messages and hand-offs, replaces
// links and dismissals, and writes the intake suggestions if there are any.
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
	if err := saveTiming(ctx, c, n, t.Timing, t.Status.Ended()); err != nil {
		return err
	}
	if t.Intake == nil {
		return nil
	}
	_, err := c.exec(ctx, insertInto("ticket_intake", "ticket, suggestions")+
		" ON CONFLICT (ticket) DO UPDATE SET suggestions = excluded.suggestions", n, toJSON(t.Intake))
	return err
}

func appendMessages(ctx context.Context, c conn, n int64, messages []desk.Message) error {
	var stored int
	err := c.row(ctx, []any{&stored}, "SELECT coalesce(max(n), 0) FROM ticket_message WHERE ticket = ?", n)
	if err != nil {
		return err
	}
	var rows, files [][]any
	for _, m := range messages {
		if m.N <= stored {
			continue
		}
		if stored++; m.N != stored {
			return fault.New(fault.Invalid, "message %d of ticket %d cannot follow message %d", m.N, n, stored-1)
		}
		rows = append(rows, messageRow(n, m))
		for i, f := range m.Files {
			files = append(files, []any{n, m.N, i + 1, f.ID, f.Name})
		}
	}
	if err := insertRows(ctx, c, "ticket_message", messageColumns, rows); err != nil {
		return err
	}
	return insertRows(ctx, c, "ticket_file", fileColumns, files)
}

func messageRow(ticket int64, m desk.Message) []any {
	return []any{
		ticket, m.N, m.Kind, m.Author, m.AuthorName, m.FromDesk, m.Automatic, m.Visibility, m.Channel, micros(m.At), m.Text,
	}
}

// replaceParts replaces the rows of a ticket in the table by the given ones; values
// returns the values of the columns for part n.
func replaceParts[T any](
	ctx context.Context, c conn, ticket int64, table, columns string, parts []T, values func(n int, p T) []any,
) error {
	if _, err := c.exec(ctx, "DELETE FROM "+table+" WHERE ticket = ?", ticket); err != nil {
		return err
	}
	for i, p := range parts {
		if _, err := c.exec(ctx, insertInto(table, columns), values(i+1, p)...); err != nil {
			return err
		}
	}
	return nil
}

func saveLinks(ctx context.Context, c conn, ticket int64, links []desk.Link) error {
	return replaceParts(ctx, c, ticket, "ticket_link", linkColumns, links,
		func(n int, l desk.Link) []any { return linkRow(ticket, n, l) })
}

func linkRow(ticket int64, n int, l desk.Link) []any {
	return []any{ticket, n, l.Kind, l.Target, l.Title, l.Applied, l.By, micros(l.At), l.Message}
}

func saveDismissals(ctx context.Context, c conn, ticket int64, dismissed []desk.Dismissal) error {
	return replaceParts(ctx, c, ticket, "ticket_dismissal", dismissalColumns, dismissed,
		func(n int, d desk.Dismissal) []any { return []any{ticket, n, d.Article, d.Reason, d.By, micros(d.At)} })
}
