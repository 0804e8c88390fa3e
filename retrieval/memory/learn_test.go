package memory_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/memory"
)

func randomTicket(rng *rand.Rand, id int) desk.Ticket {
	text := func(n int) (s string) {
		for range n {
			s += vocabulary[rng.IntN(len(vocabulary))] + " "
		}
		return s
	}
	t := resolved(
		fmt.Sprint(id), text(3), text(12), noon.Add(time.Duration(id)*time.Minute), fmt.Sprintf("a%d", rng.IntN(5)),
	)
	if rng.IntN(6) == 0 {
		t.Status, t.Resolution = desk.Open, nil
	}
	return t
}

// TestRebuildEqualsIncrements: what is remembered depends on the tickets as they are,
// to the last bit, not on the way there.
func TestRebuildEqualsIncrements(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 7))
		steps := rapid.IntRange(1, 400).Draw(rt, "steps")
		grown, last := memory.New(), map[int]desk.Ticket{}
		for range steps {
			id := 1000 + rng.IntN(60)
			last[id] = randomTicket(rng, id)
			grown.Learn(last[id])
		}
		rebuilt := memory.New()
		for id := 1000; id < 1060; id++ {
			if x, ok := last[id]; ok {
				rebuilt.Learn(x)
			}
		}
		q := randomTicket(rng, 1)
		at := noon.AddDate(1, 0, 0)
		if diff := cmp.Diff(tops(rebuilt, q.Subject, q.Body(), at), tops(grown, q.Subject, q.Body(), at)); diff != "" {
			rt.Fatalf("votes (-rebuilt +grown):\n%s", diff)
		}
		want, got := recall(rebuilt, q.Subject, q.Body(), at), recall(grown, q.Subject, q.Body(), at)
		if diff := cmp.Diff(want.Cosines(), got.Cosines()); diff != "" {
			rt.Fatalf("cosines (-rebuilt +grown):\n%s", diff)
		}
	})
}

// TestMemoryIsTheFormula repeats the cosine of two tickets by hand.
func TestMemoryIsTheFormula(t *testing.T) {
	m := memory.New()
	m.Learn(resolved("1", "vpn", "tunnel vpn", noon, "a"))
	m.Learn(resolved("2", "mail", "vpn quota", noon, "b"))
	// v = title+text+title with pairs inside each part.
	one := map[string]float64{"vpn": 3, "tunnel": 1, "tunnel vpn": 1}
	two := map[string]float64{"mail": 2, "vpn": 1, "quota": 1, "vpn quota": 1}
	ask := map[string]float64{"vpn": 2, "tunnel": 1, "novel": 1, "tunnel novel": 1}
	df := map[string]float64{}
	for _, v := range []map[string]float64{one, two} {
		for w := range v {
			df[w]++
		}
	}
	weigh := func(v map[string]float64) map[string]float64 {
		out := map[string]float64{}
		for w, tf := range v {
			out[w] = (1 + math.Log(tf)) * math.Log(3/math.Max(1, df[w]))
		}
		return out
	}
	cosine := func(a, b map[string]float64) float64 {
		var dot, x, y float64
		for w := range a {
			dot += a[w] * b[w]
			x += a[w] * a[w]
		}
		for w := range b {
			y += b[w] * b[w]
		}
		return dot / math.Sqrt(x*y)
	}
	want := map[string]float64{"a": cosine(weigh(ask), weigh(one)), "b": cosine(weigh(ask), weigh(two))}
	got := tops(m, "vpn", "tunnel novel", noon.Add(time.Second))
	for id, w := range want {
		if math.Abs(got[id]-w) > 1e-6 {
			t.Errorf("mem(%s) = %v, want %v", id, got[id], w)
		}
	}
}

func TestThreeHighestCosinesCount(t *testing.T) {
	m := memory.New()
	for i := range 5 {
		m.Learn(resolved(fmt.Sprint(i), "badge", "badge reader", noon, "a"))
	}
	m.Learn(resolved("9", "mail", "quota", noon, "b"))
	got := tops(m, "badge", "badge reader", noon.Add(time.Second))["a"]
	if math.Abs(got-3) > 1e-6 {
		t.Errorf("mem = %v, want 3 equal tickets at 1 each", got)
	}
}

func TestWhatTeaches(t *testing.T) {
	base := resolved("1", "badge reader", "The badge reader blinks.", noon, "a")
	for _, tc := range []struct {
		name   string
		change func(*desk.Ticket)
		want   []string
	}{
		{"resolved with an article", func(*desk.Ticket) {}, []string{"a"}},
		{"closed", func(t *desk.Ticket) { t.Status = desk.Closed }, []string{"a"}},
		{"reopened", func(t *desk.Ticket) { t.Status, t.Resolution = desk.Open, nil }, nil},
		{"withdrawn", func(t *desk.Ticket) { t.Resolution.Code = desk.Withdrawn }, nil},
		{"merged", func(t *desk.Ticket) { t.MergedInto = "2" }, nil},
		{"linked, none applied", func(t *desk.Ticket) {
			t.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "b"}, {Kind: desk.ProblemLink, Target: "p"}}
		}, []string{"b"}},
		{"applied beats linked", func(t *desk.Ticket) {
			t.Links = append(t.Links, desk.Link{Kind: desk.ArticleLink, Target: "b"})
		}, []string{"a"}},
		{
			"decided later",
			func(t *desk.Ticket) { t.Links, t.Knowledge = nil, &desk.Knowledge{Decision: "link", Article: "c"} },
			[]string{"c"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := memory.New()
			m.Learn(resolved("0", "mail", "quota", noon, "z"))
			m.Learn(base) // what it was before
			ticket := base
			res := *base.Resolution
			ticket.Resolution = &res
			tc.change(&ticket)
			m.Learn(ticket)
			var got []string
			for id := range tops(m, "badge reader", "blinks", noon.Add(time.Second)) {
				got = append(got, id)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
