package retrieval_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// TestFacetsCountWhatIsListed: whatever a search is narrowed to, each facet counts, by value,
// the articles that the reader is listed when the search is narrowed to that value instead.
func TestFacetsCountWhatIsListed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 12))
		all := make([]kb.Article, 30)
		for i := range all {
			all[i] = randomArticle(rng, i)
		}
		e := open(t, withArticles(all...))
		q := retrieval.Query{
			Text:       rapid.SampledFrom([]string{"vpn", "vpn mail", "printer queue phone", all[0].Title}).Draw(rt, "text"),
			Visibility: readers[rapid.SampledFrom([]string{"staff", "requester", "visitor", "nobody"}).Draw(rt, "reader")],
			Kind:       rapid.SampledFrom([]string{"", "known_error"}).Draw(rt, "kind"),
			Service:    rapid.SampledFrom([]string{"", "Mail", "network"}).Draw(rt, "service"),
			Locale:     rapid.SampledFrom([]string{"", "de", "en", "en-us"}).Draw(rt, "locale"),
		}
		got := listed(rt, t, e, q)
		for _, f := range []struct {
			facet  retrieval.Facet
			narrow func(q *retrieval.Query, value string)
			value  func(a kb.Article) string
		}{
			{
				got.Facets.Kind, func(q *retrieval.Query, v string) { q.Kind = v },
				func(a kb.Article) string { return string(a.Kind) },
			},
			{
				got.Facets.Service, func(q *retrieval.Query, v string) { q.Service = v },
				func(a kb.Article) string { return strings.ToLower(a.Service) },
			},
			{
				got.Facets.Locale, func(q *retrieval.Query, v string) { q.Locale = v },
				func(a kb.Article) string { return strings.ToLower(a.Locale[:min(2, len(a.Locale))]) },
			},
		} {
			free := q
			f.narrow(&free, "")
			open := listed(rt, t, e, free)
			want := map[string]int{}
			for _, h := range open.Hits {
				if v := f.value(byID(all, h.Article.ID)); v != "" {
					want[v]++
				}
			}
			counted := map[string]int{}
			for _, v := range f.facet.Values {
				counted[v.Value] = v.Count
				one := q
				f.narrow(&one, v.Value)
				if n := listed(rt, t, e, one).Total; n != v.Count {
					rt.Errorf("%s is counted %d times, and %d articles are listed", v.Value, v.Count, n)
				}
			}
			if diff := cmp.Diff(want, counted); diff != "" || f.facet.Total != open.Total {
				rt.Errorf("%d of %d articles (-listed +counted):\n%s", f.facet.Total, open.Total, diff)
			}
		}
		q.Kind, q.Service, q.Locale = "", "", ""
		if n := listed(rt, t, e, q).Total; n != got.Unnarrowed {
			rt.Errorf("%d articles without narrowing, reported as %d", n, got.Unnarrowed)
		}
	})
}

// listed returns everything that a search lists, and checks that it is visible and as many as
// it says.
func listed(rt *rapid.T, t *testing.T, e *retrieval.Engine, q retrieval.Query) retrieval.Results {
	q.Limit = 50
	got, err := e.Search(t.Context(), q)
	if err != nil {
		rt.Fatal(err)
	}
	if got.Total != len(got.Hits) {
		rt.Errorf("%d hits, total %d", len(got.Hits), got.Total)
	}
	return got
}

func byID(all []kb.Article, id string) kb.Article {
	for _, a := range all {
		if a.ID == id {
			return a
		}
	}
	return kb.Article{}
}

// TestHostileFacetValues: nothing is listed for them, and every other value still can be
// chosen.
func TestHostileFacetValues(t *testing.T) {
	e, _ := library(t)
	all := search(t, e, "vpn", visitor)
	for _, value := range []string{
		"<script>alert(1)</script>", "*", "' OR 1=1 --", "\x00", "\xff\xfe", "😀", strings.Repeat("x", 1<<20), "-", "_",
	} {
		for n, q := range []retrieval.Query{{Kind: value}, {Service: value}, {Locale: value}} {
			t.Run(fmt.Sprintf("%d %.10q", n, value), func(t *testing.T) {
				q.Text, q.Visibility = "vpn", visitor
				got, err := e.Search(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if got.Total != 0 || len(got.Hits) != 0 || got.Unnarrowed != all.Total {
					t.Errorf("%d hits, %d of %d", len(got.Hits), got.Total, got.Unnarrowed)
				}
				facets := []retrieval.Facet{got.Facets.Kind, got.Facets.Service, got.Facets.Locale}
				if facets[n].Total != all.Total || facets[(n+1)%3].Total != 0 {
					t.Errorf("facets %+v", facets)
				}
			})
		}
	}
}

// TestFacetOfUnnamedLanguage: an article that names no language counts by its words, where
// they show one.
func TestFacetOfUnnamedLanguage(t *testing.T) {
	german := article("a", "Drucker", "Der Drucker ist nicht bereit, und die Warteschlange ist für das Gerät leer.")
	english := article("b", "Drucker (printer)", "The printer is not ready, and there are no jobs in the queue.")
	unclear := article("c", "Drucker X-200", "X-200, X-210.")
	austrian := article("d", "Drucker und Papierstau", "X-200")
	austrian.Locale = "de_AT"
	e := open(t, withArticles(german, english, unclear, austrian))
	got := search(t, e, "drucker", visitor)
	want := retrieval.Facet{Total: 4, Values: []retrieval.FacetValue{{Value: "de", Count: 2}, {Value: "en", Count: 1}}}
	if diff := cmp.Diff(want, got.Facets.Locale); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestFacetsOfManyValues lists the values of the most articles.
func TestFacetsOfManyValues(t *testing.T) {
	var all []kb.Article
	for i := range 120 {
		a := article(fmt.Sprintf("a%03d", i), "VPN", "vpn")
		a.Service = fmt.Sprintf("service %d", i%60)
		if i%60 == 59 || i >= 100 {
			a.Service = "common"
		}
		all = append(all, a)
	}
	got := search(t, open(t, withArticles(all...)), "vpn", visitor).Facets.Service
	if len(got.Values) != 50 || got.Total != 120 {
		t.Fatalf("%d values of %d articles", len(got.Values), got.Total)
	}
	if diff := cmp.Diff(retrieval.FacetValue{Value: "common", Count: 21}, got.Values[0]); diff != "" {
		t.Errorf("the most common value (-want +got):\n%s", diff)
	}
}
