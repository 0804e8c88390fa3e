package memory_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/memory"
)

// TestSignals: what people did with an article says for it or against it.
func TestSignals(t *testing.T) {
	later := memoryNoon.Add(time.Hour)
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
			t.Links = []desk.Link{link("b", access.SystemID, false, memoryNoon)}
		}, nil, nil},
		{"written from it and published", func(t *desk.Ticket) {
			t.Links = []desk.Link{link("b", access.SystemID, true, later)}
		}, []string{"b"}, nil},
		{"dismissed", func(t *desk.Ticket) {
			t.Dismissed = []desk.Dismissal{{Article: "b", At: memoryNoon}}
		}, []string{"a"}, []string{"b"}},
		{"dismissed, then applied", func(t *desk.Ticket) {
			t.Dismissed = []desk.Dismissal{{Article: "a", At: memoryNoon}}
		}, []string{"a"}, nil},
		{"dismissed, nothing helped", func(t *desk.Ticket) {
			t.Links, t.Dismissed = nil, []desk.Dismissal{{Article: "b", At: memoryNoon}}
		}, nil, []string{"b"}},
		{"applied before it was reopened", func(t *desk.Ticket) {
			t.Reopens, t.Resolution.At, t.Resolution.Articles = 1, later, []string{"b"}
			t.Links = []desk.Link{link("a", "u_agent", true, memoryNoon), link("b", "u_agent", true, later)}
		}, []string{"b"}, []string{"a"}},
		{"reopened, the same helped after all", func(t *desk.Ticket) {
			t.Reopens, t.Resolution.At, t.Resolution.Articles = 1, later, []string{"a"}
			t.Links = []desk.Link{link("a", "u_agent", true, memoryNoon)}
		}, []string{"a"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := memory.NewProbe()
			m.Learn(memoryResolved("0", "mail", "quota", memoryNoon, "z"))
			ticket := memoryResolved("1", "badge reader", "The badge reader blinks.", memoryNoon, "a")
			res := *ticket.Resolution
			ticket.Resolution = &res
			tc.change(&ticket)
			m.Learn(ticket)
			at := memoryNoon.Add(24 * time.Hour)
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
	m := memory.NewProbe()
	m.Learn(memoryResolved("1", "badge reader", "The badge reader blinks.", memoryNoon, "a"))
	linked := memoryResolved("2", "badge reader", "The badge reader blinks.", memoryNoon)
	linked.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "b", By: "u_agent"}}
	m.Learn(linked)
	m.Learn(memoryResolved("3", "mail", "quota", memoryNoon, "z"))
	v := m.Votes("badge reader", "blinks", "", memoryNoon.Add(time.Hour))
	if math.Abs(v["b"]-0.6*v["a"]) > 1e-9 || v["a"] == 0 {
		t.Errorf("votes %v", v)
	}
}

func TestTallyKnowsThePastOnly(t *testing.T) {
	m := memory.NewProbe()
	for i, days := range []int{0, 60, 120, 900} {
		m.Learn(memoryResolved(fmt.Sprint(i), "badge", "reader", memoryNoon.AddDate(0, 0, -days), "a"))
	}
	m.Learn(memoryResolved("9", "badge", "reader", memoryNoon.AddDate(0, 0, -60), "b"))
	m.Drop("2")
	for _, tc := range []struct {
		at            time.Time
		links, recent float64
	}{{memoryNoon, 3, 1.5}, {memoryNoon.AddDate(0, 0, -30), 2, math.Exp2(-0.5)}, {memoryNoon.AddDate(-3, 0, 0), 0, 0}} {
		links, recent := m.Links("a", tc.at)
		if links != tc.links || math.Abs(recent-tc.recent) > 1e-9 {
			t.Errorf("at %v: %v links, %v recent, want %v, %v", tc.at, links, recent, tc.links, tc.recent)
		}
	}
}
