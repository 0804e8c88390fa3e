package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// NewToken is what a bearer token is created with.
type NewToken struct {
	Name   string
	Scopes []access.Permission // nil: all that the user's roles grant
	Life   time.Duration       // 0: until revoked
}

// CreateToken creates a bearer token for the actor or, if the actor manages users, for any
// user. The secret is returned this once. Scopes must be granted by the user's roles. An
// actor with limited scopes can pass on no others, and an actor with a token that expires
// cannot create one that outlives it.
func (s *Service) CreateToken(
	ctx context.Context, actor access.Actor, userID string, in NewToken,
) (secret string, t Token, err error) {
	if actor.ID != userID || !actor.Known() {
		if err := mayManage(actor); err != nil {
			return "", Token{}, err
		}
	}
	u, err := s.store.User(ctx, userID)
	if err != nil {
		return "", Token{}, fmt.Errorf("create token: %w", err)
	}
	now := s.now().UTC()
	if err := checkToken(actor, u, in, now); err != nil {
		return "", Token{}, err
	}
	secret = tokenPrefix + newSecret()
	t = Token{
		ID: newID("t_"), Hash: digest(secret), UserID: u.ID, Name: strings.TrimSpace(in.Name),
		Scopes: in.Scopes, CreatedAt: now,
	}
	if in.Life > 0 {
		t.ExpiresAt = now.Add(in.Life)
	}
	entry := s.entry(actor, u.ID, "token_created", map[string]any{"token": t.ID, "name": t.Name, "scopes": t.Scopes})
	if err := s.store.CreateToken(ctx, t, entry); err != nil {
		return "", Token{}, fmt.Errorf("create token: %w", err)
	}
	return secret, t, nil
}

func checkToken(actor access.Actor, u User, in NewToken, now time.Time) error {
	var fields []fault.Field
	bad := func(field, format string, args ...any) {
		fields = append(fields, fault.Field{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if u.Disabled {
		return fault.New(fault.Conflict, "This user is disabled and cannot have tokens.")
	}
	if utf8.RuneCountInString(in.Name) > 100 {
		bad("name", "must not be longer than 100 characters")
	}
	if in.Life < 0 {
		bad("expires", "must be in the future")
	}
	if !actor.Until.IsZero() && (in.Life == 0 || now.Add(in.Life).After(actor.Until)) {
		bad("expires", "must not be later than that of the token you are using, %s",
			actor.Until.UTC().Format(time.RFC3339))
	}
	if in.Scopes != nil && len(in.Scopes) == 0 {
		bad("scopes", "must have at least one scope; leave it out for all rights of the user")
	}
	if in.Scopes == nil && actor.Scopes != nil {
		bad("scopes", "is required, because the token you are using has limited scopes")
	}
	for _, p := range in.Scopes {
		switch {
		case !slices.Contains(access.Scopes(), p):
			bad("scopes", "%q is not a scope", p)
		case !u.actor(nil).Can(p):
			bad("scopes", "%q is not granted by the user's roles", p)
		case actor.Scopes != nil && !slices.Contains(actor.Scopes, p):
			bad("scopes", "%q is not a scope of the token you are using", p)
		}
	}
	return fault.InvalidFields(fields)
}

// Tokens lists the tokens of the actor or, if the actor manages users, of any user, who must
// exist. Their hashes are left out.
func (s *Service) Tokens(ctx context.Context, actor access.Actor, userID string) ([]Token, error) {
	if actor.ID != userID || !actor.Known() {
		if err := mayManage(actor); err != nil {
			return nil, err
		}
		if _, err := s.store.User(ctx, userID); err != nil {
			return nil, fmt.Errorf("list tokens: %w", err)
		}
	}
	ts, err := s.store.Tokens(ctx, userID)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	for i := range ts {
		ts[i].Hash = ""
	}
	return ts, nil
}

// RevokeToken revokes one of a user's tokens. An actor with limited scopes can revoke only
// tokens with no other scopes.
func (s *Service) RevokeToken(ctx context.Context, actor access.Actor, userID, tokenID string) error {
	ts, err := s.Tokens(ctx, actor, userID)
	if err != nil {
		return err
	}
	// The id of another user's token must not be enough.
	i := slices.IndexFunc(ts, func(t Token) bool { return t.ID == tokenID })
	if i < 0 {
		return fault.New(fault.NotFound, "There is no such token.")
	}
	if actor.Scopes != nil && mayManage(actor) != nil && !within(ts[i].Scopes, actor.Scopes) {
		return fault.New(fault.Forbidden,
			"A token with limited scopes can only revoke tokens that are limited to the same scopes.")
	}
	entry := s.entry(actor, userID, "token_revoked", map[string]any{"token": tokenID})
	if err := s.store.RevokeToken(ctx, tokenID, s.now().UTC(), entry); err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

// within reports whether all of the scopes are among the others.
func within(scopes, others []access.Permission) bool {
	return scopes != nil && !slices.ContainsFunc(scopes, func(p access.Permission) bool {
		return !slices.Contains(others, p)
	})
}

// AuthenticateToken returns the actor of a bearer token, limited to its scopes;
// fault.Unauthenticated when it is unknown, expired or revoked, or its user disabled.
func (s *Service) AuthenticateToken(ctx context.Context, secret string) (access.Actor, error) {
	bad := fault.New(fault.Unauthenticated, "The token is not valid: it is unknown, expired or revoked.")
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > 200 {
		return access.Actor{}, bad
	}
	now := s.now().UTC()
	t, u, err := s.store.TokenUser(ctx, digest(secret), now)
	switch {
	case fault.Is(err, fault.NotFound):
		return access.Actor{}, bad
	case err != nil:
		return access.Actor{}, fmt.Errorf("authenticate token: %w", err)
	case u.Disabled || !t.RevokedAt.IsZero() || !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
		return access.Actor{}, bad
	}
	actor := u.actor(t.Scopes)
	actor.Until = t.ExpiresAt
	return actor, nil
}
