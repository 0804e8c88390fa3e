package auth_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
)

func TestTokenCarriesItsScopes(t *testing.T) {
	s, ann, c := open(t)
	scopes := []access.Permission{access.ReadArticles, access.OpenTickets}
	secret, made, err := s.CreateToken(t.Context(), actorOf(ann), ann.ID, auth.NewToken{
		Name: "script", Scopes: scopes, Life: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret, "dbk_") || len(secret) < 40 {
		t.Errorf("secret %q", secret)
	}
	actor, err := s.AuthenticateToken(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(scopes, actor.Scopes); d != "" {
		t.Error(d)
	}
	for p, want := range map[access.Permission]bool{
		access.ReadArticles: true, access.WorkTickets: false, access.ManageUsers: false,
	} {
		if actor.Can(p) != want {
			t.Errorf("Can(%s) = %v", p, !want)
		}
	}
	c.advance(time.Hour)
	_, err = s.AuthenticateToken(t.Context(), secret)
	wantKind(t, err, fault.Unauthenticated)
	listed, err := s.Tokens(t.Context(), actorOf(ann), ann.ID)
	if err != nil {
		t.Fatal(err)
	}
	made.Hash = ""
	if d := cmp.Diff([]auth.Token{made}, listed); d != "" {
		t.Error(d)
	}
}

func TestTokenCannotEscalate(t *testing.T) {
	s, ann, _ := open(t)
	bob := create(t, s, "bob@example.org", access.Requester)
	limited := actorOf(ann)
	limited.Scopes = []access.Permission{access.ReadArticles, access.ManageUsers}
	cases := map[string]struct {
		actor  access.Actor
		user   string
		scopes []access.Permission
		ok     bool
	}{
		"within the roles":                    {actorOf(bob), bob.ID, []access.Permission{access.OpenTickets}, true},
		"beyond the roles":                    {actorOf(bob), bob.ID, []access.Permission{access.WorkTickets}, false},
		"no such scope":                       {actorOf(bob), bob.ID, []access.Permission{"everything"}, false},
		"empty scopes":                        {actorOf(bob), bob.ID, []access.Permission{}, false},
		"limited: own scope":                  {limited, ann.ID, []access.Permission{access.ReadArticles}, true},
		"limited: all rights":                 {limited, ann.ID, nil, false},
		"limited: another right of the user":  {limited, ann.ID, []access.Permission{access.WorkTickets}, false},
		"limited: another right of another":   {limited, bob.ID, []access.Permission{access.OpenTickets}, false},
		"admin for another, within his roles": {actorOf(ann), bob.ID, []access.Permission{access.OpenTickets}, true},
		"admin for another, beyond his roles": {actorOf(ann), bob.ID, []access.Permission{access.WorkTickets}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, _, err := s.CreateToken(t.Context(), tc.actor, tc.user, auth.NewToken{Scopes: tc.scopes})
			if tc.ok && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !tc.ok {
				wantKind(t, err, fault.Invalid)
			}
		})
	}
	_, err := s.ChangePassword(t.Context(), limited, good, "another horse 8", "192.0.2.1")
	wantKind(t, err, fault.Forbidden)
}

func TestTokenCannotOutliveItsCreator(t *testing.T) {
	s, ann, c := open(t)
	secret, _, err := s.CreateToken(t.Context(), actorOf(ann), ann.ID, auth.NewToken{Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	actor, err := s.AuthenticateToken(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	c.advance(30 * time.Minute)
	for life, ok := range map[time.Duration]bool{0: false, time.Hour: false, 30 * time.Minute: true} {
		_, _, err := s.CreateToken(t.Context(), actor, ann.ID, auth.NewToken{Life: life})
		if ok && err != nil {
			t.Errorf("life %s: %v", life, err)
		}
		if !ok {
			wantKind(t, err, fault.Invalid)
		}
	}
}

func TestLimitedTokenRevokesOnlyItsLike(t *testing.T) {
	s, _, _ := open(t)
	bob := create(t, s, "bob@example.org", access.Requester)
	limited := actorOf(bob)
	limited.Scopes = []access.Permission{access.ReadArticles}
	for name, tc := range map[string]struct {
		scopes []access.Permission
		ok     bool
	}{
		"same":      {[]access.Permission{access.ReadArticles}, true},
		"more":      {[]access.Permission{access.ReadArticles, access.OpenTickets}, false},
		"unlimited": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, made, err := s.CreateToken(t.Context(), actorOf(bob), bob.ID, auth.NewToken{Scopes: tc.scopes})
			if err != nil {
				t.Fatal(err)
			}
			err = s.RevokeToken(t.Context(), limited, bob.ID, made.ID)
			if tc.ok && err != nil {
				t.Error(err)
			}
			if !tc.ok {
				wantKind(t, err, fault.Forbidden)
			}
		})
	}
}

func TestRevokedTokenIsRefused(t *testing.T) {
	s, ann, _ := open(t)
	bob := create(t, s, "bob@example.org", access.Agent)
	secret, token, err := s.CreateToken(t.Context(), actorOf(bob), bob.ID, auth.NewToken{})
	if err != nil {
		t.Fatal(err)
	}
	// The id of another person's token is not enough.
	wantKind(t, s.RevokeToken(t.Context(), actorOf(ann), ann.ID, token.ID), fault.NotFound)
	if _, err := s.AuthenticateToken(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeToken(t.Context(), actorOf(bob), bob.ID, token.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.AuthenticateToken(t.Context(), secret)
	wantKind(t, err, fault.Unauthenticated)
	for _, wrong := range []string{"", "dbk_", "dbk_nonsense", secret[4:], "dbk_" + strings.Repeat("x", 10_000)} {
		_, err := s.AuthenticateToken(t.Context(), wrong)
		wantKind(t, err, fault.Unauthenticated)
	}
}

func TestSetupWorksOnce(t *testing.T) {
	c := &clock{at: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	st, err := store.Open(t.Context(), filepath.Join(dir, "test.db"), store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	s := auth.NewService(st, c.now)
	link := func() string {
		path, err := s.NewSetupLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, key, found := strings.Cut(path, "/setup?key=")
		if !found {
			t.Fatalf("path %q", path)
		}
		return key
	}
	first := auth.NewUser{Email: "ann@example.org", Password: good}
	expired := link()
	c.advance(auth.SetupLife)
	_, _, err = s.CompleteSetup(t.Context(), expired, first)
	wantKind(t, err, fault.NotFound)
	replaced := link()
	key := link()
	for _, wrong := range []string{"", "guess", replaced} {
		_, _, err = s.CompleteSetup(t.Context(), wrong, first)
		wantKind(t, err, fault.NotFound)
	}
	secret, ann, err := s.CompleteSetup(t.Context(), key, first)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(access.Roles(), ann.Roles); d != "" {
		t.Error(d)
	}
	if _, err := s.AuthenticateSession(t.Context(), secret); err != nil {
		t.Error(err)
	}
	_, _, err = s.CompleteSetup(t.Context(), key, auth.NewUser{Email: "eve@example.org", Password: good})
	wantKind(t, err, fault.NotFound)
	_, err = s.NewSetupLink(t.Context())
	wantKind(t, err, fault.Conflict)
	token, _, err := s.CreateToken(t.Context(), actorOf(ann), ann.ID, auth.NewToken{})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	assertNotOnDisk(t, dir, good, secret, token, key)
}

// assertNotOnDisk reads every file of the store: only digests of secrets are stored.
func assertNotOnDisk(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s contains a secret in clear", filepath.Base(file))
			}
		}
	}
}

func TestPersonFindsByAddressAndID(t *testing.T) {
	s, ann, _ := open(t)
	for _, ref := range []string{ann.ID, "ANN@example.org"} {
		got, err := s.Person(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(actorOf(ann), got); d != "" {
			t.Error(d)
		}
	}
	bob := create(t, s, "bob@example.org", access.Agent)
	if err := s.Disable(t.Context(), access.System(), bob.ID); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{bob.ID, "nobody@example.org", ""} {
		_, err := s.Person(t.Context(), ref)
		wantKind(t, err, fault.NotFound)
	}
}

// TestEventsContainNoSecrets reads the events of a user's changes.
func TestEventsContainNoSecrets(t *testing.T) {
	c := &clock{at: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	s := auth.NewService(st, c.now)
	ann := create(t, s, "ann@example.org", access.Admin)
	secret, _, err := s.CreateToken(t.Context(), actorOf(ann), ann.ID, auth.NewToken{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetPassword(t.Context(), access.System(), ann.ID, "another horse 8"); err != nil {
		t.Fatal(err)
	}
	events, err := st.Events(t.Context(), "user", ann.ID)
	if err != nil {
		t.Fatal(err)
	}
	var verbs []string
	for _, e := range events {
		verbs = append(verbs, e.Verb)
	}
	if d := cmp.Diff([]string{"created", "token_created", "updated"}, verbs); d != "" {
		t.Error(d)
	}
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{secret, good, "another horse 8", "argon2"} {
		if bytes.Contains(text, []byte(hidden)) {
			t.Errorf("events contain %q", hidden)
		}
	}
}
