package retrieval_test

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// TestVotesGoToTheMergeTarget: tickets that an article resolved vote for the one that it was
// merged into; those of an archived article have no vote.
func TestVotesGoToTheMergeTarget(t *testing.T) {
	old, target := article("old", "Badge reader", "Old text."), article("target", "Door opener", "Hold the card to it.")
	other := article("other", "Mail is missing", "Work online.")
	source := withArticles(old, target, other)
	source.PutTickets(resolved("1", "badge reader", "The badge reader blinks.", noon.Add(-time.Hour), "old"),
		resolved("2", "mail", "no mail", noon.Add(-time.Hour), "other"))
	e := open(t, source)
	if got := first(t, e, "badge reader blinks"); got != "old" {
		t.Fatalf("before the merge %q is first", got)
	}
	old.Revision, old.Confidence, old.SupersededBy = 2, kb.Archived, "target"
	source.PutArticles(old)
	follow(t, e)
	if got := first(t, e, "badge reader blinks"); got != "target" {
		t.Errorf("after the merge %q is first", got)
	}
	old.Revision, old.SupersededBy = 3, ""
	source.PutArticles(old)
	follow(t, e)
	if got := first(t, e, "badge reader blinks"); got != "" {
		t.Errorf("after archiving %q is first", got)
	}
	target.Revision, target.SupersededBy, old.SupersededBy, old.Revision = 2, "old", "target", 4
	source.PutArticles(target, old) // a circle must end
	follow(t, e)
	first(t, e, "badge reader blinks")
}

func first(t *testing.T, e *retrieval.Engine, subject string) string {
	t.Helper()
	r, err := e.RankParts(t.Context(), desk.SuggestRequest{Subject: subject, Visibility: staff})
	if err != nil {
		t.Fatal(err)
	}
	if len(r) == 0 {
		return ""
	}
	return r[0].ID
}
