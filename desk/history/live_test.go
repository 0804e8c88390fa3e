package history_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/kb"
)

// live is a desk at work on the place's store, with a clock that moves on with each step.
type live struct {
	*place
	desk  *desk.Service
	clock time.Time
	ids   map[string]access.Actor
}

func (l *live) Suggest(context.Context, desk.SuggestRequest) (desk.Suggestions, error) {
	return desk.Suggestions{}, nil
}

func (l *live) Targets(_ context.Context, _ access.Actor, ids []string) (map[string]kb.Target, error) {
	found := map[string]kb.Target{}
	for _, id := range ids {
		found[id] = kb.Target{ID: id, Title: id}
	}
	return found, nil
}

func (l *live) Article(_ context.Context, _ access.Actor, ref string) (kb.Article, error) {
	slug := strings.TrimPrefix(ref, "a_")
	return kb.Article{ID: "a_" + slug, Slug: slug, Title: "Title of " + slug}, nil
}

func newLive(t *testing.T) *live {
	l := &live{place: newPlace(t), clock: time.Date(2025, 2, 3, 9, 0, 0, 0, time.UTC), ids: map[string]access.Actor{}}
	now := func() time.Time { return l.clock }
	people := auth.NewService(l.store, now)
	for name, role := range map[string]access.Role{"ada": access.Requester, "ben": access.Agent, "cas": access.Agent} {
		u, err := people.CreateUser(t.Context(), access.System(), auth.NewUser{
			Email: name + "@example.org", Password: "a long password", Roles: []access.Role{role},
		})
		if err != nil {
			t.Fatal(err)
		}
		l.ids[name] = access.Actor{ID: u.ID, Email: u.Email, Roles: u.Roles}
	}
	l.desk = desk.NewService(desk.Deps{
		Store: l.store, Model: func() *model.Service { return l.model }, Suggester: l, Articles: l, People: people,
		Now: now,
	})
	return l
}

// step runs one action of a person.
func (l *live) step(_ desk.Ticket, err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
	l.clock = l.clock.Add(7 * time.Minute)
}

func ptr[T any](v T) *T { return &v }

// play lets people work on two tickets in all ways that leave events.
func (l *live) play() {
	ctx, ada, ben, cas := l.Context(), l.ids["ada"], l.ids["ben"], l.ids["cas"]
	open := func(n desk.NewTicket) string {
		t, err := l.desk.OpenTicket(ctx, ada, n)
		l.step(t, err)
		return t.ID
	}
	reply := func(who access.Actor, id, text string, v desk.MessageVisibility) {
		t, _, err := l.desk.Reply(ctx, who, id, desk.NewMessage{Text: text, Visibility: v})
		l.step(t, err)
	}
	first := open(desk.NewTicket{Subject: "VPN drops", Body: "It drops.", Category: "network", Service: "remote-access"})
	second := open(desk.NewTicket{Subject: "VPN drops too", Body: "Me too.", Impact: 2})
	l.step(l.desk.Update(ctx, ben, first, desk.Patch{Assignee: ptr("ben@example.org"), Impact: ptr(1)}))
	reply(ben, first, "Which version?", desk.PublicReply)
	l.step(l.desk.Update(ctx, ben, first, desk.Patch{Status: ptr(desk.Pending)}))
	reply(ada, first, "Version 2.", desk.PublicReply)
	reply(ben, first, "Odd.", desk.InternalNote)
	l.step(l.desk.Update(ctx, ben, first, desk.Patch{
		Category: ptr("device"), Service: ptr("workplace"), Type: ptr(desk.Question), Urgency: ptr(1),
	}))
	l.step(l.desk.Link(ctx, ben, first, "cert"))
	l.step(l.desk.Escalate(ctx, ben, first, "second-line", "Needs the server."))
	l.step(l.desk.Update(ctx, cas, first, desk.Patch{Assignee: ptr("cas@example.org"), Status: ptr(desk.OnHold)}))
	l.step(l.desk.Update(ctx, cas, first, desk.Patch{Assignee: ptr(""), Status: ptr(desk.Open)}))
	l.step(l.desk.Resolve(ctx, cas, first, desk.ResolveInput{
		Code: desk.Fixed, Note: "Renewed.", Articles: []string{"cert", "dns"},
	}))
	l.step(l.desk.Reopen(ctx, ada, first, "Again."))
	l.step(l.desk.Resolve(ctx, cas, first, desk.ResolveInput{Code: desk.Withdrawn}))
	l.step(l.desk.Update(ctx, cas, first, desk.Patch{Status: ptr(desk.Closed)}))
	l.step(l.desk.Merge(ctx, ben, second, first))
	l.step(l.desk.Link(ctx, ben, second, "dns"))
}

var userID = regexp.MustCompile(`u_[a-z0-9]{16}`)

// eventTexts returns a ticket's events with people by name, and without what a desk alone knows:
// which fields the requester chose.
func eventTexts(t *testing.T, p history.Past) []string {
	t.Helper()
	names := map[string]string{}
	var out []string
	for _, e := range p.Events {
		var data map[string]any
		if err := json.Unmarshal(e.Data, &data); err != nil {
			t.Fatal(err)
		}
		delete(data, "chosen")
		text, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %s %s %s", e.At, e.Actor, e.Verb, text)
		out = append(out, userID.ReplaceAllStringFunc(line, func(id string) string {
			if names[id] == "" {
				names[id] = fmt.Sprintf("person %d", len(names)+1)
			}
			return names[id]
		}))
	}
	return out
}

// TestLikeLive: a ticket that was worked on at one desk has the same events and the same state
// at the desk that it moves to.
func TestLikeLive(t *testing.T) {
	l, other := newLive(t), newPlace(t)
	l.article("cert")
	l.article("dns")
	l.play()
	other.article("cert")
	other.article("dns")
	text := l.export()
	other.want(other.bring(text), counts(2, 0, 0, 0))
	if d := cmp.Diff(text, other.export()); d != "" {
		t.Errorf("exported again (-want +got):\n%s", d)
	}
	l.want(l.bring(text), counts(0, 0, 2, 0)) // the desk's own
	other.want(other.bring(text), counts(0, 0, 2, 0))
	here, err := l.store.Past(t.Context(), []string{"1001", "1002"})
	if err != nil {
		t.Fatal(err)
	}
	there, err := other.store.Past(t.Context(), []string{"1001", "1002"})
	if err != nil {
		t.Fatal(err)
	}
	oneByOne := func(events []string) []string { // fields changed at once come in one after the other
		return slices.DeleteFunc(events, func(e string) bool { return strings.Contains(e, " updated ") })
	}
	for i := range here {
		if d := cmp.Diff(oneByOne(eventTexts(t, here[i])), oneByOne(eventTexts(t, there[i]))); d != "" {
			t.Errorf("events of %s (-here +there):\n%s", here[i].Ticket.ID, d)
		}
		if d := cmp.Diff(here[i].Ticket, there[i].Ticket, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(
			desk.Ticket{}, "ExternalID", "Version", "Requester", "RequesterName", "Messages", "Links", "Resolution",
			"Intake", "UpdatedAt", "Timing", // which follows once the desk runs
		)); d != "" {
			t.Errorf("ticket %s (-here +there):\n%s", here[i].Ticket.ID, d)
		}
		if d := cmp.Diff(here[i].Ticket.Applied(), there[i].Ticket.Applied()); d != "" {
			t.Errorf("applied articles of %s:\n%s", here[i].Ticket.ID, d)
		}
	}
}
