package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

var ctx = context.Background()

func TestOpenTicket(t *testing.T) {
	w := newWorld(t)
	tk := must[desk.Ticket](t)(w.OpenTicket(ctx, rita, desk.NewTicket{
		Subject: "  Why  is\nmy mail gone? ", Body: "It is.\r\nGone.",
	}))
	if tk.ID != "1001" || tk.Subject != "Why is my mail gone?" || tk.Type != desk.Question || tk.Status != desk.New {
		t.Errorf("opened %+v", tk)
	}
	if tk.Group != "service-desk" || tk.Priority < 1 || tk.Priority > 5 {
		t.Errorf("group %q, priority %d", tk.Group, tk.Priority)
	}
	if len(tk.Messages) != 1 || tk.Messages[0].Text != "It is.\nGone." || tk.Messages[0].FromDesk {
		t.Errorf("messages %+v", tk.Messages)
	}
	if tk.Intake != nil {
		t.Error("a requester is shown the desk's suggestions")
	}
	if got := w.store.tickets["1001"].Intake; got == nil || got.Articles[0].Article.ID != "int" {
		t.Errorf("stored suggestions: %+v", got)
	}
	if len(w.store.events) != 1 || w.store.events[0].Verb != "created" || len(w.store.changes) != 1 {
		t.Errorf("events %+v, changes %+v", w.store.events, w.store.changes)
	}
}

func TestOpenTicketRefuses(t *testing.T) {
	tests := []struct {
		name  string
		actor access.Actor
		in    desk.NewTicket
		kind  fault.Kind
		field string
	}{
		{"visitor", access.Actor{}, desk.NewTicket{Subject: "a", Body: "b"}, fault.Forbidden, ""},
		{"no subject", rita, desk.NewTicket{Subject: " \n", Body: "b"}, fault.Invalid, "subject"},
		{"no body", rita, desk.NewTicket{Subject: "a"}, fault.Invalid, "body"},
		{
			"long subject", rita,
			desk.NewTicket{Subject: strings.Repeat("ä", desk.MaxSubject+1), Body: "b"},
			fault.Invalid, "subject",
		},
		{"long body", rita, desk.NewTicket{Subject: "a", Body: strings.Repeat("x", desk.MaxText+1)}, fault.Invalid, "body"},
		{"invalid UTF-8", rita, desk.NewTicket{Subject: "a", Body: "b\xff"}, fault.Invalid, "body"},
		{"NUL", rita, desk.NewTicket{Subject: "a", Body: "b\x00c"}, fault.Invalid, "body"},
		{"unknown category", rita, desk.NewTicket{Subject: "a", Body: "b", Category: "nope"}, fault.Invalid, "category"},
		{"unknown service", rita, desk.NewTicket{Subject: "a", Body: "b", Service: "nope"}, fault.Invalid, "service"},
		{"unknown channel", rita, desk.NewTicket{Subject: "a", Body: "b", Channel: "pigeon"}, fault.Invalid, "channel"},
		{
			"bypass channel by a requester", rita,
			desk.NewTicket{Subject: "a", Body: "b", Channel: desk.VIP},
			fault.Invalid, "channel",
		},
		{"impact out of range", rita, desk.NewTicket{Subject: "a", Body: "b", Impact: 4}, fault.Invalid, "impact"},
		{"unknown type", rita, desk.NewTicket{Subject: "a", Body: "b", Type: "wish"}, fault.Invalid, "type"},
		{
			"priority 1 by a requester", rita,
			desk.NewTicket{Subject: "a", Body: "b", Impact: 1, Urgency: 1},
			fault.Forbidden, "",
		},
		{"for somebody else", rita, desk.NewTicket{Subject: "a", Body: "b", Requester: rob.Email}, fault.Forbidden, ""},
		{
			"for an unknown user", ada,
			desk.NewTicket{Subject: "a", Body: "b", Requester: "x@example.test"},
			fault.Invalid, "requester",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.OpenTicket(ctx, tt.actor, tt.in)
			wantKind(t, err, tt.kind)
			var fe *fault.Error
			if tt.field != "" && (!errors.As(err, &fe) || len(fe.Fields) == 0 || fe.Fields[0].Field != tt.field) {
				t.Errorf("error %v does not name field %s", err, tt.field)
			}
			if len(w.store.tickets) != 0 {
				t.Error("a refused ticket was stored")
			}
		})
	}
}

