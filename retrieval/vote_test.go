package retrieval_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// TestHeirsInherit: what resolved with an article that was merged since says for the one
// it was merged into; an archived article votes no more.
func TestHeirsInherit(t *testing.T) {
	old, heir := article("old", "Badge reader", "Old text."), article("heir", "Door opener", "Hold the card to it.")
	other := article("other", "Mail is missing", "Work online.")
	source := withArticles(old, heir, other)
	source.PutTickets(resolved("1", "badge reader", "The badge reader blinks.", noon.Add(-time.Hour), "old"),
		resolved("2", "mail", "no mail", noon.Add(-time.Hour), "other"))
	e := open(t, source)
	if got := first(t, e, "badge reader blinks"); got != "old" {
		t.Fatalf("before the merge %q is first", got)
	}
	old.Revision, old.Confidence, old.SupersededBy = 2, kb.Archived, "heir"
	source.PutArticles(old)
	follow(t, e)
	if got := first(t, e, "badge reader blinks"); got != "heir" {
		t.Errorf("after the merge %q is first", got)
	}
	old.Revision, old.SupersededBy = 3, ""
	source.PutArticles(old)
	follow(t, e)
	if got := first(t, e, "badge reader blinks"); got != "" {
		t.Errorf("after archiving %q is first", got)
	}
	heir.Revision, heir.SupersededBy, old.SupersededBy, old.Revision = 2, "old", "heir", 4
	source.PutArticles(heir, old) // a circle must end
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

func TestOverdueAndUnhelpfulArticlesFall(t *testing.T) {
	twins := func() (kb.Article, kb.Article) {
		return article(
			"a", "Badge reader blinks", "Hold the card to it.",
		), article("b", "Badge reader blinks", "Hold the card to it.")
	}
	a, b := twins()
	a.ReviewBy = noon.AddDate(0, 0, -10)
	if got := first(t, open(t, withArticles(a, b)), "badge reader blinks"); got != "b" {
		t.Errorf("the one whose review is overdue is %q", got)
	}
	a, b = twins()
	a.Ratings.DidNot = 2
	if got := first(t, open(t, withArticles(a, b)), "badge reader blinks"); got != "b" {
		t.Errorf("the one that did not help its readers is %q", got)
	}
	a, b = twins()
	b.Ratings.Helped = 2
	if got := first(t, open(t, withArticles(a, b)), "badge reader blinks"); got != "b" {
		t.Errorf("the one that helped its readers is not %q", got)
	}
	source := withArticles(a, b)
	if e := open(t, source); first(t, e, "badge reader blinks") == "b" {
		b.Ratings = kb.Ratings{DidNot: 2}
		source.PutArticles(b)
		follow(t, e)
		if got := first(t, e, "badge reader blinks"); got != "a" {
			t.Errorf("after other words of its readers the first is %q", got)
		}
	}
	a, b = twins()
	source = withArticles(a, b)
	x := resolved("1", "badge reader blinks", "It blinks.", noon.Add(-time.Hour))
	x.Dismissed = []desk.Dismissal{{Article: "a", At: noon.Add(-2 * time.Hour)}}
	source.PutTickets(x)
	e := open(t, source)
	if got := first(t, e, "badge reader blinks"); got != "b" {
		t.Errorf("the one that was dismissed is %q", got)
	}
}

func TestSuggestionsNameTheirTickets(t *testing.T) {
	e, source := library(t)
	source.PutTickets(resolved(
		"1001", "vpn from home", "The VPN does not connect since this morning.", noon.Add(-time.Hour), "vpn-home",
	))
	follow(t, e)
	s := suggest(t, e, "vpn from home", "The VPN does not connect.", staff)
	if len(s.Articles) == 0 || !slices.Equal(s.Articles[0].Tickets, []string{"1001"}) ||
		!strings.HasPrefix(s.Articles[0].Why[0], "1 similar") {
		t.Fatalf("%+v", s.Articles)
	}
	s, err := e.Suggest(
		t.Context(), desk.SuggestRequest{Subject: "vpn from home", Body: "The VPN does not connect.", Visibility: visitor},
	)
	if err != nil || len(s.Articles) == 0 || s.Articles[0].Tickets != nil {
		t.Errorf("a reader who may not see tickets is shown %+v, %v", s.Articles, err)
	}
}
