package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
)

const tokenColumns = "t.id, t.hash, t.user_id, t.name, t.scopes, t.created_at, t.expires_at, t.revoked_at"

func tokenDest(t *auth.Token) []any {
	return []any{
		&t.ID, &t.Hash, &t.UserID, &t.Name, jsonTo(&t.Scopes),
		timeTo(&t.CreatedAt), timeTo(&t.ExpiresAt), timeTo(&t.RevokedAt),
	}
}

// CreateToken writes a new token.
func (s *Store) CreateToken(ctx context.Context, t auth.Token, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		_, err := c.exec(ctx, insertInto("token", strings.ReplaceAll(tokenColumns, "t.", "")),
			t.ID, t.Hash, t.UserID, t.Name, toJSON(t.Scopes), micros(t.CreatedAt), micros(t.ExpiresAt), micros(t.RevokedAt))
		return err
	})
}

// TokenUser returns the token and its user if it is valid at now.
func (s *Store) TokenUser(ctx context.Context, hash string, now time.Time) (t auth.Token, u auth.User, err error) {
	var w where
	w.and("t.hash = ?", hash)
	w.and("t.revoked_at IS NULL")
	w.and("t.expires_at IS NULL OR t.expires_at > ?", now.UnixMicro())
	w.and("u.disabled = ?", false)
	err = s.read().row(ctx, append(userDest(&u), tokenDest(&t)...),
		"SELECT "+userColumns+", "+tokenColumns+" FROM token t JOIN account u ON u.id = t.user_id"+w.String(), w.args...)
	return t, u, missing(err, "such token")
}

// Tokens lists a user's tokens, including revoked and expired ones, oldest first.
func (s *Store) Tokens(ctx context.Context, userID string) ([]auth.Token, error) {
	return list(ctx, s.read(), func(r scanner) (t auth.Token, err error) { return t, r.Scan(tokenDest(&t)...) },
		"SELECT "+tokenColumns+" FROM token t WHERE t.user_id = ? ORDER BY coalesce(t.created_at, 0), t.id", userID)
}

// RevokeToken revokes a token. Revoking it again does not change the time.
func (s *Store) RevokeToken(ctx context.Context, id string, now time.Time, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		return c.execOr(ctx, missing(sql.ErrNoRows, "token %q", id),
			"UPDATE token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", now.UnixMicro(), id)
	})
}
