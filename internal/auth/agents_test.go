package auth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
)

// Agents are the users who can work on tickets and are not disabled; changes show within
// seconds.
func TestAgents(t *testing.T) {
	s, ann, c := open(t)
	create(t, s, "rita@example.org", access.Requester)
	create(t, s, "kim@example.org", access.KnowledgeManager)
	bo := create(t, s, "Bo@example.org", access.Agent)
	agents := func() []string {
		t.Helper()
		list, err := s.Agents(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range list {
			names = append(names, a.ID+" "+a.Name)
		}
		return names
	}
	want := []string{ann.ID + " ann@example.org", bo.ID + " Bo@example.org"}
	if diff := cmp.Diff(want, agents()); diff != "" {
		t.Error(diff)
	}
	admin := access.Actor{ID: ann.ID, Roles: ann.Roles}
	if _, err := s.Update(t.Context(), admin, bo.ID, auth.Patch{Disabled: new(true)}); err != nil {
		t.Fatal(err)
	}
	c.advance(time.Minute)
	if diff := cmp.Diff(want[:1], agents()); diff != "" {
		t.Error(diff)
	}
}
