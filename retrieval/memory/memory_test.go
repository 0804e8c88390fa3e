package memory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/memory"
)

// TestRebuildEqualsIncrementsInAFlood: tickets of few requesters on one day come, are
// reopened, merged, withdrawn and vanish; which of a flood count must follow from what
// is left alone.
func TestRebuildEqualsIncrementsInAFlood(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		grown, last := memory.New(), map[int]desk.Ticket{}
		for range rapid.IntRange(1, 500).Draw(rt, "steps") {
			id := 1000 + rng.IntN(150)
			if rng.IntN(9) == 0 {
				delete(last, id)
				grown.Forget(fmt.Sprint(id))
				continue
			}
			x := randomTicket(rng, id)
			x.Requester = fmt.Sprintf("u_%d", rng.IntN(2))
			switch rng.IntN(12) {
			case 0:
				x.MergedInto = "7"
			case 1:
				if x.Resolution != nil {
					x.Resolution.Code = desk.Withdrawn
				}
			}
			last[id] = x
			grown.Learn(x)
		}
		var all []desk.Ticket
		for id := 1000; id < 1150; id++ {
			if x, ok := last[id]; ok {
				all = append(all, x)
			}
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		rebuilt := memory.New()
		for _, p := range memory.PrepareAll(all) {
			rebuilt.Add(p)
		}
		q, at := randomTicket(rng, 1), noon.AddDate(1, 0, 0)
		want, got := recall(rebuilt, q.Subject, q.Body(), at), recall(grown, q.Subject, q.Body(), at)
		for _, of := range []func(memory.Recalled) any{
			func(r memory.Recalled) any { return r.ResolvedIDs() },
			func(r memory.Recalled) any { return r.OpenIDs() },
			func(r memory.Recalled) any { return r.Cosines() },
		} {
			if diff := cmp.Diff(of(want), of(got)); diff != "" {
				rt.Fatalf("(-rebuilt +grown):\n%s", diff)
			}
		}
		if diff := cmp.Diff(tops(rebuilt, q.Subject, q.Body(), at), tops(grown, q.Subject, q.Body(), at)); diff != "" {
			rt.Fatalf("votes (-rebuilt +grown):\n%s", diff)
		}
	})
}

func TestFloodOfOneRequesterIsCut(t *testing.T) {
	m := memory.New()
	for i := range 200 {
		x := resolved(
			fmt.Sprint(2000+i), "Badge reader broken", "The badge reader blinks red.", noon.Add(time.Duration(i)*time.Second),
			"spam",
		)
		x.Requester = "u_flood"
		m.Learn(x)
	}
	for i := range 3 {
		x := resolved(fmt.Sprint(1000+i), "Badge reader broken", "The badge reader at the gate blinks.", noon, "good")
		x.Requester = fmt.Sprint("u_", i)
		m.Learn(x)
	}
	if n := m.Len(); n != 30+3 {
		t.Errorf("%d tickets count, want 30 of the flood and the 3 others", n)
	}
	near := recall(m, "Badge reader broken", "It blinks.", noon.AddDate(0, 0, 1)).ResolvedIDs()
	flood := 0
	for _, id := range near {
		if len(id) == 4 && id[0] == '2' {
			flood++
		}
	}
	if flood != 5 || len(near) != 8 {
		t.Errorf("%d of %d neighbours are of the flood, want 5 of 8", flood, len(near))
	}
}

// TestShortlistLosesLittle compares the neighbours with those of a comparison with
// every ticket.
func TestShortlistLosesLittle(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	zipf := rand.NewZipf(rng, 1.1, 10, 4000)
	text := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "w%dx ", zipf.Uint64())
		}
		return b.String()
	}
	m := memory.New()
	for i := range 3000 {
		m.Learn(resolved(fmt.Sprint(1000+i), text(5), text(10+rng.IntN(60)), noon, "a"))
	}
	held, all := 0, 0
	for range 50 {
		subject, body := text(5), text(10+rng.IntN(60))
		near, exact := recall(m, subject, body, noon.AddDate(1, 0, 0)).ResolvedIDs(), m.CompareAll(subject, body)
		for _, id := range exact[:20] {
			all++
			if slices.Contains(near, id) {
				held++
			}
		}
	}
	if share := float64(held) / float64(all); share < 0.95 {
		t.Errorf("%.3f of the 20 nearest are found, want .95", share)
	}
}
