package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// write commits data together with its entry in one transaction.
func (s *Store) write(ctx context.Context, entry journal.Entry, fn func(c conn) error) error {
	return s.update(ctx, func(c conn) error {
		if err := s.claim(ctx, c, entry.Idempotency); err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
		return s.record(ctx, c, entry)
	})
}

// claim takes the idempotency key for this write; *journal.Replay when another write has
// taken it. It comes before the data, so that a repeated create is recognised as one and
// does not fail because its name is taken.
func (s *Store) claim(ctx context.Context, c conn, k journal.Idempotency) error {
	if k.Key == "" {
		return nil
	}
	n, err := c.exec(ctx, insertInto("idempotency", "key, hash, object, at")+" ON CONFLICT (key) DO NOTHING",
		k.Key, k.Hash, k.Object, s.now().UnixMicro())
	if err != nil || n == 1 {
		return err
	}
	return claimed(ctx, c, k)
}

// claimed returns *journal.Replay when a write has taken the key, sql.ErrNoRows otherwise.
func claimed(ctx context.Context, c conn, k journal.Idempotency) error {
	var hash, object string
	err := c.row(ctx, []any{&hash, &object}, "SELECT hash, object FROM idempotency WHERE key = ?", k.Key)
	if err != nil {
		return err
	}
	return &journal.Replay{Object: object, Same: hash == k.Hash}
}

// Claimed returns *journal.Replay when an earlier write took the key. It is called before
// checks that would fail because of that earlier write: its name is taken by now, or its
// ticket is closed.
func (s *Store) Claimed(ctx context.Context, k journal.Idempotency) error {
	if k.Key == "" {
		return nil
	}
	err := claimed(ctx, s.read(), k)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// record writes the events, changes, jobs and notices of a write. It is the last step of a
// transaction, because the counters block others from here until the commit.
func (s *Store) record(ctx context.Context, c conn, entry journal.Entry) error {
	for _, j := range entry.Jobs {
		if err := s.addJob(ctx, c, j); err != nil {
			return fmt.Errorf("job %s: %w", j.Key, err)
		}
	}
	if err := s.addNotices(ctx, c, entry.Notices); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	if err := s.addEvents(ctx, c, entry.Events); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	if err := addChanges(ctx, c, entry.Changes); err != nil {
		return fmt.Errorf("change log: %w", err)
	}
	return nil
}

// take takes the next n numbers of a counter and returns the first.
func take(ctx context.Context, c conn, counter string, n int) (int64, error) {
	var last int64
	err := c.row(ctx, []any{&last}, "UPDATE counter SET value = value + ? WHERE name = ? RETURNING value", n, counter)
	return last - int64(n) + 1, err
}

func (s *Store) addEvents(ctx context.Context, c conn, events []journal.Event) error {
	if len(events) == 0 {
		return nil
	}
	seq, err := take(ctx, c, "event", len(events))
	if err != nil {
		return err
	}
	var model int
	if err := c.row(ctx, []any{&model}, "SELECT coalesce(max(id), 0) FROM model_version"); err != nil {
		return err
	}
	rows := make([][]any, len(events))
	for i, e := range events {
		if e.At.IsZero() {
			e.At = s.now()
		}
		e.Model = cmp.Or(e.Model, model)
		rows[i] = []any{seq + int64(i), micros(e.At), e.Actor, e.Object, e.ID, e.Verb, rawText(e.Data), e.Model}
	}
	return insertRows(ctx, c, "event", eventColumns, rows)
}

const eventColumns = "seq, at, actor, object, object_id, verb, data, model"

func scanEvent(r scanner) (e journal.Event, err error) {
	return e, r.Scan(&e.Seq, timeTo(&e.At), &e.Actor, &e.Object, &e.ID, &e.Verb, rawTo(&e.Data), &e.Model)
}

// Events lists the events of one object in order: the history of an article or a user.
func (s *Store) Events(ctx context.Context, object, id string) ([]journal.Event, error) {
	return eventsOf(ctx, s.read(), object, id)
}

// EventsSince lists the events since a time and after a sequence number, oldest first, at
// most limit: the audit trail.
func (s *Store) EventsSince(ctx context.Context, since time.Time, after int64, limit int) ([]journal.Event, error) {
	return list(ctx, s.read(), scanEvent,
		"SELECT "+eventColumns+" FROM event WHERE seq > ? AND at >= ? ORDER BY seq LIMIT ?",
		after, since.UnixMicro(), limitOf(limit))
}

func eventsOf(ctx context.Context, c conn, object, id string) ([]journal.Event, error) {
	return list(ctx, c, scanEvent,
		"SELECT "+eventColumns+" FROM event WHERE object = ? AND object_id = ? ORDER BY seq", object, id)
}
