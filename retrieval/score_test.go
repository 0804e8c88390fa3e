package retrieval_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// bruteForce computes S as it is defined for few articles, from the terms of the
// articles themselves.
func bruteForce(articles []kb.Article, subject, body string) map[string]float64 {
	n := float64(len(articles))
	counts := map[string]float64{}
	for _, text := range []string{subject, subject, body} {
		for _, w := range terms.Of(text) {
			counts[w.Term]++
		}
	}
	scores := map[string]float64{}
	for field := range retrieval.Fields {
		weight, k1, b := retrieval.FieldSetting(field)
		holds, lengths, total := map[string]map[string]float64{}, map[string]float64{}, 0.0
		for _, a := range articles {
			holds[a.ID] = map[string]float64{}
			for _, w := range terms.Of(retrieval.FieldText(a, field)) {
				holds[a.ID][w.Term]++
				lengths[a.ID]++
				total++
			}
		}
		average := math.Max(1, total/n)
		for w, c := range counts {
			df := 0.0
			for _, h := range holds {
				if h[w] > 0 {
					df++
				}
			}
			for id, h := range holds {
				if tf := h[w]; tf > 0 {
					idf := math.Log(1 + (n-df+.5)/(df+.5))
					scores[id] += weight * math.Pow(c, terms.QueryPower) * idf * tf * (k1 + 1) / (tf + k1*(1-b+b*lengths[id]/average))
				}
			}
		}
	}
	return scores
}

func TestTextScoreIsTheFormula(t *testing.T) {
	e, source := library(t)
	// A second segment, a deletion and a changed article: figures must not depend on the layout.
	changed := article(
		"printer-queue", "Print jobs stay in the queue", "The queue is stuck. Restart the spooler and print again.",
	)
	changed.Revision = 2
	source.PutArticles(
		changed, article("fresh", "Fresh page on print jobs", "A printer that prints blank pages needs toner."),
	)
	source.RemoveArticle("laptop-slow")
	follow(t, e)
	for _, vis := range map[string]kb.Visibility{"staff": staff, "requester": requester, "visitor": visitor} {
		var seen []kb.Article
		for _, a := range shelf(t) {
			if vis.Allows(a) && a.ID != "laptop-slow" && a.ID != "printer-queue" {
				seen = append(seen, a)
			}
		}
		seen = append(
			seen, changed, article("fresh", "Fresh page on print jobs", "A printer that prints blank pages needs toner."),
		)
		subject, body := "VPN and printer: print jobs", "My vpn does not connect. The printer queue is full, the queue "+
			"stays full. Error 0x80070643, add-on, vpn!"
		want := bruteForce(seen, subject, body)
		got, err := e.TextScores(t.Context(), subject, body, vis)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("scored %d articles, want %d", len(got), len(want))
		}
		for id, w := range want {
			if math.Abs(got[id]-w) > 1e-5*math.Max(1, w) {
				t.Errorf("S(%s) = %v, want %v", id, got[id], w)
			}
		}
	}
}

// TestScoresFollowTheDocuments compares scores and rankings with the formula while articles are
// added, changed and removed, so that segments are merged and vanish.
func TestScoresFollowTheDocuments(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(vocabulary[min(rng.IntN(len(vocabulary)), rng.IntN(len(vocabulary)))] + " ")
		}
		return b.String()
	}
	source, held := eval.NewSnapshot(), map[string]kb.Article{}
	e := open(t, source)
	for step := range 60 {
		for range 1 + rng.IntN(3) {
			id := fmt.Sprintf("a%02d", rng.IntN(40))
			if _, ok := held[id]; ok && rng.IntN(4) == 0 {
				source.RemoveArticle(id)
				delete(held, id)
				continue
			}
			a := article(id, text(1+rng.IntN(4)), text(5+rng.IntN(90)))
			a.Revision = held[id].Revision + 1
			held[id] = a
			source.PutArticles(a)
		}
		follow(t, e)
		var all []kb.Article
		for _, a := range held {
			all = append(all, a)
		}
		subject, body := text(2), text(10)
		want := bruteForce(all, subject, body)
		got, err := e.TextScores(t.Context(), subject, body, visitor)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-5, 0)); diff != "" {
			t.Fatalf("step %d: %s", step, diff)
		}
		best, err := e.RankText(t.Context(), subject, body, visitor, 5)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range best {
			for id, s := range want {
				if s > want[r.ID]*(1+1e-5) && !slices.ContainsFunc(best[:i], func(x retrieval.Ranked) bool { return x.ID == id }) {
					t.Fatalf("step %d: %s is at place %d, before %s", step, r.ID, i+1, id)
				}
			}
		}
	}
	mustVerify(t, e)
}
