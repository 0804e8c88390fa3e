package search

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/retrieval"
)

// maxValue is how many runes of a value in an address are read: no article has a longer one.
const maxValue = 200

// The facets, in the order of the page.
const (
	kindFacet = iota
	serviceFacet
	languageFacet
	facetCount
)

// facetNames are the parameters of the facets and their labels.
var facetNames = [facetCount]struct{ param, label string }{
	{"kind", "Kind"}, {"service", "Service"}, {"locale", "Language"},
}

// Facet is a list of values that the results can be narrowed to.
type Facet struct {
	Label  string
	Values []Choice
}

// Choice is a value of a facet.
type Choice struct {
	Label   string
	Count   int    // how many results it leaves
	URL     string // the search narrowed to it, or without this narrowing if it is the current one
	Current bool
}

// Narrowing is a value that the results are narrowed to.
type Narrowing struct {
	Facet, Label string
	Param, Value string
	URL          string // the search without it
	Without      int    // how many results it has then
}

// request is what the address of the page asks for.
type request struct {
	text     string
	narrowed [facetCount]string
}

func requested(c echo.Context) request {
	r := request{text: shorten(strings.TrimSpace(c.QueryParam("q")))}
	for i, f := range facetNames {
		r.narrowed[i] = shortenTo(maxValue, strings.TrimSpace(c.QueryParam(f.param)))
	}
	return r
}

// url returns the address of the first page of results.
func (r request) url() string {
	q := url.Values{"q": {r.text}}
	for i, f := range facetNames {
		if r.narrowed[i] != "" {
			q.Set(f.param, r.narrowed[i])
		}
	}
	return "/search?" + q.Encode()
}

// about returns the request with other words.
func (r request) about(text string) request { return request{text, r.narrowed} }

// widest returns the request without narrowings.
func (r request) widest() request { return request{text: r.text} }

// to returns the request narrowed to a value of a facet, "" for all.
func (r request) to(facet int, value string) request {
	r.narrowed[facet] = value
	return r
}

// narrowings lists what the results are narrowed to.
func (r request) narrowings(found retrieval.Facets, m *model.Service) []Narrowing {
	var out []Narrowing
	for i, f := range inOrder(found) {
		if value := r.narrowed[i]; value != "" {
			out = append(out, Narrowing{
				Facet: facetNames[i].label, Label: valueLabel(i, value, m), Param: facetNames[i].param, Value: value,
				URL: r.to(i, "").url(), Without: f.Total,
			})
		}
	}
	return out
}

// facets lists what the results can be narrowed to, without facets that leave them as they
// are.
func (r request) facets(found retrieval.Results, m *model.Service) []Facet {
	var out []Facet
	for i, f := range inOrder(found.Facets) {
		if len(f.Values) == 0 || len(f.Values) == 1 && f.Values[0].Count == f.Total && r.narrowed[i] == "" {
			continue
		}
		facet := Facet{Label: facetNames[i].label}
		for _, v := range f.Values {
			c := Choice{Label: valueLabel(i, v.Value, m), Count: v.Count, URL: r.to(i, v.Value).url()}
			if strings.EqualFold(v.Value, r.narrowed[i]) {
				c.Current, c.URL = true, r.to(i, "").url()
			}
			facet.Values = append(facet.Values, c)
		}
		out = append(out, facet)
	}
	return out
}

func inOrder(f retrieval.Facets) [facetCount]retrieval.Facet {
	return [facetCount]retrieval.Facet{kindFacet: f.Kind, serviceFacet: f.Service, languageFacet: f.Locale}
}

// valueLabel returns how the page names a value: services by their title, languages by their
// English name.
func valueLabel(facet int, value string, m *model.Service) string {
	switch facet {
	case kindFacet:
		return layout.Words(value)
	case serviceFacet:
		for _, s := range m.Services {
			if strings.EqualFold(s.Name, value) {
				return s.Title
			}
		}
	case languageFacet:
		if tag, err := language.Parse(value); err == nil {
			if name := display.English.Tags().Name(tag); name != "" {
				return name
			}
		}
	}
	return value
}