func TestOpenTicketSurvivesRetrieval(t *testing.T) {
	w := newWorld(t)
	w.suggest.err = errors.New("the index is broken")
	if tk := w.open(t); tk.ID == "" {
		t.Error("no ticket")
	}
}

func TestBypassedIntake(t *testing.T) {
	w := newWorld(t)
	tk := must[desk.Ticket](t)(w.OpenTicket(ctx, ada, desk.NewTicket{
		Subject: "a", Body: "b", Channel: desk.Direct, Requester: rita.Email,
	}))
	if !tk.Bypass || tk.Requester != rita.ID || !tk.Messages[0].FromDesk {
		t.Errorf("ticket %+v", tk)
	}
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	in := desk.NewTicket{Subject: "a", Body: "b", Idempotency: journal.Idempotency{Key: "k", Hash: "h"}}
	must[desk.Ticket](t)(w.OpenTicket(ctx, rita, in))
	_, err := w.OpenTicket(ctx, rita, in)
	var replay *journal.Replay
	if !errors.As(err, &replay) || replay.Object != "1001" || !replay.Same {
		t.Fatalf("second open: %v", err)
	}
	in.Idempotency.Hash = "other"
	if _, err = w.OpenTicket(ctx, rita, in); !errors.As(err, &replay) || replay.Same {
		t.Fatalf("other request under the key: %v", err)
	}
}

// TestRequesterSeesNothingInternal puts a canary into everything internal.
func TestRequesterSeesNothingInternal(t *testing.T) {
	const canary = "CANARY"
	w := newWorld(t)
	id := w.open(t).ID
	_, _, err := w.Reply(ctx, ada, id, desk.NewMessage{Text: canary, Visibility: desk.InternalNote})
	if err != nil {
		t.Fatal(err)
	}
	must[desk.Ticket](t)(w.Link(ctx, ada, id, "int"))
	must[desk.Ticket](t)(w.Escalate(ctx, ada, id, "second-line", canary))
	must[desk.Ticket](t)(w.Resolve(ctx, ada, id, desk.ResolveInput{
		Code: desk.Fixed, Note: canary, Articles: []string{"pub", "int"},
	}))
	stored := w.store.tickets[id]
	if err := w.RecordKnowledge(ctx, stored, desk.Knowledge{Decision: "none", Reason: canary}, "rule"); err != nil {
		t.Fatal(err)
	}
	tk := must[desk.Ticket](t)(w.Ticket(ctx, rita, id))
	raw := must[[]byte](t)(json.Marshal(tk))
	for _, secret := range []string{canary, "secret plan", "Title of int", `"int"`} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the requester's ticket contains %q: %s", secret, raw)
		}
	}
	if len(tk.Links) != 1 || tk.Links[0].Target != "pub" {
		t.Errorf("links %+v, want the public one", tk.Links)
	}
	_, err = w.Ticket(ctx, rob, id)
	wantKind(t, err, fault.NotFound)
	_, err = w.Events(ctx, rita, id)
	wantKind(t, err, fault.Forbidden)
	_, err = w.Suggest(ctx, rob, id)
	wantKind(t, err, fault.NotFound)
	for _, r := range w.suggest.asked[1:] {
		if r.Tickets {
			t.Error("suggestions for a requester may contain tickets")
		}
	}
}

