package retrieval_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// TestSignals: what people did with an article says for it or against it.
func TestSignals(t *testing.T) {
	later := noon.Add(time.Hour)
	link := func(id, by string, applied bool, at time.Time) desk.Link {
		return desk.Link{Kind: desk.ArticleLink, Target: id, By: by, Applied: applied, At: at}
	}
	for _, tc := range []struct {
		name    string
		change  func(*desk.Ticket)
		votes   []string
		against []string
	}{
		{"applied", func(*desk.Ticket) {}, []string{"a"}, nil},
		{"linked by a rule", func(t *desk.Ticket) {
			t.Links = []desk.Link{link("b", access.SystemID, false, noon)}
		}, nil, nil},
		{"written from it and published", func(t *desk.Ticket) {
			t.Links = []desk.Link{link("b", access.SystemID, true, later)}
		}, []string{"b"}, nil},
		{"dismissed", func(t *desk.Ticket) {
			t.Dismissed = []desk.Dismissal{{Article: "b", At: noon}}
		}, []string{"a"}, []string{"b"}},
		{"dismissed, then applied", func(t *desk.Ticket) {
			t.Dismissed = []desk.Dismissal{{Article: "a", At: noon}}
		}, []string{"a"}, nil},
		{"dismissed, nothing helped", func(t *desk.Ticket) {
			t.Links, t.Dismissed = nil, []desk.Dismissal{{Article: "b", At: noon}}
		}, nil, []string{"b"}},
		{"applied before it was reopened", func(t *desk.Ticket) {
			t.Reopens, t.Resolution.At, t.Resolution.Articles = 1, later, []string{"b"}
			t.Links = []desk.Link{link("a", "u_agent", true, noon), link("b", "u_agent", true, later)}
		}, []string{"b"}, []string{"a"}},
		{"reopened, the same helped after all", func(t *desk.Ticket) {
			t.Reopens, t.Resolution.At, t.Resolution.Articles = 1, later, []string{"a"}
			t.Links = []desk.Link{link("a", "u_agent", true, noon)}
		}, []string{"a"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := retrieval.Remember()
			m.Learn(resolved("0", "mail", "quota", noon, "z"))
			ticket := resolved("1", "badge reader", "The badge reader blinks.", noon, "a")
			res := *ticket.Resolution
			ticket.Resolution = &res
			tc.change(&ticket)
			m.Learn(ticket)
			at := noon.Add(24 * time.Hour)
			if diff := cmp.Diff(tc.against, keys(m.Against("badge reader", "blinks", at))); diff != "" {
				t.Errorf("against: %s", diff)
			}
			got := slices.DeleteFunc(keys(m.Votes("badge reader", "blinks", "", at)), func(id string) bool {
				return slices.Contains(tc.against, id)
			})
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tc.votes, got); diff != "" {
				t.Errorf("votes: %s", diff)
			}
		})
	}
}

func keys(m map[string]float64) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func TestALinkCountsLessThanAnApplication(t *testing.T) {
	m := retrieval.Remember()
	m.Learn(resolved("1", "badge reader", "The badge reader blinks.", noon, "a"))
	linked := resolved("2", "badge reader", "The badge reader blinks.", noon)
	linked.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "b", By: "u_agent"}}
	m.Learn(linked)
	m.Learn(resolved("3", "mail", "quota", noon, "z"))
	v := m.Votes("badge reader", "blinks", "", noon.Add(time.Hour))
	if math.Abs(v["b"]-0.6*v["a"]) > 1e-9 || v["a"] == 0 {
		t.Errorf("votes %v", v)
	}
}

func TestTallyKnowsThePastOnly(t *testing.T) {
	m := retrieval.Remember()
	for i, days := range []int{0, 60, 120, 900} {
		m.Learn(resolved(fmt.Sprint(i), "badge", "reader", noon.AddDate(0, 0, -days), "a"))
	}
	m.Learn(resolved("9", "badge", "reader", noon.AddDate(0, 0, -60), "b"))
	m.Drop("2")
	for _, tc := range []struct {
		at            time.Time
		links, recent float64
	}{{noon, 3, 1.5}, {noon.AddDate(0, 0, -30), 2, math.Exp2(-0.5)}, {noon.AddDate(-3, 0, 0), 0, 0}} {
		links, recent := m.Links("a", tc.at)
		if links != tc.links || math.Abs(recent-tc.recent) > 1e-9 {
			t.Errorf("at %v: %v links, %v recent, want %v, %v", tc.at, links, recent, tc.links, tc.recent)
		}
	}
}

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
	r, err := e.Rank(t.Context(), desk.SuggestRequest{Subject: subject, Visibility: staff})
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
		return article("a", "Badge reader blinks", "Hold the card to it."), article("b", "Badge reader blinks", "Hold the card to it.")
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
	source.PutTickets(resolved("1001", "vpn from home", "The VPN does not connect since this morning.", noon.Add(-time.Hour), "vpn-home"))
	follow(t, e)
	s := suggest(t, e, "vpn from home", "The VPN does not connect.", staff)
	if len(s.Articles) == 0 || !slices.Equal(s.Articles[0].Tickets, []string{"1001"}) || !strings.HasPrefix(s.Articles[0].Why[0], "1 similar") {
		t.Fatalf("%+v", s.Articles)
	}
	s, err := e.Suggest(t.Context(), desk.SuggestRequest{Subject: "vpn from home", Body: "The VPN does not connect.", Visibility: visitor})
	if err != nil || len(s.Articles) == 0 || s.Articles[0].Tickets != nil {
		t.Errorf("a reader who may not see tickets is told of %+v, %v", s.Articles, err)
	}
}
