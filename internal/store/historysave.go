package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/internal/journal"
)

// SaveHistory writes the batch. It returns the numbers of the tickets that it left alone
// because they no longer have the version that the record replaces.
func (s *Store) SaveHistory(ctx context.Context, b history.Batch) (stale []string, err error) {
	err = s.update(ctx, func(c conn) error {
		var rows historyRows
		entry := journal.Entry{Jobs: b.Jobs}
		for _, r := range b.Records {
			n, err := number(r.Ticket.ID)
			if err != nil {
				return err
			}
			if r.Replaces > 0 {
				err = replaceHistory(ctx, c, n, r)
			} else {
				rows.tickets = append(rows.tickets, append([]any{n}, ticketArgs(r.Ticket)...))
			}
			if errors.Is(err, sql.ErrNoRows) {
				stale = append(stale, r.Ticket.ID)
				continue
			}
			if err != nil {
				return fmt.Errorf("ticket %s: %w", r.Ticket.ID, err)
			}
			rows.add(n, r)
			entry.Events = append(entry.Events, r.Events...)
			entry.Changes = append(entry.Changes, journal.Change{Object: journal.Ticket, ID: r.Ticket.ID})
		}
		if err := rows.insert(ctx, c); err != nil {
			return err
		}
		return s.record(ctx, c, entry)
	})
	return stale, err
}

// historyRows are the rows of a batch by table.
type historyRows struct{ tickets, messages, links, history [][]any }

func (r *historyRows) add(n int64, x history.Record) {
	for _, m := range x.Ticket.Messages {
		r.messages = append(r.messages, messageRow(n, m))
	}
	for i, l := range x.Ticket.Links {
		r.links = append(r.links, linkRow(n, i+1, l))
	}
	r.history = append(r.history, []any{x.Ticket.Version, x.Hash, n})
}

func (r *historyRows) insert(ctx context.Context, c conn) error {
	if err := insertRows(ctx, c, "ticket", "number, "+savedColumns, r.tickets); err != nil {
		return err
	}
	if err := insertRows(ctx, c, "ticket_message", messageColumns, r.messages); err != nil {
		return err
	}
	if err := insertRows(ctx, c, "ticket_link", linkColumns, r.links); err != nil {
		return err
	}
	for _, h := range r.history {
		if _, err := c.exec(ctx, updateSet("ticket_history", "version, hash")+" WHERE number = ?", h...); err != nil {
			return err
		}
	}
	return nil
}

// replaceHistory overwrites a ticket that came in before and deletes what belonged to it;
// sql.ErrNoRows when it was changed here. What other tickets that were merged into it say
// stays.
func replaceHistory(ctx context.Context, c conn, n int64, r history.Record) error {
	var into string
	if err := c.row(ctx, []any{&into}, "SELECT merged_into FROM ticket WHERE number = ?", n); err != nil {
		return err
	}
	changed, err := c.exec(ctx, updateSet("ticket", savedColumns)+" WHERE number = ? AND version = ?",
		append(ticketArgs(r.Ticket), n, r.Replaces)...)
	if err == nil && changed == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return err
	}
	for _, table := range []string{
		"ticket_message", "ticket_link", "ticket_dismissal", "ticket_intake", "ticket_handoff", "ticket_summary",
	} {
		if _, err := c.exec(ctx, "DELETE FROM "+table+" WHERE ticket = ?", n); err != nil {
			return err
		}
	}
	const events = "DELETE FROM event WHERE object = ? AND object_id = ? AND verb "
	if _, err := c.exec(ctx, events+"<> 'absorbed'", journal.Ticket, r.Ticket.ID); err != nil || into == "" {
		return err
	}
	absorbed := string(journal.Data(map[string]any{"ticket": r.Ticket.ID}))
	_, err = c.exec(ctx, events+"= 'absorbed' AND data = ?", journal.Ticket, into, absorbed)
	return err
}
