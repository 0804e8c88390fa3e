package kb_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// says returns a proposal whose evidence has these words, one message each.
func says(p kb.Proposal, texts ...string) kb.Proposal {
	p.Evidence = nil
	for i, text := range texts {
		p.Evidence = append(p.Evidence, kb.DraftEvidence{N: i + 1, Ticket: p.Tickets[0], Message: i + 1, Text: text})
	}
	return p
}

// What was rejected is known by ticket, message and words.
func TestRejectionIsRememberedByItsWords(t *testing.T) {
	b := newBench()
	d := b.propose(
		t, access.System(),
		says(fromTicket("1001"), "The VPN drops after the update, see [email 1].", "Reinstalled the client."),
	)
	if _, err := b.Reject(t.Context(), manager, d.ID, "no"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		p     kb.Proposal
		again bool // it may come back
	}{
		{
			"the same", says(fromTicket("1001"), "The VPN drops after the update, see [email 1].", "Reinstalled the client."),
			false,
		},
		{
			"cleaned otherwise",
			says(fromTicket("1001"), "the VPN drops after the update; see [phone 2]", "Reinstalled the client"), false,
		},
		{"a part", says(fromTicket("1001"), "The VPN drops"), false},
		{"for an article", func() kb.Proposal {
			p := says(fromTicket("1001"), "The VPN drops after the update.")
			p.ArticleID = b.article(t, kb.NewArticleInput{}).ID
			return p
		}(), false},
		{"other words of a message", says(fromTicket("1001"), "It is the battery setting of the adapter."), true},
		{"another ticket", says(fromTicket("1002"), "The VPN drops after the update, see [email 1]."), true},
	} {
		_, err := b.Propose(t.Context(), access.System(), c.p)
		if c.again && err != nil || !c.again && (!fault.Is(err, fault.Conflict) || !strings.Contains(
			err.Error(), "rejected (no)",
		)) {
			t.Errorf("%s: %v", c.name, err)
		}
		page, err := b.store.Drafts(t.Context(), kb.DraftFilter{Status: kb.InReview})
		if err != nil {
			t.Fatal(err)
		}
		for _, open := range page.Drafts {
			delete(b.store.drafts, open.ID) // an open draft would refuse the next for another reason
		}
	}
}

// A person who rewrites it without quoting is judged by the words of the draft.
func TestRejectionWithoutEvidence(t *testing.T) {
	b := newBench()
	p := kb.Proposal{Title: "T", Markdown: "Do this.", Tickets: []string{"7"}, Submit: true}
	d := b.propose(t, agent, p)
	if _, err := b.Reject(t.Context(), manager, d.ID, ""); err != nil {
		t.Fatal(err)
	}
	_, err := b.Propose(t.Context(), agent, p)
	wantKind(t, err, fault.Conflict)
	p.Markdown = "Do that instead."
	if _, err := b.Propose(t.Context(), agent, p); err != nil {
		t.Error(err)
	}
}

