package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

const userColumns = "u.id, u.email, u.name, u.password_hash, u.roles, u.disabled, u.created_at, u.updated_at"

func userDest(u *auth.User) []any {
	return []any{&u.ID, &u.Email, &u.Name, &u.PasswordHash, jsonTo(&u.Roles), &u.Disabled, timeTo(&u.CreatedAt), timeTo(&u.UpdatedAt)}
}

func scanUser(r scanner) (u auth.User, err error) { return u, r.Scan(userDest(&u)...) }

// missing gives a NotFound that says what there is not, when no row was found.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "there is no "+format, args...)
	}
	return err
}

// CreateUser writes a new user; fault.Conflict when the e-mail address is used.
func (s *Store) CreateUser(ctx context.Context, u auth.User, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error { return addUser(ctx, c, u) })
}

func addUser(ctx context.Context, c conn, u auth.User) error {
	if err := emailFree(ctx, c, u); err != nil {
		return err
	}
	n, err := c.exec(ctx, "INSERT INTO account (id, email, name, password_hash, roles, disabled, created_at, updated_at) VALUES ("+
		marks(8)+") ON CONFLICT DO NOTHING",
		u.ID, u.Email, u.Name, u.PasswordHash, toJSON(u.Roles), u.Disabled, micros(u.CreatedAt), micros(u.UpdatedAt))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "there is a user %s already", u.ID)
	}
	return err
}

// emailFree fails when another user has the address.
func emailFree(ctx context.Context, c conn, u auth.User) error {
	var other string
	err := c.row(ctx, []any{&other}, "SELECT id FROM account WHERE email = ? AND id <> ?", u.Email, u.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fault.New(fault.Conflict, "there is a user with the address %s already", u.Email)
	}
	return err
}

// SaveUser overwrites the user and, when endSessions is set, ends what the user is
// signed in with.
func (s *Store) SaveUser(ctx context.Context, u auth.User, endSessions bool, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		if err := emailFree(ctx, c, u); err != nil {
			return err
		}
		n, err := c.exec(ctx, "UPDATE account SET (email, name, password_hash, roles, disabled, created_at, updated_at) = ("+
			marks(7)+") WHERE id = ?",
			u.Email, u.Name, u.PasswordHash, toJSON(u.Roles), u.Disabled, micros(u.CreatedAt), micros(u.UpdatedAt), u.ID)
		if err == nil && n == 0 {
			err = missing(sql.ErrNoRows, "user %q", u.ID)
		}
		if err != nil || !endSessions {
			return err
		}
		return s.signOut(ctx, c, u)
	})
}

// signOut deletes the user's sessions and revokes the tokens.
func (s *Store) signOut(ctx context.Context, c conn, u auth.User) error {
	if _, err := c.exec(ctx, "DELETE FROM session WHERE user_id = ?", u.ID); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	at := u.UpdatedAt
	if at.IsZero() {
		at = s.now()
	}
	if _, err := c.exec(ctx, "UPDATE token SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL", at.UnixMicro(), u.ID); err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	return nil
}

// User gives the user with this id.
func (s *Store) User(ctx context.Context, id string) (auth.User, error) {
	u, err := one(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM account u WHERE u.id = ?", id)
	return u, missing(err, "user %q", id)
}

// UserByEmail gives the user with this address.
func (s *Store) UserByEmail(ctx context.Context, email string) (auth.User, error) {
	u, err := one(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM account u WHERE u.email = ?", email)
	return u, missing(err, "user with the address %q", email)
}

// Users lists all users in order of e-mail address.
func (s *Store) Users(ctx context.Context) ([]auth.User, error) {
	return list(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM account u ORDER BY u.email")
}
