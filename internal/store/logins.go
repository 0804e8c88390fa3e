package store

import (
	"context"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// attemptsKept is how long a failed login is remembered: longer than any window
// that counts them.
const attemptsKept = 7 * 24 * time.Hour

// PutSetup replaces the one-time setup secret's hash; "" removes it.
func (s *Store) PutSetup(ctx context.Context, hash string, expires time.Time) error {
	return s.update(ctx, func(c conn) error {
		if hash == "" {
			_, err := c.exec(ctx, "DELETE FROM setup")
			return err
		}
		_, err := c.exec(ctx, `INSERT INTO setup (id, hash, expires_at) VALUES (1, ?, ?)
			ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at`, hash, micros(expires))
		return err
	})
}

// UseSetup consumes the setup secret and creates the first admin.
func (s *Store) UseSetup(ctx context.Context, hash string, now time.Time, u auth.User, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		n, err := c.exec(ctx, "DELETE FROM setup WHERE hash = ? AND expires_at > ?", hash, now.UnixMicro())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "the setup link is not valid any more; restart the server for a new one")
		}
		users, err := list(ctx, c, scanUser, "SELECT "+userColumns+" FROM account u")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(users, auth.User.Admin) {
			return fault.New(fault.Conflict, "the first admin exists already; sign in")
		}
		return addUser(ctx, c, u)
	})
}

// Attempts counts the failed logins of the key since the given time.
func (s *Store) Attempts(ctx context.Context, key string, since time.Time) (int, error) {
	var n int
	err := s.read().row(ctx, []any{&n}, "SELECT count(*) FROM login_attempt WHERE key = ? AND at >= ?", key, since.UnixMicro())
	return n, err
}

// AddAttempt adds a failed login, and forgets those of long ago.
func (s *Store) AddAttempt(ctx context.Context, key string, at time.Time) error {
	return s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM login_attempt WHERE at < ?", at.Add(-attemptsKept).UnixMicro()); err != nil {
			return err
		}
		_, err := c.exec(ctx, "INSERT INTO login_attempt (key, at) VALUES (?, ?)", key, at.UnixMicro())
		return err
	})
}

// ClearAttempts forgets the failed logins of the key.
func (s *Store) ClearAttempts(ctx context.Context, key string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM login_attempt WHERE key = ?", key)
		return err
	})
}
