package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

func accounts(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{
		{"users", users},
		{"sessions", sessions},
		{"tokens", tokens},
		{"sessions and tokens of a user end together", signOut},
		{"setup", setup},
		{"attempts", attempts},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) { x.run(t, fresh(t)(t)) })
	}
}

func addUser(t *testing.T, s *store.Store, id string) auth.User {
	t.Helper()
	u := auth.User{
		ID: id, Email: id + "@example.org", Roles: []access.Role{access.Agent}, CreatedAt: noon, UpdatedAt: noon,
	}
	must(t, s.CreateUser(t.Context(), u, entry(journal.User, id, "created")))
	return u
}

func users(t *testing.T, s *store.Store) {
	ctx := t.Context()
	u := filled[auth.User]()
	must(t, s.CreateUser(ctx, u, entry(journal.User, u.ID, "created")))
	got, err := s.User(ctx, u.ID)
	must(t, err)
	wantEqual(t, got, u)
	wantKind(t, s.CreateUser(ctx, u, journal.Entry{}), fault.Conflict)
	wantKind(t, s.CreateUser(ctx, auth.User{ID: "u_2", Email: u.Email}, journal.Entry{}), fault.Conflict)
	second := addUser(t, s, "u_2")
	second.Email = u.Email
	wantKind(t, s.SaveUser(ctx, second, false, journal.Entry{}), fault.Conflict)
	second.Email, second.Name, second.Roles = "new@example.org", "New", []access.Role{access.Agent}
	second.Disabled = true
	must(t, s.SaveUser(ctx, second, false, journal.Entry{}))
	got, err = s.UserByEmail(ctx, "new@example.org")
	must(t, err)
	wantEqual(t, got, second)
	list, err := s.Users(ctx)
	must(t, err)
	wantEqual(t, list, []auth.User{second, u})
	person := auth.User{ID: "u_3", Email: "person@example.org"}
	must(t, s.CreateUser(ctx, person, journal.Entry{}))
	list, err = s.Users(ctx)
	must(t, err)
	wantEqual(t, len(list), 2) // those without a role are not listed
	person.Roles, person.PasswordHash = []access.Role{access.Requester}, "hash"
	must(t, s.CreateUser(ctx, person, journal.Entry{}))
	wantKind(t, s.CreateUser(ctx, person, journal.Entry{}), fault.Conflict)
	got, err = s.UserByEmail(ctx, person.Email)
	must(t, err)
	wantEqual(t, got, person)
	_, err = s.User(ctx, "u_404")
	wantKind(t, err, fault.NotFound)
	_, err = s.UserByEmail(ctx, "u_2@example.org")
	wantKind(t, err, fault.NotFound)
	wantKind(t, s.SaveUser(ctx, auth.User{ID: "u_404"}, false, journal.Entry{}), fault.NotFound)
	events, err := s.Events(ctx, journal.User, u.ID)
	must(t, err)
	wantEqual(t, len(events), 1)
}

func sessions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	u := addUser(t, s, "u_1")
	x := auth.Session{Hash: "h1", UserID: u.ID, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	must(t, s.CreateSession(ctx, x))
	gotSession, gotUser, err := s.SessionUser(ctx, "h1", noon.Add(time.Hour-time.Microsecond))
	must(t, err)
	wantEqual(t, gotSession, x)
	wantEqual(t, gotUser, u)
	for _, c := range []struct {
		hash string
		now  time.Time
	}{{"h1", noon.Add(time.Hour)}, {"h2", noon}, {"", noon}} {
		_, _, err := s.SessionUser(ctx, c.hash, c.now)
		wantKind(t, err, fault.NotFound)
	}
	unknown := auth.Session{Hash: "h3", UserID: "u_404", ExpiresAt: noon.Add(time.Hour)}
	wantKind(t, s.CreateSession(ctx, unknown), fault.NotFound)
	// A later login deletes what has expired by then.
	must(t, s.CreateSession(ctx, auth.Session{
		Hash: "h4", UserID: u.ID, CreatedAt: noon.Add(2 * time.Hour), ExpiresAt: noon.Add(3 * time.Hour),
	}))
	_, _, err = s.SessionUser(ctx, "h1", noon)
	wantKind(t, err, fault.NotFound)
	must(t, s.DeleteSession(ctx, "h4"))
	must(t, s.DeleteSession(ctx, "h4"))
	_, _, err = s.SessionUser(ctx, "h4", noon)
	wantKind(t, err, fault.NotFound)
}

