package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
)

func actor(scopes []access.Permission, roles ...access.Role) access.Actor {
	return access.Actor{ID: "u_1", Roles: roles, Scopes: scopes}
}

func scopes(p ...access.Permission) []access.Permission { return append([]access.Permission{}, p...) }

// TestReadingRights: who reads internal text, and who reads the tickets of all requesters.
func TestReadingRights(t *testing.T) {
	for _, tt := range []struct {
		name              string
		actor             access.Actor
		staff, allTickets bool
	}{
		{"visitor", access.Actor{}, false, false},
		{"requester", actor(nil, access.Requester), false, false},
		{"agent", actor(nil, access.Agent), true, true},
		{"knowledge manager", actor(nil, access.KnowledgeManager), true, true},
		{"service manager", actor(nil, access.ServiceManager), true, true},
		{"admin", actor(nil, access.Admin), false, false},
		{"admin who is also an agent", actor(nil, access.Admin, access.Agent), true, true},
		{"system", access.System(), true, true},
		{"agent's token for articles", actor(scopes(access.ReadArticles), access.Agent), true, false},
		{"agent's token for own tickets", actor(scopes(access.OpenTickets), access.Agent), false, false},
		{"agent's token for work", actor(scopes(access.WorkTickets), access.Agent), true, true},
		{"agent's token for reports", actor(scopes(access.ReadReports), access.Agent), true, false},
		{"manager's token for reports", actor(scopes(access.ReadReports), access.ServiceManager), true, true},
		{"token without a scope", actor(scopes(), access.Agent), false, false},
		{"requester's token for work", actor(scopes(access.WorkTickets), access.Requester), false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.actor.Staff(); got != tt.staff {
				t.Errorf("Staff() = %v", got)
			}
			if got := tt.actor.ReadsAllTickets(); got != tt.allTickets {
				t.Errorf("ReadsAllTickets() = %v", got)
			}
		})
	}
}

func TestAudiences(t *testing.T) {
	for _, tt := range []struct {
		name  string
		actor access.Actor
		want  []access.Audience
	}{
		{"visitor", access.Actor{}, []access.Audience{access.AudiencePublic}},
		{"requester", actor(nil, access.Requester), []access.Audience{access.Customer, access.AudiencePublic}},
		{"agent", actor(nil, access.Agent), []access.Audience{access.Internal, access.Customer, access.AudiencePublic}},
		{"admin", actor(nil, access.Admin), []access.Audience{access.AudiencePublic}},
		{
			"requester's token for tickets", actor(scopes(access.OpenTickets), access.Requester),
			[]access.Audience{access.AudiencePublic},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.actor.Audiences()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