func TestThread(t *testing.T) {
	w := newWorld(t)
	id := w.open(t).ID
	w.now = w.now.Add(time.Hour)
	note := func(who access.Actor, v desk.MessageVisibility) desk.Ticket {
		t.Helper()
		tk, m, err := w.Reply(ctx, who, id, desk.NewMessage{Text: "text", Visibility: v})
		if err != nil {
			t.Fatal(err)
		}
		if m.N != len(tk.Messages) {
			t.Errorf("message number %d", m.N)
		}
		return tk
	}
	if tk := note(ada, desk.InternalNote); tk.Status != desk.New || !tk.FirstReplyAt.IsZero() {
		t.Errorf("after a note: status %s, first reply %v", tk.Status, tk.FirstReplyAt)
	}
	if tk := note(ada, desk.PublicReply); tk.Status != desk.Open || !tk.FirstReplyAt.Equal(w.now) {
		t.Errorf("after the first reply: status %s, first reply %v", tk.Status, tk.FirstReplyAt)
	}
	pending := desk.Pending
	must[desk.Ticket](t)(w.Update(ctx, ada, id, desk.Patch{Status: &pending}))
	if tk := note(rita, desk.PublicReply); tk.Status != desk.Open {
		t.Errorf("after the requester's reply: status %s", tk.Status)
	}
	_, _, err := w.Reply(ctx, rita, id, desk.NewMessage{Text: "x", Visibility: desk.InternalNote})
	wantKind(t, err, fault.Forbidden)
	_, _, err = w.Reply(ctx, rob, id, desk.NewMessage{Text: "x"})
	wantKind(t, err, fault.NotFound)
	_, _, err = w.Reply(ctx, ada, id, desk.NewMessage{Text: "x", Visibility: "shouted"})
	wantKind(t, err, fault.Invalid)
}

func TestReplyToAResolvedTicket(t *testing.T) {
	w := newWorld(t)
	w.OnlyThanks = func(text string) bool { return text == "Thanks!" }
	id := w.open(t).ID
	resolve := func() {
		t.Helper()
		must[desk.Ticket](t)(w.Resolve(ctx, ada, id, desk.ResolveInput{Code: desk.Fixed, Note: "Restarted it."}))
	}
	reply := func(who access.Actor, text string, v desk.MessageVisibility) desk.Ticket {
		t.Helper()
		tk, _, err := w.Reply(ctx, who, id, desk.NewMessage{Text: text, Visibility: v})
		if err != nil {
			t.Fatal(err)
		}
		return tk
	}
	resolve()
	for _, tk := range []desk.Ticket{
		reply(rita, "Thanks!", desk.PublicReply), reply(ada, "You are welcome.", desk.PublicReply),
		reply(ada, "For the record.", desk.InternalNote),
	} {
		if tk.Status != desk.Resolved || tk.Reopens != 0 {
			t.Fatalf("status %s, reopened %d times", tk.Status, tk.Reopens)
		}
	}
	tk := reply(rita, "It is broken again.", desk.PublicReply)
	last := tk.Messages[len(tk.Messages)-1]
	if tk.Status != desk.Open || tk.Reopens != 1 || last.Kind != desk.Reopening || last.Visibility != desk.PublicReply {
		t.Fatalf("status %s, reopened %d times, %+v", tk.Status, tk.Reopens, last)
	}
	resolve()
	w.now = w.now.AddDate(0, 0, w.Model().ReopenDays()+1)
	_, _, err := w.Reply(ctx, rita, id, desk.NewMessage{Text: "It is broken again."})
	wantKind(t, err, fault.Conflict)
	reply(rita, "Thanks!", desk.PublicReply)
}

func TestLostRaceIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	id := w.open(t).ID
	w.store.beforeSave = func() {
		if _, _, err := w.Reply(ctx, rita, id, desk.NewMessage{Text: "me first"}); err != nil {
			t.Error(err)
		}
	}
	_, m, err := w.Reply(ctx, ada, id, desk.NewMessage{Text: "second"})
	if err != nil || m.N != 3 {
		t.Fatalf("reply after a lost race: message %d, %v", m.N, err)
	}
	got := []string{}
	for _, m := range w.store.tickets[id].Messages[1:] {
		got = append(got, m.Text)
	}
	if diff := cmp.Diff([]string{"me first", "second"}, got); diff != "" {
		t.Errorf("thread (-want +got):\n%s", diff)
	}
}

