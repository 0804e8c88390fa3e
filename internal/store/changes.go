package store

import (
	"context"

	"github.com/deskbook/deskbook/internal/journal"
)

// addChanges appends to the change log.
func addChanges(ctx context.Context, c conn, changes []journal.Change) error {
	if len(changes) == 0 {
		return nil
	}
	seq, err := take(ctx, c, "change", len(changes))
	if err != nil {
		return err
	}
	rows := make([][]any, len(changes))
	for i, ch := range changes {
		rows[i] = []any{seq + int64(i), ch.Object, ch.ID}
	}
	return insertRows(ctx, c, "change_log", "seq, object, object_id", rows)
}

// LastChange returns the sequence number of the newest change, 0 when there is none.
func (s *Store) LastChange(ctx context.Context) (int64, error) {
	var seq int64
	err := s.read().row(ctx, []any{&seq}, "SELECT value FROM counter WHERE name = 'change'")
	return seq, err
}

// Changes lists the changes after a sequence number, oldest first, at most limit.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]journal.Change, error) {
	return list(ctx, s.read(), func(r scanner) (ch journal.Change, err error) {
		return ch, r.Scan(&ch.Seq, &ch.Object, &ch.ID)
	}, "SELECT seq, object, object_id FROM change_log WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
}
