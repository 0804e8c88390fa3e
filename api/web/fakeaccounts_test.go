package web_test

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
)

type fakeAccounts struct {
	calls
	users []auth.User
}

func newAccounts() *fakeAccounts {
	return &fakeAccounts{users: []auth.User{
		{ID: "u_x", Email: "max@example.org", Name: hostile, Roles: access.Roles(), CreatedAt: noon},
		{ID: "u_d", Email: "dora@example.org", Roles: []access.Role{access.Requester}, Disabled: true, CreatedAt: noon},
	}}
}

func (f *fakeAccounts) Names(_ context.Context, ids []string) (map[string]string, error) {
	names := make(map[string]string)
	for _, a := range []access.Actor{requester, agent, knower, everyone} {
		if slices.Contains(ids, a.ID) {
			names[a.ID] = a.Name
		}
	}
	return names, nil
}

func (f *fakeAccounts) Agents(context.Context) ([]access.Actor, error) {
	return []access.Actor{{ID: "u_bo", Name: "Bo " + hostile, Email: "bo@example.org"}}, nil
}

func (f *fakeAccounts) Login(_ context.Context, email, password, _ string) (string, auth.User, error) {
	if password != "right" {
		return "", auth.User{}, fault.New(fault.Unauthenticated, "The e-mail address or the password is wrong.")
	}
	return "new-session", auth.User{}, f.say("login %s", email)
}

func (f *fakeAccounts) Logout(_ context.Context, secret string) error {
	return f.say("logout %s", secret)
}

func (f *fakeAccounts) CompleteSetup(_ context.Context, key string, in auth.NewUser) (string, auth.User, error) {
	return "first-session", auth.User{}, f.say("setup %s %s %v", key, in.Email, in.Roles)
}

func (f *fakeAccounts) ChangePassword(context.Context, access.Actor, string, string, string) (string, error) {
	return "new-session", f.say("password")
}

func (f *fakeAccounts) CreateToken(_ context.Context, _ access.Actor, _ string, in auth.NewToken) (string, auth.Token,
	error,
) {
	return "TOKEN-SECRET", auth.Token{}, f.say("token %s %v %v", in.Name, in.Scopes, in.Life)
}

func (f *fakeAccounts) Tokens(context.Context, access.Actor, string) ([]auth.Token, error) {
	return []auth.Token{
		{ID: "t_1", Name: "script " + hostile, Scopes: []access.Permission{access.ReadArticles}, CreatedAt: noon},
		{ID: "t_2", Name: "old", CreatedAt: noon, ExpiresAt: noon.Add(-1)},
	}, nil
}

func (f *fakeAccounts) RevokeToken(_ context.Context, _ access.Actor, _, id string) error {
	return f.say("revoke %s", id)
}

func (f *fakeAccounts) Users(context.Context, access.Actor) ([]auth.User, error) { return f.users, nil }

func (f *fakeAccounts) CreateUser(_ context.Context, _ access.Actor, in auth.NewUser) (auth.User, error) {
	return auth.User{}, f.say("create %s %v", in.Email, in.Roles)
}

func (f *fakeAccounts) SetRoles(_ context.Context, _ access.Actor, id string, roles []access.Role) error {
	return f.say("roles %s %v", id, roles)
}

func (f *fakeAccounts) Disable(_ context.Context, _ access.Actor, id string) error {
	return f.say("disable %s", id)
}

func (f *fakeAccounts) Enable(_ context.Context, _ access.Actor, id string) error {
	return f.say("enable %s", id)
}
