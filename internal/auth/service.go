// Package auth manages who may sign in: users with argon2id passwords, browser sessions,
// bearer tokens and the one-time setup of the first admin.
//
// No secret is stored, or returned after its creation, in clear; a login does not reveal
// whether an address is known; guessing is slowed down; and disabling a user, a new
// password or a lost role end all of the user's sessions and tokens in the same
// transaction. The package knows no HTTP, no SQL and no domain package; its store is an
// interface.
package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Service manages users, sessions and tokens in a Store.
type Service struct {
	agents agents
	store  Store
	now    func() time.Time
	hasher *hasher
	// mu makes changes of a user atomic within this process: SaveUser overwrites the row,
	// and a race must not re-enable a disabled user.
	mu sync.Mutex
}

// NewService returns a Service. now is the clock.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, hasher: newHasher()}
}

// NewUser is what a user is created with.
type NewUser struct {
	Email    string
	Name     string
	Password string
	Roles    []access.Role
}

// CreateUser adds a user. The actor must manage users or be the system.
func (s *Service) CreateUser(ctx context.Context, actor access.Actor, in NewUser) (User, error) {
	if err := mayManage(actor); err != nil {
		return User{}, err
	}
	u, err := s.build(ctx, in)
	if err != nil {
		return User{}, err
	}
	entry := s.entry(actor, u.ID, "created", map[string]any{"roles": u.Roles})
	if err := s.store.CreateUser(ctx, u, entry); err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return u, nil
}

// build checks the fields of a new user and hashes the password. A person who wrote in a
// ticket that came in keeps their id.
func (s *Service) build(ctx context.Context, in NewUser) (User, error) {
	email := normaliseEmail(in.Email)
	fields := checkEmail(email)
	if utf8.RuneCountInString(in.Name) > 200 {
		fields = append(fields, fault.Field{Field: "name", Message: "must not be longer than 200 characters"})
	}
	fields = append(fields, checkRoles(in.Roles)...)
	fields = append(fields, checkPassword(email, in.Password)...)
	if err := fault.InvalidFields(fields); err != nil {
		return User{}, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return User{}, err
	}
	id := NewUserID()
	switch person, err := s.store.UserByEmail(ctx, email); {
	case err == nil && person.Person():
		id = person.ID
	case err != nil && !fault.Is(err, fault.NotFound):
		return User{}, fmt.Errorf("user %s: %w", email, err)
	}
	now := s.now().UTC()
	return User{
		ID: id, Email: email, Name: strings.TrimSpace(in.Name), PasswordHash: hash,
		Roles: sortedRoles(in.Roles), CreatedAt: now, UpdatedAt: now,
	}, nil
}

// User returns a user: any for actors who manage users, and themselves for others.
func (s *Service) User(ctx context.Context, actor access.Actor, id string) (User, error) {
	if actor.ID != id {
		if err := mayManage(actor); err != nil {
			return User{}, err
		}
	}
	return s.store.User(ctx, id)
}

// UserByEmail returns the user with this address, for actors who manage users.
func (s *Service) UserByEmail(ctx context.Context, actor access.Actor, email string) (User, error) {
	if err := mayManage(actor); err != nil {
		return User{}, err
	}
	return s.store.UserByEmail(ctx, normaliseEmail(email))
}

// Users lists all users, for actors who manage users.
func (s *Service) Users(ctx context.Context, actor access.Actor) ([]User, error) {
	if err := mayManage(actor); err != nil {
		return nil, err
	}
	return s.store.Users(ctx)
}

// Person returns the actor with this user id or e-mail address, for the domain's own
// look-ups (the requester or the assignee of a ticket); fault.NotFound when the user is
// unknown or disabled.
func (s *Service) Person(ctx context.Context, ref string) (access.Actor, error) {
	find := s.store.User
	if strings.Contains(ref, "@") {
		find, ref = s.store.UserByEmail, normaliseEmail(ref)
	}
	u, err := find(ctx, ref)
	if err != nil {
		return access.Actor{}, err
	}
	if u.Disabled {
		return access.Actor{}, fault.New(fault.NotFound, "This user no longer has access.")
	}
	return u.actor(nil), nil
}

// Names returns the display names of the users with these ids, for threads and queues.
// Unknown ids are left out.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	for _, id := range ids {
		if _, done := names[id]; done || id == "" {
			continue
		}
		u, err := s.store.User(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("name of user %s: %w", id, err)
		}
		names[id] = u.actor(nil).DisplayName()
	}
	return names, nil
}

// Patch changes a user; nil fields stay as they are.
type Patch struct {
	Name     *string
	Password *string
	Roles    *[]access.Role
	Disabled *bool
}

// Update changes a user. A new password, a lost role and disabling end the user's sessions
// and revoke the tokens. The last admin can be neither disabled nor demoted.
func (s *Service) Update(ctx context.Context, actor access.Actor, id string, p Patch) (User, error) {
	if err := mayManage(actor); err != nil {
		return User{}, err
	}
	return s.update(ctx, actor, id, p)
}

