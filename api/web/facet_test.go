package web_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/retrieval"
)

// TestSearchFilters: a page of results links to what they can be narrowed to, names what
// they are narrowed to, and says which filter to remove where nothing is left.
func TestSearchFilters(t *testing.T) {
	s := newSite(t)
	s.find.results.Unnarrowed = 40
	s.find.results.Facets = retrieval.Facets{
		Kind: retrieval.Facet{
			Total: 12, Values: []retrieval.FacetValue{{Value: "howto", Count: 9}, {Value: "faq", Count: 3}},
		},
		Service: retrieval.Facet{
			Total: 30, Values: []retrieval.FacetValue{{Value: "vpn", Count: 12}, {Value: hostile, Count: 1}},
		},
		Locale: retrieval.Facet{Total: 12, Values: []retrieval.FacetValue{{Value: "de", Count: 12}}},
	}
	rec := s.get(visitor, "/search?q=vpn+drops&service=VPN&after=c2&back=")
	if q := s.find.query; q.Service != "VPN" || q.Kind != "" || q.Locale != "" {
		t.Errorf("searched with %+v", q)
	}
	s.shows(rec, 200, "12 of 40 articles", "How-to 9 articles", "FAQ 3 articles", hostile+" 1 article")
	s.lacks(rec, "German", "answer-h") // which would not change anything
	links := map[string]string{}
	walk(parse(t, rec.Body.String()), func(n *html.Node) {
		if href, ok := attr(n, "href"); ok && n.Data == "a" {
			links[href] = strings.Join(strings.Fields(inner(n)), " ")
		}
	})
	for href, want := range map[string]string{
		"/search?kind=howto&q=vpn+drops&service=VPN":              "How-to 9 articles",
		"/search?q=vpn+drops&service=" + url.QueryEscape(hostile): hostile + " 1 article",
		"/search?q=vpn+drops":                                     "vpn 12 articles, remove the filter",
		"/search?after=c2&back=&back=c2&q=vpn+drops&service=VPN":  "Next →",
		"/search?q=vpn+drops&service=VPN":                         "← Previous",
	} {
		if links[href] != want {
			t.Errorf("%s is %q, want %q", href, links[href], want)
		}
	}

	s.find.results = retrieval.Results{Unnarrowed: 40, Facets: retrieval.Facets{
		Kind: retrieval.Facet{}, Locale: retrieval.Facet{Total: 7},
	}}
	none := s.get(visitor, "/search?q=vpn&kind="+url.QueryEscape(hostile)+"&locale=de-at")
	s.shows(none, 200, "Nothing found for “ vpn ” with these filters", "Language: Austrian German ✕",
		"Remove Language: Austrian German (7 articles)", "Remove all filters (40 articles)", hostile)
	s.lacks(none, "Remove Kind: ")
}
