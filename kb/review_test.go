package kb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// fromTicket is a proposal as background work makes it.
func fromTicket(ticket string, messages ...int) kb.Proposal {
	p := kb.Proposal{
		Title: "VPN drops after the update", Markdown: "## Issue\n\nVPN drops.\n\n## Resolution\n\nReinstall it.\n",
		Tickets: []string{ticket}, Subjects: []string{"my VPN drops since the update"}, Engine: kb.ByRules, Submit: true,
	}
	for i, m := range messages {
		p.Evidence = append(p.Evidence, kb.DraftEvidence{N: i + 1, Ticket: ticket, Message: m, Text: "said"})
	}
	return p
}

func (b bench) propose(t *testing.T, actor access.Actor, p kb.Proposal) kb.Draft {
	t.Helper()
	d, err := b.Propose(t.Context(), actor, p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestApproveNewArticle(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	if d.Status != kb.InReview || d.Decision != kb.NewArticle || d.Author != "system" ||
		len(d.Checks) != 9 || d.Audience != access.Internal {
		t.Fatalf("%+v", d)
	}
	d, err := b.EditDraft(
		t.Context(), manager, d.ID, d.Version, kb.Patch{Audience: ptr(access.AudiencePublic), Owner: ptr("jo")},
	)
	if err != nil {
		t.Fatal(err)
	}
	d, a, err := b.Approve(t.Context(), manager, d.ID, " good ")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(
		a.Slug, a.Revision, a.Confidence, a.Audience, a.Owner, a.SourceTickets, len(a.Passages),
	); got != "vpn-drops-after-the-update1validatedpublicjo[1001] 2" {
		t.Error(got)
	}
	if d.Status != kb.Approved || d.ArticleID != a.ID || d.Reviewer != manager.ID ||
		d.DecidedAt.IsZero() || d.Comments[1].Text != "good" {
		t.Errorf("%+v", d)
	}
	if diff := cmp.Diff(
		[]string{"draft proposed", "draft edited", "draft approved", "article published"}, b.store.verbs(),
	); diff != "" {
		t.Error(diff)
	}
	last := b.store.entries[len(b.store.entries)-1]
	if diff := cmp.Diff(
		[]journal.Change{{Object: "draft", ID: d.ID}, {Object: "article", ID: a.ID}}, last.Changes,
	); diff != "" {
		t.Error(diff)
	}
	if _, err := b.Article(t.Context(), visitor, a.ID); err != nil {
		t.Error(err)
	}
	_, _, err = b.Approve(t.Context(), manager, d.ID, "")
	wantKind(t, err, fault.Conflict)
	// A second ticket may lead to a second article of the same title.
	d2 := b.propose(t, access.System(), fromTicket("1002"))
	_, a2, err := b.Approve(t.Context(), manager, d2.ID, "")
	if err != nil || a2.Slug != a.Slug+"-2" || a2.ID == a.ID {
		t.Errorf("%s %v", a2.Slug, err)
	}
}

func TestApproveEdit(t *testing.T) {
	b := newBench()
	a := b.article(
		t,
		kb.NewArticleInput{
			Audience: access.Customer, Owner: "jo", Tags: []string{"t"}, Governance: kb.Compliance, Tickets: []string{"1"},
		},
	)
	p := fromTicket("1001")
	p.ArticleID = a.ID
	d := b.propose(t, agent, p)
	if got := fmt.Sprint(
		d.Decision, d.BaseRevision, d.Audience, d.Owner, d.Tags, d.Governance,
	); got != "edit1customerjo[t]compliance" {
		t.Fatal(got)
	}
	if base, err := b.Base(t.Context(), agent, d); err != nil || base.Markdown != a.Markdown {
		t.Errorf("base %+v, %v", base, err)
	}
	moved, err := b.Update(t.Context(), manager, a.ID, 1, kb.Patch{Owner: ptr("li")})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = b.Approve(t.Context(), manager, d.ID, "")
	wantKind(t, err, fault.Conflict)
	if !strings.Contains(err.Error(), "revision 2") {
		t.Errorf("%v does not name the revision", err)
	}
	_, err = b.EditDraft(t.Context(), agent, d.ID, d.Version, kb.Patch{BaseRevision: ptr(1)})
	wantKind(t, err, fault.Conflict)
	d, err = b.EditDraft(t.Context(), agent, d.ID, d.Version, kb.Patch{BaseRevision: ptr(2), Owner: &moved.Owner})
	if err != nil {
		t.Fatal(err)
	}
	_, got, err := b.Approve(t.Context(), manager, d.ID, "")
	if err != nil || got.ID != a.ID || got.Slug != a.Slug || got.Revision != 3 || got.Owner != "li" || cmp.Diff(
		[]string{"1", "1001"}, got.SourceTickets,
	) != "" || got.Author != agent.ID {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestApproveRace(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{})
	p := fromTicket("1001")
	p.ArticleID = a.ID
	d := b.propose(t, agent, p)
	b.store.beforeSave = func() {
		if _, err := b.Update(context.Background(), manager, a.ID, 1, kb.Patch{Owner: ptr("li")}); err != nil {
			t.Error(err)
		}
	}
	_, _, err := b.Approve(t.Context(), manager, d.ID, "")
	wantKind(t, err, fault.Conflict)
	if got, err := b.Draft(t.Context(), agent, d.ID); err != nil || got.Status != kb.InReview {
		t.Errorf("the draft is %s after a lost race, %v", got.Status, err)
	}
	_, _, err = b.ApproveVersion(t.Context(), manager, d.ID, d.Version+1, "")
	wantKind(t, err, fault.Conflict)
}

func TestReviewPermissions(t *testing.T) {
	b := newBench()
	own := b.propose(t, manager, fromTicket("1"))
	other := b.propose(t, agent, fromTicket("2"))
	idle := fromTicket("3")
	idle.Submit = false
	unsent := b.propose(t, agent, idle)
	ctx := t.Context()
	for name, c := range map[string]struct {
		err  error
		kind fault.Kind
	}{
		"reviewer is the author": {errOf(b.Approve(ctx, manager, own.ID, "")), fault.Forbidden},
		"author rejects":         {errOf1(b.Reject(ctx, manager, own.ID, "")), fault.Forbidden},
		"agent approves":         {errOf(b.Approve(ctx, agent, own.ID, "")), fault.Forbidden},
		"agent rejects":          {errOf1(b.Reject(ctx, agent, own.ID, "")), fault.Forbidden},
		"system approves":        {errOf(b.Approve(ctx, access.System(), other.ID, "")), fault.Forbidden},
		"agent edits another's": {
			errOf1(b.EditDraft(ctx, agent, own.ID, 1, kb.Patch{Owner: ptr("x")})), fault.Forbidden,
		},
		"agent submits another's": {errOf1(b.Submit(ctx, agent, own.ID, "")), fault.Forbidden},
		"stale edit": {
			errOf1(b.EditDraft(ctx, manager, other.ID, 7, kb.Patch{Owner: ptr("x")})), fault.Conflict,
		},
		"approve before submission":   {errOf(b.Approve(ctx, manager, unsent.ID, "")), fault.Conflict},
		"submit twice":                {errOf1(b.Submit(ctx, agent, other.ID, "")), fault.Conflict},
		"requester reads":             {errOf1(b.Draft(ctx, requester, own.ID)), fault.Forbidden},
		"requester reads what is not": {errOf1(b.Draft(ctx, requester, "r_none")), fault.Forbidden},
		"visitor lists":               {errOf1(b.Drafts(ctx, visitor, kb.DraftFilter{Limit: 9})), fault.Unauthenticated},
		"admin lists":                 {errOf1(b.Drafts(ctx, admin, kb.DraftFilter{Limit: 9})), fault.Forbidden},
		"requester proposes":          {errOf1(b.Propose(ctx, requester, fromTicket("9"))), fault.Forbidden},
		"proposal without a title":    {errOf1(b.Propose(ctx, agent, kb.Proposal{Markdown: "x"})), fault.Invalid},
		"proposal for a missing": {
			errOf1(b.Propose(ctx, agent, kb.Proposal{ArticleID: "a_no", Title: "T", Markdown: "x"})), fault.NotFound,
		},
		"missing draft":                 {errOf1(b.Draft(ctx, agent, "r_none")), fault.NotFound},
		"another manager may approve":   {errOf(b.Approve(ctx, manager2, own.ID, "")), -1},
		"changes of a draft in review":  {errOf1(b.RequestChanges(ctx, manager, other.ID, "why?")), -1},
		"rejected when changes pending": {errOf1(b.Reject(ctx, manager, unsent.ID, "")), fault.Conflict},
	} {
		if c.kind >= 0 && !fault.Is(c.err, c.kind) || c.kind < 0 && c.err != nil {
			t.Errorf("%s: %v, want kind %v", name, c.err, c.kind)
		}
	}
	again, err := b.Submit(ctx, agent, other.ID, "done")
	if err != nil || again.Status != kb.InReview {
		t.Errorf("%s %v", again.Status, err)
	}
	verbs := make([]string, len(again.Comments))
	for i, c := range again.Comments {
		verbs[i] = c.Verb + " " + c.Text
	}
	if diff := cmp.Diff([]string{"submit ", "request-changes why?", "submit done"}, verbs); diff != "" {
		t.Error(diff)
	}
}

func errOf(_ kb.Draft, _ kb.Article, err error) error { return err }
func errOf1[T any](_ T, err error) error              { return err }

func TestRejectedEvidenceIsRemembered(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	_, err := b.Propose(t.Context(), agent, fromTicket("1001", 1, 9))
	wantKind(t, err, fault.Conflict)
	if !strings.Contains(err.Error(), d.ID) {
		t.Errorf("%v does not name the open draft", err)
	}
	if _, err := b.Reject(t.Context(), manager, d.ID, "no"); err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]kb.Proposal{
		"same": fromTicket("1001", 1, 3), "less": fromTicket("1001", 3), "none": fromTicket("1001"),
	} {
		_, err := b.Propose(t.Context(), access.System(), p)
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "rejected") {
			t.Errorf("%s evidence: %v", name, err)
		}
	}
	if _, err := b.Propose(t.Context(), access.System(), fromTicket("1001", 1, 3, 7)); err != nil {
		t.Errorf("with something new: %v", err)
	}
	if _, err := b.Propose(t.Context(), access.System(), fromTicket("1002", 1)); err != nil {
		t.Errorf("another ticket: %v", err)
	}
}

func TestProposeOnce(t *testing.T) {
	b := newBench()
	p := kb.Proposal{Title: "T", Markdown: "x", Idempotency: journal.Idempotency{Key: "k", Hash: "h"}}
	first := b.propose(t, agent, p)
	if again := b.propose(t, agent, p); again.ID != first.ID {
		t.Error("a repeated proposal made a second draft")
	}
	p.Idempotency.Hash = "g"
	_, err := b.Propose(t.Context(), agent, p)
	wantKind(t, err, fault.Conflict)
	var replay *journal.Replay
	if !errors.As(err, &replay) {
		t.Errorf("%v hides its cause", err)
	}
}
