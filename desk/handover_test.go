package desk_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

var kim = access.Actor{ID: "u_kim", Name: "Kim", Roles: []access.Role{access.KnowledgeManager}}

// The summary is stored with the escalation as it was sent; without it there is no escalation.
func TestEscalateWith(t *testing.T) {
	w := newWorld(t)
	tk := w.open(t)
	broken := errors.New("no summary")
	_, err := w.EscalateWith(ctx, ada, tk.ID, "second-line", "theirs",
		func(desk.Ticket) (string, error) { return "", broken })
	if !errors.Is(err, broken) {
		t.Errorf("%v hides its cause", err)
	}
	if now := w.store.tickets[tk.ID]; now.Group != "service-desk" || len(now.Messages) != 1 {
		t.Errorf("half an escalation: %+v", now)
	}
	var seen desk.Ticket
	summary := func(after desk.Ticket) (string, error) {
		seen = after
		return "the summary", nil
	}
	got := must[desk.Ticket](t)(w.EscalateWith(ctx, ada, tk.ID, "second-line", "theirs", summary))
	if seen.Group != "second-line" || seen.Messages[1].Kind != desk.Escalation {
		t.Errorf("asked for a summary of %+v", seen)
	}
	want := []desk.Handoff{{Message: 2, By: ada.ID, At: w.now, Summary: "the summary"}}
	if diff := cmp.Diff(want, got.Handoffs); diff != "" {
		t.Error(diff)
	}
	again := must[desk.Ticket](t)(w.EscalateWith(ctx, ada, tk.ID, "service-desk", "back",
		func(desk.Ticket) (string, error) { return "second", nil }))
	if len(again.Handoffs) != 2 || again.Handoffs[0].Summary != "the summary" || again.Handoffs[1].Message != 3 {
		t.Errorf("%+v", again.Handoffs)
	}
	if own := must[desk.Ticket](t)(w.Ticket(ctx, rita, tk.ID)); own.Handoffs != nil {
		t.Errorf("the requester is shown %+v", own.Handoffs)
	}
	_, err = w.EscalateWith(ctx, rita, tk.ID, "second-line", "please", nil)
	wantKind(t, err, fault.Forbidden)
}

// recordKnowledge records that a resolution became a draft.
func (w *world) recordKnowledge(t *testing.T, ticket, review string) {
	t.Helper()
	k := desk.Knowledge{Decision: "new", Review: review}
	if err := w.RecordKnowledge(ctx, w.store.tickets[ticket], k, "rule"); err != nil {
		t.Fatal(err)
	}
}

// A reviewer's decision on a draft becomes a link of theirs on its tickets.
func TestLinkReviewed(t *testing.T) {
	w := newWorld(t)
	tk := w.open(t)
	must[desk.Ticket](t)(w.Resolve(ctx, ada, tk.ID, desk.ResolveInput{Code: desk.Fixed, Note: "restarted"}))
	w.recordKnowledge(t, tk.ID, "r_1")
	wantKind(t, w.LinkReviewed(ctx, ada, tk.ID, "r_1", "pub", "Public one"), fault.Forbidden)
	wantKind(t, w.LinkReviewed(ctx, kim, "4711", "r_1", "pub", "Public one"), fault.NotFound)
	for range 2 { // the second time changes nothing
		if err := w.LinkReviewed(ctx, kim, tk.ID, "r_1", "pub", "Public one"); err != nil {
			t.Fatal(err)
		}
	}
	got := w.store.tickets[tk.ID]
	if len(got.Links) != 1 || got.Links[0].By != kim.ID || !got.Links[0].Applied || got.Knowledge.Decision != "link" ||
		got.Knowledge.Article != "pub" {
		t.Errorf("links %+v, knowledge %+v", got.Links, got.Knowledge)
	}
	m := got.Messages[len(got.Messages)-1]
	if m.Automatic || !m.FromDesk || m.AuthorName != "Kim" || m.Visibility != desk.InternalNote {
		t.Errorf("message %+v", m)
	}
	// A decision about another draft stays.
	other := w.open(t)
	must[desk.Ticket](t)(w.Resolve(ctx, ada, other.ID, desk.ResolveInput{Code: desk.Fixed, Note: "restarted"}))
	w.recordKnowledge(t, other.ID, "r_2")
	if err := w.LinkReviewed(ctx, kim, other.ID, "r_1", "pub", "Public one"); err != nil {
		t.Fatal(err)
	}
	if k := w.store.tickets[other.ID].Knowledge; k.Review != "r_2" || k.Decision != "new" {
		t.Errorf("knowledge %+v", k)
	}
}
