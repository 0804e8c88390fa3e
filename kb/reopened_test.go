package kb_test

import (
	"slices"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

func failed(d kb.Draft, name string) bool {
	return slices.ContainsFunc(d.Checks, func(c kb.Check) bool { return c.Name == name && !c.Passed })
}

// reopen records that a ticket was reopened, twice, as a job may run twice.
func (b bench) reopen(t *testing.T, ticket string) {
	t.Helper()
	for range 2 {
		if err := b.TicketReopened(t.Context(), access.System(), ticket, "it drops again"); err != nil {
			t.Fatal(err)
		}
	}
}

func (b bench) draft(t *testing.T, id string) kb.Draft {
	t.Helper()
	d, err := b.Draft(t.Context(), manager, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReopenedTicketTakesItsDraftBack(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	b.reopen(t, "1001")
	marked := b.draft(t, d.ID)
	if marked.Status != kb.InDraft || marked.Version != 2 || !failed(marked, kb.ResolutionHolds) {
		t.Fatalf("%s, version %d, %+v", marked.Status, marked.Version, marked.Checks)
	}
	_, _, err := b.Approve(t.Context(), manager, d.ID, "")
	wantKind(t, err, fault.Conflict)

	// The next resolution replaces the text of the same draft.
	p := fromTicket("1001", 1, 7)
	p.Markdown = "## Issue\n\nVPN drops.\n\n## Resolution\n\nReplace the network card.\n"
	next := b.propose(t, access.System(), p)
	if next.ID != d.ID || next.Version != 3 || next.Status != kb.InReview || failed(next, kb.ResolutionHolds) {
		t.Fatalf("%s, %s, version %d, %+v", next.ID, next.Status, next.Version, next.Checks)
	}
	_, _, err = b.ApproveVersion(t.Context(), manager, d.ID, 1, "")
	wantKind(t, err, fault.Conflict)
	_, a, err := b.ApproveVersion(t.Context(), manager, d.ID, 3, "")
	if err != nil || a.Markdown != p.Markdown {
		t.Fatalf("%q, %v", a.Markdown, err)
	}
}

func TestReopenedTicketLeavesWhatPeopleWrote(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	if _, err := b.EditDraft(t.Context(), manager, d.ID, 0, kb.Patch{Markdown: ptr("## Issue\n\nMine.\n")}); err != nil {
		t.Fatal(err)
	}
	b.reopen(t, "1001")
	_, err := b.Propose(t.Context(), access.System(), fromTicket("1001", 1, 7))
	wantKind(t, err, fault.Conflict)
	if now := b.draft(t, d.ID); now.Markdown != "## Issue\n\nMine.\n" || now.Status != kb.InDraft {
		t.Errorf("%s %q", now.Status, now.Markdown)
	}
}

func TestReopenedTicketAmongOthers(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	if _, err := b.AddSource(t.Context(), access.System(), d.ID, source("1002"), nil); err != nil {
		t.Fatal(err)
	}
	b.reopen(t, "1002")
	marked := b.draft(t, d.ID)
	if marked.Status != kb.InReview || !failed(marked, kb.ResolutionHolds) || !marked.Holds() {
		t.Fatalf("%s %+v", marked.Status, marked.Checks)
	}
	_, _, err := b.ApproveVersion(t.Context(), manager, d.ID, 2, "")
	wantKind(t, err, fault.Conflict) // the reviewer has not seen it
	b.reopen(t, "1001")
	if now := b.draft(t, d.ID); now.Status != kb.InDraft || now.Holds() {
		t.Fatalf("%s", now.Status)
	}
	// Resolved the same way again, a ticket brings the draft back into the queue.
	got, err := b.AddSource(t.Context(), access.System(), d.ID, source("1002"), nil)
	if err != nil || got.Status != kb.InReview || !failed(got, kb.ResolutionHolds) || len(got.Tickets) != 2 {
		t.Errorf("%s %v %v", got.Status, got.Tickets, err)
	}
}

func TestReopenedTicketOpensAReviewOfItsArticle(t *testing.T) {
	b := newBench()
	d := b.propose(t, access.System(), fromTicket("1001", 1, 3))
	_, a, err := b.Approve(t.Context(), manager, d.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	b.reopen(t, "1001")
	page, err := b.Drafts(t.Context(), manager, kb.DraftFilter{Ticket: "1001", Status: kb.InReview})
	if err != nil || len(page.Drafts) != 1 {
		t.Fatalf("%d reviews, %v", len(page.Drafts), err)
	}
	review := page.Drafts[0]
	if review.ArticleID != a.ID || review.Markdown != a.Markdown || !failed(review, kb.ResolutionHolds) {
		t.Fatalf("%+v", review)
	}
	p := fromTicket("1001", 1, 7)
	p.ArticleID, p.Markdown = a.ID, "## Issue\n\nVPN drops.\n\n## Resolution\n\nReplace the network card.\n"
	if next := b.propose(t, access.System(), p); next.ID != review.ID || next.Decision != kb.EditArticle {
		t.Errorf("%s %s", next.ID, next.Decision)
	}
}
