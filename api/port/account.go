package port

import (
	"context"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
)

// People returns the names of users. *auth.Service implements it and the other
// interfaces for accounts.
type People interface {
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Sessions opens and ends sessions.
type Sessions interface {
	Login(ctx context.Context, email, password, clientKey string) (secret string, u auth.User, err error)
	Logout(ctx context.Context, secret string) error
}

// Users lists and creates users.
type Users interface {
	Users(ctx context.Context, actor access.Actor) ([]auth.User, error)
	CreateUser(ctx context.Context, actor access.Actor, in auth.NewUser) (auth.User, error)
}

// Tokens creates, lists and revokes bearer tokens.
type Tokens interface {
	CreateToken(ctx context.Context, actor access.Actor, userID string, in auth.NewToken) (
		secret string, t auth.Token, err error)
	Tokens(ctx context.Context, actor access.Actor, userID string) ([]auth.Token, error)
	RevokeToken(ctx context.Context, actor access.Actor, userID, tokenID string) error
}
