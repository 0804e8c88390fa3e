package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// userColumns are the columns of table u in the order of userDest and userArgs.
const userColumns = "u.id, u.email, u.name, u.password_hash, u.roles, u.disabled, u.created_at, u.updated_at"

func userDest(u *auth.User) []any {
	return []any{
		&u.ID, &u.Email, &u.Name, &u.PasswordHash, jsonTo(&u.Roles), &u.Disabled,
		timeTo(&u.CreatedAt), timeTo(&u.UpdatedAt),
	}
}

func userArgs(u auth.User) []any {
	return []any{
		u.ID, u.Email, u.Name, u.PasswordHash, toJSON(u.Roles), u.Disabled, micros(u.CreatedAt), micros(u.UpdatedAt),
	}
}

func scanUser(r scanner) (u auth.User, err error) { return u, r.Scan(userDest(&u)...) }

// CreateUser writes a new user, or gives a person who wrote in a ticket that came in a login;
// fault.Conflict when the e-mail address is taken.
func (s *Store) CreateUser(ctx context.Context, u auth.User, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error { return addUser(ctx, c, u) })
}

func addUser(ctx context.Context, c conn, u auth.User) error {
	if err := emailFree(ctx, c, u); err != nil {
		return err
	}
	columns := strings.ReplaceAll(userColumns, "u.", "")
	return c.execOr(ctx, fault.New(fault.Conflict, "user %s already exists", u.ID),
		insertInto("account", columns)+" ON CONFLICT (id) DO UPDATE SET ("+columns+") = ("+
			"excluded."+strings.ReplaceAll(columns, ", ", ", excluded.")+
			") WHERE account.roles IS NULL AND account.password_hash = ''", userArgs(u)...)
}

// emailFree returns an error when another user has the address.
func emailFree(ctx context.Context, c conn, u auth.User) error {
	var other string
	err := c.row(ctx, []any{&other}, "SELECT id FROM account WHERE email = ? AND id <> ?", u.Email, u.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fault.New(fault.Conflict, "there is already a user with the address %s", u.Email)
	}
	return err
}

// SaveUser overwrites the user. If endSessions is set, it also deletes the user's sessions
// and revokes the tokens.
func (s *Store) SaveUser(ctx context.Context, u auth.User, endSessions bool, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		if err := emailFree(ctx, c, u); err != nil {
			return err
		}
		err := c.execOr(ctx, missing(sql.ErrNoRows, "user %q", u.ID),
			updateSet("account", strings.ReplaceAll(userColumns, "u.", ""))+" WHERE id = ?", append(userArgs(u), u.ID)...)
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
	_, err := c.exec(ctx,
		"UPDATE token SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL", at.UnixMicro(), u.ID)
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	return nil
}

// User returns the user with this id.
func (s *Store) User(ctx context.Context, id string) (auth.User, error) {
	u, err := one(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM account u WHERE u.id = ?", id)
	return u, missing(err, "user %q", id)
}

// UserByEmail returns the user with this address.
func (s *Store) UserByEmail(ctx context.Context, email string) (auth.User, error) {
	u, err := one(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM account u WHERE u.email = ?", email)
	return u, missing(err, "user with the address %q", email)
}

// Users lists the users who have a role, ordered by e-mail address: not the many people who
// only ever wrote in a ticket that came in.
func (s *Store) Users(ctx context.Context) ([]auth.User, error) {
	return list(ctx, s.read(), scanUser,
		"SELECT "+userColumns+" FROM account u WHERE u.roles IS NOT NULL ORDER BY u.email")
}