func TestRejectFor(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{})
	d := b.propose(t, access.System(), fromTicket("1001", 1))
	for name, in := range map[string]kb.RejectInput{
		"unknown reason":     {Reason: "ugly"},
		"duplicate of what":  {Reason: kb.RejectDuplicate},
		"another with one":   {Reason: kb.RejectWrong, Article: a.ID},
		"duplicate of ghost": {Reason: kb.RejectDuplicate, Article: "a_none"},
	} {
		if _, err := b.RejectFor(t.Context(), manager, d.ID, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := b.RejectFor(
		t.Context(), manager, d.ID, kb.RejectInput{Reason: kb.RejectDuplicate, Article: a.Slug, Comment: "step 2"},
	)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(
		kb.DraftRejection{Reason: kb.RejectDuplicate, Article: a.ID, Title: a.Title}, d.Rejection,
	); diff != "" {
		t.Error(diff)
	}
	last := b.store.entries[len(b.store.entries)-1]
	if len(last.Jobs) != 1 || last.Jobs[0].Kind != kb.JobDuplicate {
		t.Fatalf("jobs %+v", last.Jobs)
	}
	var job kb.DuplicateJob
	if err := json.Unmarshal(
		last.Jobs[0].Payload, &job,
	); err != nil || job.Article != a.ID || job.By != manager.ID || len(job.Tickets) != 1 {
		t.Errorf("job %+v, %v", job, err)
	}
	if why := d.Why(); why != `duplicate of "Mail does not arrive": step 2` {
		t.Errorf("why: %s", why)
	}
	// Another ticket's draft says that this one was rejected, by whom and why.
	p := fromTicket("1002", 1)
	p.Earlier = []string{d.ID, "r_gone", d.ID}
	again := b.propose(t, access.System(), p)
	want := []kb.Earlier{{
		Draft: d.ID, Title: d.Title, Reason: kb.RejectDuplicate, Text: "step 2", By: manager.ID, At: d.DecidedAt,
	}}
	if diff := cmp.Diff(want, again.Earlier); diff != "" {
		t.Error(diff)
	}
}

func source(ticket string) kb.Source {
	return kb.Source{
		Ticket: ticket, Requester: "u_" + ticket, Subject: "VPN is gone again", Message: 4, Confirms: "It works since.",
	}
}

func TestAddSource(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	evidence := []kb.DraftEvidence{{N: 1, Message: 4, Text: "It works since."}}
	got, err := b.AddSource(t.Context(), access.System(), d.ID, source("1002"), evidence)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1001", "1002"}, got.Tickets); diff != "" {
		t.Error(diff)
	}
	if e := got.Evidence[2]; e.N != 3 || e.Ticket != "1002" || e.Message != 4 {
		t.Errorf("evidence %+v", got.Evidence)
	}
	if s := got.Source("1002"); s.Confirms != "It works since." || s.At.IsZero() ||
		got.Version != 2 || got.TextVersion != 1 {
		t.Errorf("%+v, version %d, text %d", s, got.Version, got.TextVersion)
	}
	again, err := b.AddSource(t.Context(), access.System(), d.ID, source("1002"), evidence)
	if err != nil || again.Version != got.Version || len(again.Evidence) != 3 {
		t.Errorf("twice: version %d, %v", again.Version, err)
	}
	_, err = b.AddSource(t.Context(), requester, d.ID, source("1003"), nil)
	wantKind(t, err, fault.Forbidden)
	_, err = b.AddSource(t.Context(), access.System(), "r_none", source("1003"), nil)
	wantKind(t, err, fault.NotFound)
	// An earlier reader may still approve it: the sources changed, the words did not.
	_, a, err := b.ApproveVersion(t.Context(), manager, d.ID, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1001", "1002"}, a.SourceTickets); diff != "" {
		t.Error(diff)
	}
	_, err = b.AddSource(t.Context(), access.System(), d.ID, source("1003"), nil)
	wantKind(t, err, fault.Conflict)
}

// A source and a review that meet do not harm each other.
func TestAddSourceDuringReview(t *testing.T) {
	add := func(b bench, id, ticket string) func() {
		return func() {
			if _, err := b.AddSource(context.Background(), access.System(), id, source(ticket), nil); err != nil {
				t.Error(err)
			}
		}
	}
	t.Run("an edit wins the race", func(t *testing.T) {
		b := newBench()
		d := b.propose(t, access.System(), fromTicket("1001", 1))
		b.store.beforeSave = func() {
			if _, err := b.EditDraft(context.Background(), agent, d.ID, 1, kb.Patch{Title: ptr("Another title")}); err != nil {
				t.Error(err)
			}
		}
		got, err := b.AddSource(t.Context(), access.System(), d.ID, source("1002"), nil)
		if err != nil || got.Title != "Another title" || len(got.Tickets) != 2 || got.Version != 3 {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("a source wins against an edit", func(t *testing.T) {
		b := newBench()
		d := b.propose(t, access.System(), fromTicket("1001", 1))
		b.store.beforeSave = add(b, d.ID, "1002")
		got, err := b.EditDraft(t.Context(), agent, d.ID, 1, kb.Patch{Title: ptr("Another title")})
		if err != nil || len(got.Tickets) != 2 || got.Title != "Another title" {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("a source wins against an approval", func(t *testing.T) {
		b := newBench()
		d := b.propose(t, access.System(), fromTicket("1001", 1))
		b.store.beforeSave = add(b, d.ID, "1002")
		got, a, err := b.ApproveVersion(t.Context(), manager, d.ID, 1, "")
		if err != nil || len(got.Tickets) != 2 || len(a.SourceTickets) != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("an approval wins against a source", func(t *testing.T) {
		b := newBench()
		d := b.propose(t, access.System(), fromTicket("1001", 1))
		b.store.beforeSave = func() {
			if _, _, err := b.Approve(context.Background(), manager, d.ID, ""); err != nil {
				t.Error(err)
			}
		}
		_, err := b.AddSource(t.Context(), access.System(), d.ID, source("1002"), nil)
		wantKind(t, err, fault.Conflict)
	})
}
