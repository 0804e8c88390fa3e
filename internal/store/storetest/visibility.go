package storetest

import (
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// visibility tests every reading method with every combination of states, for each kind of
// reader.
func visibility(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	ctx := t.Context()
	var stored []kb.Article
	for _, audience := range all.Audiences {
		for _, confidence := range all.Confidences {
			a := article("a_"+string(audience)+"_"+string(confidence), 1)
			a.Audience, a.Confidence, a.Tags, a.Service = audience, confidence, []string{"tag"}, "mail"
			saveArticle(t, s, a)
			stored = append(stored, a)
		}
	}
	readers := []struct {
		name string
		vis  kb.Visibility
	}{
		{"nobody", kb.Visibility{}},
		{"no audience", kb.Visibility{Confidences: all.Confidences}},
		{"no state", kb.Visibility{Audiences: all.Audiences}},
		{"visitor", kb.VisibleTo(access.Actor{})},
		{"requester", kb.VisibleTo(access.Actor{ID: "u_1", Roles: []access.Role{access.Requester}})},
		{"agent", kb.VisibleTo(access.Actor{ID: "u_2", Roles: []access.Role{access.Agent}})},
		{"agent with the address", kb.VisibleTo(access.Actor{ID: "u_2", Roles: []access.Role{access.Agent}}).WithArchived()},
	}
	for _, r := range readers {
		t.Run(r.name, func(t *testing.T) {
			seen := map[string]bool{}
			for _, f := range []kb.ArticleFilter{{}, {Newest: true}, {Tag: "tag"}, {Service: "mail"}} {
				f.Visibility, f.Limit = r.vis, 500
				page, err := s.Articles(ctx, f)
				must(t, err)
				for _, a := range page.Articles {
					seen[a.ID] = true
					if !r.vis.Allows(a) {
						t.Errorf("%+v lists %s", f, a.ID)
					}
				}
			}
			for _, a := range stored {
				allowed := r.vis.Allows(a)
				wantEqual(t, seen[a.ID], allowed)
				_, byID := s.Article(ctx, a.ID, r.vis)
				_, bySlug := s.Article(ctx, a.Slug, r.vis)
				_, byRevision := s.ArticleRevision(ctx, a.ID, 1, r.vis)
				_, revisions := s.ArticleRevisions(ctx, a.ID, r.vis)
				for _, err := range []error{byID, bySlug, byRevision, revisions} {
					if allowed && err != nil {
						t.Errorf("%s is refused: %v", a.ID, err)
					}
					if !allowed {
						wantKind(t, err, fault.NotFound)
					}
				}
			}
		})
	}
	t.Run("a revision needs its own state and the current one", func(t *testing.T) { revisionVisibility(t, fresh) })
	t.Run("scope", func(t *testing.T) { scopes(t, fresh) })
}

func revisionVisibility(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	was, is := article("a_1", 1), article("a_1", 2)
	was.Audience, was.Passages = access.Internal, []kb.Passage{{ID: "a_1.1"}}
	saveArticle(t, s, was)
	saveArticle(t, s, is)
	public := kb.VisibleTo(access.Actor{})
	_, err := s.ArticleRevision(t.Context(), "a_1", 1, public)
	wantKind(t, err, fault.NotFound)
	_, err = s.PassageRevision(t.Context(), "a_1", "a_1.1", 2, public)
	wantKind(t, err, fault.NotFound)
	revisions, err := s.ArticleRevisions(t.Context(), "a_1", public)
	must(t, err)
	wantEqual(t, len(revisions), 1)
	withdrawn := article("a_1", 3)
	withdrawn.Confidence = kb.Archived
	saveArticle(t, s, withdrawn)
	_, err = s.ArticleRevision(t.Context(), "a_1", 2, public)
	wantKind(t, err, fault.NotFound)
	_, err = s.ArticleRevisions(t.Context(), "a_1", public)
	wantKind(t, err, fault.NotFound)
}

// scopes tests whose tickets each reading method returns.
func scopes(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	ctx := t.Context()
	anna := open(t, s, ticket("Anna's printer"))
	other := ticket("Ben's printer")
	other.Requester, other.Status = "u_ben", desk.Open
	ben := open(t, s, other)
	nobodys := ticket("Nobody's printer")
	nobodys.Requester = ""
	nobody := open(t, s, nobodys)
	cases := []struct {
		name  string
		scope desk.Scope
		want  []string
	}{
		{"zero", desk.Scope{}, nil},
		{"anna", desk.Scope{Requester: "u_anna"}, []string{anna.ID}},
		{"ben", desk.Scope{Requester: "u_ben"}, []string{ben.ID}},
		{"all", desk.Scope{All: true}, []string{nobody.ID, ben.ID, anna.ID}},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			for _, f := range []desk.Filter{
				{},
				{Text: "printer"},
				{Statuses: []desk.Status{desk.New, desk.Open}},
				{Group: "service-desk", Type: desk.Incident},
			} {
				f.Scope = x.scope
				page, err := s.Tickets(ctx, f)
				must(t, err)
				var ids []string
				for _, got := range page.Tickets {
					ids = append(ids, got.ID)
				}
				wantEqual(t, ids, x.want)
			}
			counts, err := s.CountTickets(ctx, x.scope)
			must(t, err)
			wantEqual(t, counts.Total, len(x.want))
			readable := map[string]bool{}
			for _, id := range x.want {
				readable[id] = true
			}
			for _, id := range []string{anna.ID, ben.ID, nobody.ID} {
				_, direct := s.Ticket(ctx, id, x.scope)
				_, events := s.TicketEvents(ctx, id, x.scope)
				for _, err := range []error{direct, events} {
					if readable[id] && err != nil {
						t.Errorf("ticket %s is refused: %v", id, err)
					}
					if !readable[id] {
						wantKind(t, err, fault.NotFound)
					}
				}
			}
		})
	}
}