func (s *Service) update(ctx context.Context, actor access.Actor, id string, p Patch) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, err := s.store.User(ctx, id)
	if err != nil {
		return User{}, fmt.Errorf("update user %s: %w", id, err)
	}
	u, err := s.patched(ctx, before, p)
	if err != nil {
		return User{}, err
	}
	if before.Admin() && !u.Admin() {
		if err := s.keepAnAdmin(ctx, id); err != nil {
			return User{}, err
		}
	}
	end := p.Password != nil || u.Disabled && !before.Disabled || lost(before.Roles, u.Roles)
	u.UpdatedAt = s.now().UTC()
	entry := s.entry(actor, id, "updated", map[string]any{
		"roles": u.Roles, "disabled": u.Disabled, "new_password": p.Password != nil, "sessions_ended": end,
	})
	if err := s.store.SaveUser(ctx, u, end, entry); err != nil {
		return User{}, fmt.Errorf("update user %s: %w", id, err)
	}
	return u, nil
}

func (s *Service) patched(ctx context.Context, u User, p Patch) (User, error) {
	var fields []fault.Field
	if p.Name != nil {
		u.Name = strings.TrimSpace(*p.Name)
		if utf8.RuneCountInString(u.Name) > 200 {
			fields = append(fields, fault.Field{Field: "name", Message: "must not be longer than 200 characters"})
		}
	}
	if p.Roles != nil {
		fields = append(fields, checkRoles(*p.Roles)...)
		u.Roles = sortedRoles(*p.Roles)
	}
	if p.Disabled != nil {
		u.Disabled = *p.Disabled
	}
	if p.Password != nil {
		fields = append(fields, checkPassword(u.Email, *p.Password)...)
	}
	if err := fault.InvalidFields(fields); err != nil {
		return User{}, err
	}
	if p.Password != nil {
		hash, err := s.hasher.hash(ctx, *p.Password)
		if err != nil {
			return User{}, err
		}
		u.PasswordHash = hash
	}
	return u, nil
}

// SetRoles replaces a user's roles; losing one ends the sessions and tokens.
func (s *Service) SetRoles(ctx context.Context, actor access.Actor, id string, roles []access.Role) error {
	_, err := s.Update(ctx, actor, id, Patch{Roles: &roles})
	return err
}

// SetPassword replaces a user's password and ends the sessions and tokens.
func (s *Service) SetPassword(ctx context.Context, actor access.Actor, id, password string) error {
	_, err := s.Update(ctx, actor, id, Patch{Password: &password})
	return err
}

// Disable ends a user's access immediately: login, sessions and tokens.
func (s *Service) Disable(ctx context.Context, actor access.Actor, id string) error {
	yes := true
	_, err := s.Update(ctx, actor, id, Patch{Disabled: &yes})
	return err
}

// Enable lets a disabled user sign in again. Revoked tokens stay revoked.
func (s *Service) Enable(ctx context.Context, actor access.Actor, id string) error {
	no := false
	_, err := s.Update(ctx, actor, id, Patch{Disabled: &no})
	return err
}

// keepAnAdmin refuses to remove the last admin: nobody could restore the right.
func (s *Service) keepAnAdmin(ctx context.Context, except string) error {
	users, err := s.store.Users(ctx)
	if err != nil {
		return fmt.Errorf("find another admin: %w", err)
	}
	if !slices.ContainsFunc(users, func(u User) bool { return u.ID != except && u.Admin() }) {
		return fault.New(fault.Conflict, "This is the last admin. Make somebody else an admin first.")
	}
	return nil
}

func lost(before, after []access.Role) bool {
	return slices.ContainsFunc(before, func(r access.Role) bool { return !slices.Contains(after, r) })
}

// actor returns the user as the actor of a call, limited to the scopes unless they are nil.
func (u User) actor(scopes []access.Permission) access.Actor {
	return access.Actor{ID: u.ID, Email: u.Email, Name: u.Name, Roles: u.Roles, Scopes: scopes}
}

// mayManage returns an error unless the actor manages users or is the system.
func mayManage(actor access.Actor) error {
	switch {
	case actor.ID == access.System().ID || actor.Can(access.ManageUsers):
		return nil
	case !actor.Known():
		return fault.New(fault.Unauthenticated, "Sign in first.")
	default:
		return fault.New(fault.Forbidden, "Only admins can manage users.")
	}
}

func (s *Service) entry(actor access.Actor, userID, verb string, data map[string]any) journal.Entry {
	return journal.Entry{Events: []journal.Event{{
		At: s.now().UTC(), Actor: actor.ID, Object: journal.User, ID: userID, Verb: verb, Data: journal.Data(data),
	}}}
}