func TestUpdate(t *testing.T) {
	w := newWorld(t)
	id := w.open(t).ID
	one, closed, assignee, bad := 1, desk.Closed, ada.Email, "nobody"
	_, err := w.Update(ctx, rita, id, desk.Patch{Impact: &one})
	wantKind(t, err, fault.Forbidden)
	_, err = w.Update(ctx, ada, id, desk.Patch{Status: &closed})
	wantKind(t, err, fault.Conflict)
	for name, p := range map[string]desk.Patch{
		"group": {Group: &bad}, "category": {Category: &bad}, "service": {Service: &bad}, "assignee": {Assignee: &bad},
	} {
		_, err = w.Update(ctx, ada, id, p)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("bad %s: %v", name, err)
		}
	}
	_, err = w.Update(ctx, ada, id, desk.Patch{Assignee: &assignee, Version: 99})
	wantKind(t, err, fault.Conflict)
	tk := must[desk.Ticket](t)(w.Update(ctx, ada, id, desk.Patch{Assignee: &assignee}))
	if tk.Assignee != ada.ID || tk.Status != desk.Open {
		t.Errorf("assigned to %q, status %s", tk.Assignee, tk.Status)
	}
	version := tk.Version
	if tk = must[desk.Ticket](t)(w.Update(ctx, ada, id, desk.Patch{Assignee: &assignee})); tk.Version != version {
		t.Error("an update that changes nothing has created a version")
	}
}

func TestEscalate(t *testing.T) {
	w := newWorld(t)
	id := w.open(t).ID
	_, err := w.Escalate(ctx, ada, id, "second-line", " ")
	wantKind(t, err, fault.Invalid)
	_, err = w.Escalate(ctx, ada, id, "third-line", "why")
	wantKind(t, err, fault.Invalid)
	_, err = w.Escalate(ctx, rita, id, "second-line", "why")
	wantKind(t, err, fault.Forbidden)
	tk := must[desk.Ticket](t)(w.Escalate(ctx, ada, id, "second-line", "needs rights"))
	last := tk.Messages[len(tk.Messages)-1]
	if tk.Group != "second-line" || last.Kind != desk.Escalation || last.Visibility != desk.InternalNote ||
		!strings.Contains(last.Text, "needs rights") {
		t.Errorf("escalated to %s with %+v", tk.Group, last)
	}
	_, err = w.Escalate(ctx, ada, id, "second-line", "again")
	wantKind(t, err, fault.Conflict)
}

func TestResolveAndReopen(t *testing.T) {
	w := newWorld(t)
	id := w.open(t).ID
	for name, in := range map[string]desk.ResolveInput{
		"code":     {Code: "magic", Note: "x"},
		"note":     {Code: desk.Fixed},
		"articles": {Code: desk.Fixed, Articles: []string{"missing"}},
	} {
		_, err := w.Resolve(ctx, ada, id, in)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("bad %s: %v", name, err)
		}
	}
	tk := must[desk.Ticket](t)(w.Resolve(ctx, ada, id, desk.ResolveInput{
		Code: desk.Fixed, Note: "Cleared the queue.", Articles: []string{"pub", "pub"},
	}))
	if tk.Status != desk.Resolved || tk.Resolution.Note != "Cleared the queue." || len(tk.Applied()) != 1 {
		t.Errorf("resolved %+v", tk)
	}
	if m := tk.Messages[tk.Resolution.Message-1]; m.Kind != desk.Resolving || m.Text != "Cleared the queue." {
		t.Errorf("resolution message %+v", m)
	}
	if len(w.store.jobs) != 1 || w.store.jobs[0].Kind != desk.JobDraft {
		t.Fatalf("jobs %+v", w.store.jobs)
	}
	_, err := w.Resolve(ctx, ada, id, desk.ResolveInput{Code: desk.Fixed, Note: "again"})
	wantKind(t, err, fault.Conflict)

	old := w.store.tickets[id]
	w.now = w.now.AddDate(0, 0, 3)
	tk = must[desk.Ticket](t)(w.Reopen(ctx, rita, id, "It is back."))
	if tk.Status != desk.Open || tk.Reopens != 1 || tk.Resolution != nil || tk.ResolvedAt.IsZero() {
		t.Errorf("reopened %+v", tk)
	}
	if m := tk.Messages[len(tk.Messages)-1]; m.Text != "It is back." || m.Kind != desk.Reopening {
		t.Errorf("reopening message %+v", m)
	}
	_, err = w.Reopen(ctx, rita, id, "twice")
	wantKind(t, err, fault.Conflict)
	if err := w.RecordKnowledge(ctx, old, desk.Knowledge{Decision: "new"}, "rule"); err != nil {
		t.Fatal(err)
	}
	if k := w.store.tickets[id].Knowledge; k != nil {
		t.Errorf("a decision about an outdated resolution was recorded: %+v", k)
	}
	must[desk.Ticket](t)(w.Resolve(ctx, ada, id, desk.ResolveInput{Code: desk.Withdrawn}))
	w.now = w.now.AddDate(0, 0, 60)
	_, err = w.Reopen(ctx, rita, id, "too late")
	wantKind(t, err, fault.Conflict)
	must[desk.Ticket](t)(w.Reopen(ctx, ada, id, "agents can"))
}

