package kb_test

import (
	"fmt"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// TestRestoreNeverOpens restores first revisions of every state into articles of every
// state: words reach more readers, or pass as validated, only by a reviewer.
func TestRestoreNeverOpens(t *testing.T) {
	states := func(yield func(kb.Patch) bool) {
		for _, audience := range kb.Audiences() {
			for _, confidence := range []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated} {
				if !yield(kb.Patch{Audience: &audience, Confidence: &confidence}) {
					return
				}
			}
		}
	}
	rank := map[access.Audience]int{access.Internal: 0, access.Customer: 1, access.AudiencePublic: 2}
	for old := range states {
		for now := range states {
			b := newBench()
			a := b.article(t, kb.NewArticleInput{Audience: *old.Audience, Confidence: *old.Confidence, Markdown: "Old words"})
			now.Markdown = ptr("New words")
			before, err := b.Update(t.Context(), manager, a.ID, 1, now)
			if err != nil {
				t.Fatal(err)
			}
			opens := rank[*now.Audience] > rank[*old.Audience] ||
				*now.Confidence == kb.Validated && *old.Confidence != kb.Validated
			got, err := b.Restore(t.Context(), agent, a.ID, 1, before.Revision)
			what := fmt.Sprintf("%s %s restored into %s %s", *old.Audience, *old.Confidence, *now.Audience, *now.Confidence)
			switch {
			case opens && !fault.Is(err, fault.Forbidden):
				t.Errorf("%s by an agent: %v", what, err)
			case !opens && (err != nil || got.Audience != *now.Audience || got.Confidence != *now.Confidence):
				t.Errorf("%s by an agent: %s, %s, %v", what, got.Audience, got.Confidence, err)
			case opens:
				if got, err = b.Restore(t.Context(), manager, a.ID, 1, before.Revision); err != nil || got.Markdown != "Old words" {
					t.Errorf("%s by a reviewer: %v", what, err)
				}
			}
			if kb.RestoreNeedsReview(before, a) != opens {
				t.Errorf("%s: needs a review: %v", what, !opens)
			}
		}
	}
}

// TestMergeLeavesStates: merging a duplicate does not change who reads either article.
func TestMergeLeavesStates(t *testing.T) {
	b := newBench()
	into := b.article(t, kb.NewArticleInput{
		Title: "A", Audience: access.Internal, Governance: kb.Compliance, Confidence: kb.WIP,
	})
	duplicate := b.article(t, kb.NewArticleInput{
		Title: "B", Audience: access.AudiencePublic, Confidence: kb.Validated, Tickets: []string{"1"},
	})
	if _, err := b.Merge(t.Context(), manager, duplicate.ID, into.ID, 1); err != nil {
		t.Fatal(err)
	}
	kept, err := b.Article(t.Context(), manager, into.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Audience != into.Audience || kept.Governance != into.Governance || kept.Confidence != into.Confidence {
		t.Errorf("%s %s %s", kept.Audience, kept.Confidence, kept.Governance)
	}
	for _, ref := range []string{duplicate.Slug, into.Slug} {
		_, err = b.Article(t.Context(), access.Actor{}, ref)
		wantKind(t, err, fault.NotFound)
	}
}

// TestRebasedDraftTakesStates: a draft that is moved onto a revision for fewer readers does
// not open the article again when it is approved.
func TestRebasedDraftTakesStates(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{Audience: access.AudiencePublic, Confidence: kb.Validated})
	d, err := b.Propose(t.Context(), agent, kb.Proposal{ArticleID: a.ID, Title: a.Title, Markdown: "Edited", Submit: true})
	if err != nil {
		t.Fatal(err)
	}
	narrowed, err := b.Update(t.Context(), manager, a.ID, 1,
		kb.Patch{Audience: ptr(access.Internal), Governance: ptr(kb.Compliance)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = b.EditDraft(t.Context(), agent, d.ID, d.Version, kb.Patch{BaseRevision: &narrowed.Revision}); err != nil {
		t.Fatal(err)
	}
	_, got, err := b.Approve(t.Context(), manager, d.ID, "")
	if err != nil || got.Audience != access.Internal || got.Governance != kb.Compliance || got.Markdown != "Edited" {
		t.Errorf("%s %s %q, %v", got.Audience, got.Governance, got.Markdown, err)
	}
}
