package memory_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/memory"
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
			m := memory.New()
			m.Learn(resolved("0", "mail", "quota", noon, "z"))
			ticket := resolved("1", "badge reader", "The badge reader blinks.", noon, "a")
			res := *ticket.Resolution
			ticket.Resolution = &res
			tc.change(&ticket)
			m.Learn(ticket)
			at := noon.Add(24 * time.Hour)
			var articles, against []string
			for id, v := range votes(m, "badge reader", "blinks", at) {
				if v.Against > 0 {
					against = append(against, id)
				} else {
					articles = append(articles, id)
				}
			}
			if diff := cmp.Diff(tc.against, against); diff != "" {
				t.Errorf("against: %s", diff)
			}
			if diff := cmp.Diff(tc.votes, articles); diff != "" {
				t.Errorf("votes: %s", diff)
			}
		})
	}
}

func TestALinkCountsLessThanAnApplication(t *testing.T) {
	m := memory.New()
	m.Learn(resolved("1", "badge reader", "The badge reader blinks.", noon, "a"))
	linked := resolved("2", "badge reader", "The badge reader blinks.", noon)
	linked.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "b", By: "u_agent"}}
	m.Learn(linked)
	m.Learn(resolved("3", "mail", "quota", noon, "z"))
	v := tops(m, "badge reader", "blinks", noon.Add(time.Hour))
	if math.Abs(v["b"]-0.6*v["a"]) > 1e-9 || v["a"] == 0 {
		t.Errorf("votes %v", v)
	}
}

func TestTallyKnowsThePastOnly(t *testing.T) {
	m := memory.New()
	for i, days := range []int{0, 60, 120, 900} {
		m.Learn(resolved(fmt.Sprint(i), "badge", "reader", noon.AddDate(0, 0, -days), "a"))
	}
	m.Learn(resolved("9", "badge", "reader", noon.AddDate(0, 0, -60), "b"))
	m.Forget("2")
	for _, tc := range []struct {
		at            time.Time
		links, recent float64
	}{{noon, 3, 1.5}, {noon.AddDate(0, 0, -30), 2, math.Exp2(-0.5)}, {noon.AddDate(-3, 0, 0), 0, 0}} {
		got := recall(m, "", "", tc.at).Standing([]string{"a"})
		if got.Links != tc.links || math.Abs(got.Recent-tc.recent) > 1e-9 {
			t.Errorf("at %v: %+v, want %v, %v", tc.at, got, tc.links, tc.recent)
		}
	}
}
