package store

import (
	"context"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// attemptRetention is how long failed logins are stored: longer than any period in which
// they are counted.
const attemptRetention = 7 * 24 * time.Hour

// PutSetup replaces the one-time setup secret's hash; "" removes it.
func (s *Store) PutSetup(ctx context.Context, hash string, expires time.Time) error {
	return s.update(ctx, func(c conn) error {
		if hash == "" {
			_, err := c.exec(ctx, "DELETE FROM setup")
			return err
		}
		_, err := c.exec(ctx, insertInto("setup", "id, hash, expires_at")+
			" ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at",
			1, hash, micros(expires))
		return err
	})
}

// UseSetup consumes the setup secret and creates the first admin.
func (s *Store) UseSetup(ctx context.Context, hash string, now time.Time, u auth.User, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		err := c.execOr(ctx,
			fault.New(fault.NotFound, "the setup link is no longer valid; restart the server for a new one"),
			"DELETE FROM setup WHERE hash = ? AND expires_at > ?", hash, now.UnixMicro())
		if err != nil {
			return err
		}
		users, err := list(ctx, c, scanUser, "SELECT "+userColumns+" FROM account u WHERE u.roles IS NOT NULL")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(users, auth.User.Admin) {
			return fault.New(fault.Conflict, "the first admin exists already; sign in")
		}
		return addUser(ctx, c, u)
	})
}

// Attempts counts the failed logins of the key since a time.
func (s *Store) Attempts(ctx context.Context, key string, since time.Time) (int, error) {
	var n int
	err := s.read().row(ctx, []any{&n},
		"SELECT count(*) FROM login_attempt WHERE key = ? AND at >= ?", key, since.UnixMicro())
	return n, err
}

// AddAttempt records a failed login, and deletes old ones.
func (s *Store) AddAttempt(ctx context.Context, key string, at time.Time) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM login_attempt WHERE at < ?", at.Add(-attemptRetention).UnixMicro())
		if err != nil {
			return err
		}
		_, err = c.exec(ctx, insertInto("login_attempt", "key, at"), key, at.UnixMicro())
		return err
	})
}

// ClearAttempts deletes the failed logins of the key.
func (s *Store) ClearAttempts(ctx context.Context, key string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM login_attempt WHERE key = ?", key)
		return err
	})
}
