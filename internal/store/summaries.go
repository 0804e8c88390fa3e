package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/summarize/handoff"
)

var _ handoff.Store = (*Store)(nil)

// Summary returns the stored summary of a ticket.
func (s *Store) Summary(ctx context.Context, ticket string) (handoff.Stored, error) {
	var k handoff.Stored
	n, err := number(ticket)
	if err != nil {
		return k, err
	}
	err = s.read().row(ctx, []any{&k.Version, jsonTo(&k)},
		"SELECT version, record FROM ticket_summary WHERE ticket = ?", n)
	if errors.Is(err, sql.ErrNoRows) {
		return k, fault.New(fault.NotFound, "ticket %s has no summary yet", ticket)
	}
	return k, err
}

// SaveSummary writes the summary if its version follows the stored one.
func (s *Store) SaveSummary(ctx context.Context, k handoff.Stored, entry journal.Entry) error {
	n, err := number(k.Ticket)
	if err != nil {
		return err
	}
	const columns = "version, thread, record, ticket"
	query := updateSet("ticket_summary", columns) + " WHERE ticket = ? AND version = ?"
	args := []any{k.Version, k.Generated.ThreadVersion, toJSON(k), n}
	if k.Version == 1 {
		query = insertInto("ticket_summary", columns) + " ON CONFLICT (ticket) DO NOTHING"
	} else {
		args = append(args, n, k.Version-1)
	}
	return s.write(ctx, entry, func(c conn) error {
		return c.execOr(ctx, fault.New(fault.Conflict,
			"the summary of ticket %s has changed; reload it and repeat your change", k.Ticket), query, args...)
	})
}
