package store

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/auth"
)

// CreateSession writes a new session, and forgets those that expired before it began.
func (s *Store) CreateSession(ctx context.Context, x auth.Session) error {
	return s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM session WHERE expires_at <= ?", x.CreatedAt.UnixMicro()); err != nil {
			return err
		}
		_, err := c.exec(ctx, "INSERT INTO session (hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
			x.Hash, x.UserID, micros(x.CreatedAt), x.ExpiresAt.UnixMicro())
		return err
	})
}

// SessionUser gives the session in force at now with its user.
func (s *Store) SessionUser(ctx context.Context, hash string, now time.Time) (auth.Session, auth.User, error) {
	type signedIn struct {
		session auth.Session
		user    auth.User
	}
	var w where
	w.and("x.hash = ?", hash)
	w.and("x.expires_at > ?", now.UnixMicro())
	w.and("u.disabled = ?", false)
	found, err := one(ctx, s.read(), func(r scanner) (f signedIn, err error) {
		return f, r.Scan(append(userDest(&f.user),
			&f.session.Hash, &f.session.UserID, timeTo(&f.session.CreatedAt), timeTo(&f.session.ExpiresAt))...)
	}, "SELECT "+userColumns+", x.hash, x.user_id, x.created_at, x.expires_at FROM session x JOIN account u ON u.id = x.user_id"+
		w.String(), w.args...)
	return found.session, found.user, missing(err, "such session")
}

// DeleteSession ends a session; one that is not there has ended.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM session WHERE hash = ?", hash)
		return err
	})
}
