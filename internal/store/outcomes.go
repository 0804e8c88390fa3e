package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// NoteReading records when the reader first opened the draft.
func (s *Store) NoteReading(ctx context.Context, draft, reader string, at time.Time) error {
	return s.write(ctx, journal.Entry{}, func(c conn) error {
		var id string
		if err := c.row(ctx, []any{&id}, "SELECT id FROM draft WHERE id = ?", draft); err != nil {
			return missing(err, "draft %q", draft)
		}
		_, err := c.exec(ctx, insertInto("draft_reading", "draft_id, reader, at")+
			" ON CONFLICT (draft_id, reader) DO NOTHING", draft, reader, micros(at))
		return err
	})
}

// Reading returns when the reader first opened the draft; the zero time for never.
func (s *Store) Reading(ctx context.Context, draft, reader string) (time.Time, error) {
	var at time.Time
	err := s.read().row(ctx, []any{timeTo(&at)},
		"SELECT at FROM draft_reading WHERE draft_id = ? AND reader = ?", draft, reader)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return at, err
}

// Decided lists the drafts decided since a time, oldest first, without texts.
func (s *Store) Decided(ctx context.Context, since time.Time) ([]kb.Outcome, error) {
	from := int64(0)
	if !since.IsZero() {
		from = since.UnixMicro()
	}
	return list(ctx, s.read(), scanOutcome,
		`SELECT id, status, decision, author, engine, rejection, decided_at, quality FROM draft
		WHERE decided_at IS NOT NULL AND decided_at >= ? ORDER BY decided_at, id`, from)
}

func scanOutcome(r scanner) (o kb.Outcome, err error) {
	var rejection kb.DraftRejection
	err = r.Scan(&o.ID, &o.Status, &o.Decision, &o.Author, &o.Engine,
		jsonTo(&rejection), timeTo(&o.DecidedAt), jsonTo(&o.Quality))
	o.Reason = rejection.Reason
	return o, err
}
