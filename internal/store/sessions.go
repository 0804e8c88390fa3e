package store

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/auth"
)

// CreateSession writes a new session, and deletes those that expired before it began.
func (s *Store) CreateSession(ctx context.Context, x auth.Session) error {
	return s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM session WHERE expires_at <= ?", x.CreatedAt.UnixMicro()); err != nil {
			return err
		}
		_, err := c.exec(ctx, insertInto("session", "hash, user_id, created_at, expires_at"),
			x.Hash, x.UserID, micros(x.CreatedAt), x.ExpiresAt.UnixMicro())
		return err
	})
}

// SessionUser returns the session and its user if it is valid at now.
func (s *Store) SessionUser(ctx context.Context, hash string, now time.Time) (x auth.Session, u auth.User, err error) {
	var w where
	w.and("x.hash = ?", hash)
	w.and("x.expires_at > ?", now.UnixMicro())
	w.and("u.disabled = ?", false)
	err = s.read().row(ctx,
		append(userDest(&u), &x.Hash, &x.UserID, timeTo(&x.CreatedAt), timeTo(&x.ExpiresAt)),
		"SELECT "+userColumns+`, x.hash, x.user_id, x.created_at, x.expires_at
		FROM session x JOIN account u ON u.id = x.user_id`+w.String(), w.args...)
	return x, u, missing(err, "such session")
}

// DeleteSession deletes a session, if it exists.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM session WHERE hash = ?", hash)
		return err
	})
}
