package auth_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
)

// empty returns the service on a store without users.
func empty(t *testing.T) *auth.Service {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return auth.NewService(st, time.Now)
}

// setupKey returns the key of a new setup link.
func setupKey(t *testing.T, s *auth.Service) string {
	t.Helper()
	path, err := s.NewSetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(path, "/setup?key=")
}

// TestSetupUntilThereIsAnAdmin: users of other roles, whenever they are added, leave the
// link valid.
func TestSetupUntilThereIsAnAdmin(t *testing.T) {
	s := empty(t)
	create(t, s, "agent@example.org", access.Agent)
	key := setupKey(t, s)
	create(t, s, "manager@example.org", access.KnowledgeManager, access.ServiceManager)
	_, _, err := s.CompleteSetup(t.Context(), key, auth.NewUser{Email: "agent@example.org", Password: good})
	wantKind(t, err, fault.Conflict) // the address is taken, and the link is not used up
	_, ann, err := s.CompleteSetup(t.Context(), key, auth.NewUser{Email: "ann@example.org", Password: good})
	if err != nil || !ann.Admin() {
		t.Fatalf("%+v, %v", ann, err)
	}
	_, err = s.NewSetupLink(t.Context())
	wantKind(t, err, fault.Conflict)
}

// TestSetupEndsWithAnAdmin: an admin who is added while a link is valid ends it.
func TestSetupEndsWithAnAdmin(t *testing.T) {
	s := empty(t)
	key := setupKey(t, s)
	create(t, s, "root@example.org", access.Admin)
	_, _, err := s.CompleteSetup(t.Context(), key, auth.NewUser{Email: "eve@example.org", Password: good})
	wantKind(t, err, fault.Conflict)
}
