package auth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// SetupLife is how long the link to create the first admin is valid.
const SetupLife = 24 * time.Hour

// NewSetupLink creates the one-time secret for creating the first admin and returns the
// path of the page that takes it. An earlier link stops working. It is fault.Conflict when
// an admin exists.
func (s *Service) NewSetupLink(ctx context.Context) (path string, err error) {
	users, err := s.store.Users(ctx)
	if err != nil {
		return "", fmt.Errorf("new setup link: %w", err)
	}
	if slices.ContainsFunc(users, User.Admin) {
		return "", fault.New(fault.Conflict, "There is already an admin, who can add more.")
	}
	secret := newSecret()
	if err := s.store.PutSetup(ctx, digest(secret), s.now().UTC().Add(SetupLife)); err != nil {
		return "", fmt.Errorf("new setup link: %w", err)
	}
	return "/setup?key=" + secret, nil
}

// CompleteSetup consumes the setup secret, creates the first admin in the same transaction
// and opens a session for them. Without roles, the first admin gets all of them: a small
// team starts with one person.
func (s *Service) CompleteSetup(ctx context.Context, key string, in NewUser) (secret string, u User, err error) {
	if len(in.Roles) == 0 {
		in.Roles = access.Roles()
	}
	if u, err = s.build(ctx, in); err != nil {
		return "", User{}, err
	}
	if !u.Admin() {
		return "", User{}, fault.InvalidField("roles", "must contain admin: there is none yet")
	}
	entry := s.entry(u.actor(nil), u.ID, "created", map[string]any{"roles": u.Roles, "setup": true})
	err = s.store.UseSetup(ctx, digest(key), s.now().UTC(), u, entry)
	switch {
	case fault.Is(err, fault.NotFound):
		return "", User{}, fault.New(fault.NotFound,
			"This setup link is no longer valid. Restart the server to get a new one.")
	case err != nil:
		return "", User{}, fmt.Errorf("complete setup: %w", err)
	}
	if secret, err = s.openSession(ctx, u); err != nil {
		return "", User{}, err
	}
	return secret, u, nil
}