func TestMerge(t *testing.T) {
	w := newWorld(t)
	a, b := w.open(t).ID, w.open(t).ID
	_, err := w.Merge(ctx, ada, a, a)
	wantKind(t, err, fault.Invalid)
	_, err = w.Merge(ctx, ada, a, "9999")
	wantKind(t, err, fault.Invalid)
	_, err = w.Merge(ctx, rita, a, b)
	wantKind(t, err, fault.Forbidden)
	w.store.beforeSave = func() { // lose a race on the target
		if _, _, err := w.Reply(ctx, rita, b, desk.NewMessage{Text: "meanwhile"}); err != nil {
			t.Error(err)
		}
	}
	tk := must[desk.Ticket](t)(w.Merge(ctx, ada, a, b))
	if tk.MergedInto != b || tk.Status != desk.Closed {
		t.Errorf("merged %+v", tk)
	}
	if own := must[desk.Ticket](t)(w.Ticket(ctx, rita, a)); !own.Merged || own.MergedInto != b {
		t.Errorf("a requester who merged into a ticket of their own sees %+v", own)
	}
	into := w.store.tickets[b]
	if n := len(into.Messages); n != 3 || !strings.Contains(into.Messages[2].Text, "The mail does not arrive.") {
		t.Errorf("target has %d messages: %+v", n, into.Messages)
	}
	for _, err := range []error{
		second(w.Merge(ctx, ada, b, a)), second(w.Merge(ctx, ada, a, b)),
		second(w.Reopen(ctx, rita, a, "x")), second(w.Resolve(ctx, ada, a, desk.ResolveInput{Code: desk.Withdrawn})),
	} {
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
			t.Errorf("work on a merged ticket: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Requesters are told why their ticket is closed, without the number of another person's
// ticket.
func TestMergeIntoAnothersTicket(t *testing.T) {
	w := newWorld(t)
	a := w.open(t).ID
	foreign := must[desk.Ticket](t)(w.OpenTicket(ctx, rob,
		desk.NewTicket{Subject: "The same", Body: "It does not arrive here, too."})).ID
	must[desk.Ticket](t)(w.Merge(ctx, ada, a, foreign))
	if got := must[desk.Ticket](t)(w.Ticket(ctx, rita, a)); !got.Merged || got.MergedInto != "" {
		t.Errorf("merged %v, into %q", got.Merged, got.MergedInto)
	}
	_, _, reply := w.Reply(ctx, rita, a, desk.NewMessage{Text: "Any news?"})
	for _, err := range []error{reply, second(w.Reopen(ctx, rita, a, "x"))} {
		wantKind(t, err, fault.Conflict)
		if text := err.Error(); strings.Contains(text, foreign) || !strings.Contains(text, "open a new ticket") {
			t.Errorf("the requester reads %q", text)
		}
	}
}