func tokens(t *testing.T, s *store.Store) {
	ctx := t.Context()
	u := addUser(t, s, "u_1")
	for _, x := range []auth.Token{
		{ID: "t_1", Hash: "h1", UserID: u.ID, Name: "all", CreatedAt: noon},
		{ID: "t_2", Hash: "h2", UserID: u.ID, Name: "none", Scopes: []access.Permission{}, CreatedAt: noon.Add(time.Second)},
		{
			ID: "t_3", Hash: "h3", UserID: u.ID, Scopes: []access.Permission{access.ReadArticles},
			CreatedAt: noon.Add(time.Minute), ExpiresAt: noon.Add(time.Hour),
		},
	} {
		must(t, s.CreateToken(ctx, x, entry(journal.User, u.ID, "token created")))
		// A token without scopes is not the same as one with an empty list.
		got, user, err := s.TokenUser(ctx, x.Hash, noon)
		must(t, err)
		wantEqual(t, got, x)
		wantEqual(t, user, u)
	}
	_, _, err := s.TokenUser(ctx, "h3", noon.Add(time.Hour))
	wantKind(t, err, fault.NotFound)
	_, _, err = s.TokenUser(ctx, "h404", noon)
	wantKind(t, err, fault.NotFound)
	wantKind(t, s.CreateToken(ctx, auth.Token{ID: "t_4", Hash: "h4", UserID: "u_404"}, journal.Entry{}), fault.NotFound)
	wantKind(t, s.CreateToken(ctx, auth.Token{ID: "t_4", Hash: "h1", UserID: u.ID}, journal.Entry{}), fault.Conflict)
	must(t, s.RevokeToken(ctx, "t_1", noon, entry(journal.User, u.ID, "token revoked")))
	must(t, s.RevokeToken(ctx, "t_1", noon.Add(time.Hour), journal.Entry{}))
	wantKind(t, s.RevokeToken(ctx, "t_404", noon, journal.Entry{}), fault.NotFound)
	_, _, err = s.TokenUser(ctx, "h1", noon)
	wantKind(t, err, fault.NotFound)
	list, err := s.Tokens(ctx, u.ID)
	must(t, err)
	wantEqual(t, len(list), 3)
	wantEqual(t, list[0].RevokedAt, noon)
}

func signOut(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for _, id := range []string{"u_1", "u_2"} {
		addUser(t, s, id)
		x := auth.Session{Hash: "s" + id, UserID: id, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		must(t, s.CreateSession(ctx, x))
		must(t, s.CreateToken(ctx, auth.Token{ID: "t" + id, Hash: "t" + id, UserID: id, CreatedAt: noon}, journal.Entry{}))
	}
	signedIn := func(id string) (n int) {
		if _, _, err := s.SessionUser(ctx, "s"+id, noon); err == nil {
			n++
		}
		if _, _, err := s.TokenUser(ctx, "t"+id, noon); err == nil {
			n++
		}
		return n
	}
	u := auth.User{ID: "u_1", Email: "u_1@example.org", Disabled: true}
	must(t, s.SaveUser(ctx, u, false, journal.Entry{}))
	wantEqual(t, signedIn("u_1"), 0)
	u.Disabled = false
	must(t, s.SaveUser(ctx, u, false, journal.Entry{}))
	wantEqual(t, signedIn("u_1"), 2)
	must(t, s.SaveUser(ctx, u, true, journal.Entry{}))
	wantEqual(t, signedIn("u_1"), 0)
	wantEqual(t, signedIn("u_2"), 2)
}

func setup(t *testing.T, s *store.Store) {
	ctx := t.Context()
	admin := auth.User{ID: "u_1", Email: "admin@example.org", Roles: []access.Role{access.Admin}}
	use := func(hash string, now time.Time) error {
		return s.UseSetup(ctx, hash, now, admin, entry(journal.User, admin.ID, "created"))
	}
	wantKind(t, use("", noon), fault.NotFound)
	must(t, s.PutSetup(ctx, "old", noon.Add(time.Hour)))
	must(t, s.PutSetup(ctx, "new", noon.Add(time.Hour)))
	wantKind(t, use("old", noon), fault.NotFound)
	wantKind(t, use("new", noon.Add(time.Hour)), fault.NotFound)
	must(t, s.PutSetup(ctx, "", time.Time{}))
	wantKind(t, use("new", noon), fault.NotFound)
	must(t, s.PutSetup(ctx, "new", noon.Add(time.Hour)))
	agent := auth.User{ID: "u_2", Email: "agent@example.org", Roles: []access.Role{access.Agent}}
	must(t, s.CreateUser(ctx, agent, journal.Entry{}))
	taken := auth.User{ID: "u_3", Email: agent.Email, Roles: admin.Roles}
	wantKind(t, s.UseSetup(ctx, "new", noon, taken, journal.Entry{}), fault.Conflict) // and the link stays valid
	var won atomic.Int32
	together(4, func(int) {
		if use("new", noon) == nil {
			won.Add(1)
		}
	})
	wantEqual(t, won.Load(), int32(1))
	must(t, s.PutSetup(ctx, "second", noon.Add(time.Hour)))
	wantKind(t, use("second", noon), fault.Conflict)
}

func attempts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for i := range 3 {
		must(t, s.AddAttempt(ctx, "a", noon.Add(time.Duration(i)*time.Minute)))
	}
	must(t, s.AddAttempt(ctx, "b", noon))
	count := func(key string, since time.Time) int {
		n, err := s.Attempts(ctx, key, since)
		must(t, err)
		return n
	}
	wantEqual(t, count("a", noon), 3)
	wantEqual(t, count("a", noon.Add(time.Minute)), 2)
	wantEqual(t, count("a", noon.Add(time.Hour)), 0)
	must(t, s.ClearAttempts(ctx, "a"))
	wantEqual(t, count("a", noon), 0)
	wantEqual(t, count("b", noon), 1)
}
