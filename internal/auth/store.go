package auth

import (
	"context"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// User is a person who can sign in.
type User struct {
	ID           string // "u_" and random letters
	Email        string // lower case, unique
	Name         string
	PasswordHash string // argon2id, PHC string format
	Roles        []access.Role
	Disabled     bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Admin reports whether the user is an admin who can sign in.
func (u User) Admin() bool { return !u.Disabled && slices.Contains(u.Roles, access.Admin) }

// Person reports whether the user is somebody who only ever wrote in a ticket that came in:
// without a login and without a role.
func (u User) Person() bool { return u.PasswordHash == "" && len(u.Roles) == 0 }

// Session is a signed-in browser. Its cookie contains a random secret, of which only the
// SHA-256 is stored.
type Session struct {
	Hash      string // hex SHA-256 of the cookie's secret
	UserID    string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Token is a bearer token of a user. Of its secret, only the SHA-256 is stored.
type Token struct {
	ID        string
	Hash      string
	UserID    string
	Name      string
	Scopes    []access.Permission // nil: all that the user's roles grant
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	RevokedAt time.Time // zero: not revoked
}

// Store stores users, sessions, tokens and one-time setup links. Every method is one
// transaction; missing objects are fault.NotFound, an e-mail address that is taken is
// fault.Conflict.
type Store interface {
	CreateUser(ctx context.Context, u User, entry journal.Entry) error
	// SaveUser overwrites the user and, when endSessions is set, deletes the user's
	// sessions and revokes the tokens in the same transaction.
	SaveUser(ctx context.Context, u User, endSessions bool, entry journal.Entry) error
	User(ctx context.Context, id string) (User, error)
	UserByEmail(ctx context.Context, email string) (User, error)
	Users(ctx context.Context) ([]User, error)

	CreateSession(ctx context.Context, s Session) error
	// SessionUser returns the session with its user; expired sessions and disabled users
	// are fault.NotFound.
	SessionUser(ctx context.Context, hash string, now time.Time) (Session, User, error)
	DeleteSession(ctx context.Context, hash string) error

	CreateToken(ctx context.Context, t Token, entry journal.Entry) error
	// TokenUser returns the token with its user; expired and revoked tokens and disabled
	// users are fault.NotFound.
	TokenUser(ctx context.Context, hash string, now time.Time) (Token, User, error)
	Tokens(ctx context.Context, userID string) ([]Token, error)
	RevokeToken(ctx context.Context, id string, now time.Time, entry journal.Entry) error

	// PutSetup replaces the hash of the one-time setup secret; "" removes it.
	PutSetup(ctx context.Context, hash string, expires time.Time) error
	// UseSetup consumes the setup secret and creates the first admin in one transaction;
	// fault.NotFound when the hash is not the current one, fault.Conflict when an admin
	// exists.
	UseSetup(ctx context.Context, hash string, now time.Time, u User, entry journal.Entry) error

	// Attempts counts the failed logins of a key since a moment, AddAttempt adds one, and
	// ClearAttempts deletes them.
	Attempts(ctx context.Context, key string, since time.Time) (int, error)
	AddAttempt(ctx context.Context, key string, at time.Time) error
	ClearAttempts(ctx context.Context, key string) error
}
