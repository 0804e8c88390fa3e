package retrieval_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

var readers = map[string]kb.Visibility{"staff": staff, "requester": requester, "visitor": visitor, "nobody": {}}

// TestHiddenArticlesHaveNoInfluence compares an engine that holds hidden articles
// with one that never saw them: every answer to a reader must be the same, scores,
// totals and explanations included.
func TestHiddenArticlesHaveNoInfluence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 11))
		var all []kb.Article
		for i := range 12 {
			all = append(all, randomArticle(rng, i))
		}
		var past []desk.Ticket
		for i := range 6 {
			past = append(
				past,
				resolved(
					fmt.Sprint(1000+i), all[rng.IntN(12)].Title, randomText(rng, 8), noon.AddDate(0, 0, -1), all[rng.IntN(12)].ID,
				),
			)
		}
		name := rapid.SampledFrom([]string{"staff", "requester", "visitor", "nobody"}).Draw(rt, "reader")
		vis := readers[name]
		full, part := eval.NewSnapshot(), eval.NewSnapshot()
		for _, a := range all {
			full.PutArticles(a)
			if vis.Allows(a) {
				part.PutArticles(a)
			}
		}
		full.PutTickets(past...)
		part.PutTickets(past...)
		a, b := answers(rt, t, full, vis), answers(rt, t, part, vis)
		if diff := cmp.Diff(b, a); diff != "" {
			rt.Fatalf("%s sees a difference (-without hidden +with):\n%s", name, diff)
		}
		for _, x := range all {
			if !vis.Allows(x) && strings.Contains(a, "canary"+x.ID) {
				rt.Fatalf("%s is shown %s", name, x.ID)
			}
		}
	})
}

func randomText(rng *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[rng.IntN(len(vocabulary))]
	}
	return strings.Join(words, " ")
}

func randomArticle(rng *rand.Rand, i int) kb.Article {
	id := fmt.Sprintf("a%02d", i)
	a := article(
		id, randomText(rng, 3)+" canary"+id,
		"## Issue\n"+randomText(rng, 10)+"\n## Resolution\ncanary"+id+" "+randomText(rng, 10),
	)
	a.Audience = []access.Audience{access.Internal, access.Customer, access.AudiencePublic}[rng.IntN(3)]
	a.Confidence = []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated, kb.Validated, kb.Archived}[rng.IntN(5)]
	a.Kind = []kb.Kind{kb.Troubleshooting, kb.KnownError, kb.NoKind}[rng.IntN(3)]
	a.Service = []string{"", "mail", "Mail", "network"}[rng.IntN(4)]
	a.Locale = []string{"", "en", "en-US", "de_AT"}[rng.IntN(4)]
	return a
}

// answers returns everything that a reader can get, as text.
func answers(rt *rapid.T, t *testing.T, source *eval.Snapshot, vis kb.Visibility) string {
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: t.TempDir(), Source: source, Now: clock})
	if err != nil {
		rt.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			rt.Error(err)
		}
	}()
	if err := e.CatchUp(t.Context()); err != nil {
		rt.Fatal(err)
	}
	e.SetFloor(1e-9)
	var out []any
	keep := func(v any, err error) {
		if err != nil {
			rt.Fatal(err)
		}
		out = append(out, v)
	}
	for _, text := range []string{
		"vpn mail", "printer queue phone", "canarya03", "disk token cable fan", "pritner screeen", "canarrya05",
	} {
		keep(e.Search(t.Context(), retrieval.Query{Text: text, Visibility: vis}))
		keep(e.Search(t.Context(), retrieval.Query{Text: text, Visibility: vis, Kind: "known_error"}))
		keep(e.Search(t.Context(), retrieval.Query{Text: text, Visibility: vis, Service: "mail", Locale: "en"}))
		keep(e.Suggest(t.Context(), desk.SuggestRequest{Subject: text, Body: "badge screen", Visibility: vis}))
		keep(e.Complete(t.Context(), text[:2], vis, 0))
		keep(e.Passages(t.Context(), text, vis, []string{"a00", "a01", "a02", "a03", "a04", "a05"}, 5))
	}
	raw, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		rt.Fatal(err)
	}
	return string(raw)
}
