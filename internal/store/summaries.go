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

// Summary gives the kept summary of a ticket.
func (s *Store) Summary(ctx context.Context, ticket string) (handoff.Stored, error) {
	var k handoff.Stored
	n, err := number(ticket)
	if err != nil {
		return k, err
	}
	err = s.read().row(ctx, []any{&k.Version, jsonTo(&k)}, "SELECT version, record FROM ticket_summary WHERE ticket = ?", n)
	if errors.Is(err, sql.ErrNoRows) {
		return k, fault.New(fault.NotFound, "ticket %s has no summary yet", ticket)
	}
	return k, err
}

// SaveSummary writes the summary, when its version follows the stored one.
func (s *Store) SaveSummary(ctx context.Context, k handoff.Stored, entry journal.Entry) error {
	n, err := number(k.Ticket)
	if err != nil {
		return err
	}
	return s.write(ctx, entry, func(c conn) error {
		var (
			rows int64
			err  error
		)
		args := []any{k.Version, k.Generated.ThreadVersion, toJSON(k), n}
		if k.Version == 1 {
			rows, err = c.exec(ctx, "INSERT INTO ticket_summary (version, thread, record, ticket) VALUES ("+marks(4)+") ON CONFLICT (ticket) DO NOTHING", args...)
		} else {
			rows, err = c.exec(ctx, "UPDATE ticket_summary SET version = ?, thread = ?, record = ? WHERE ticket = ? AND version = ?", append(args, k.Version-1)...)
		}
		if err == nil && rows == 0 {
			err = fault.New(fault.Conflict, "the summary of ticket %s was changed meanwhile; read it again and repeat your change", k.Ticket)
		}
		return err
	})
}
