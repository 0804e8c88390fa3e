package retrieval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/deskbook/deskbook/retrieval/terms"
)

// maxFacetValues is how many values of a facet are listed; those of the most articles are.
const maxFacetValues = 50

// Facets count what a search lists, by what it can be narrowed to.
type Facets struct {
	Kind    Facet `json:"kind"`
	Service Facet `json:"service"`
	Locale  Facet `json:"locale"` // by language: "de" counts "de-AT" too
}

// Facet counts the articles that a search would list if it were not narrowed by this facet:
// other narrowings hold. A search narrowed to a value lists as many articles as are counted
// here.
type Facet struct {
	Total  int          `json:"total"`
	Values []FacetValue `json:"values"` // of most articles first, at most 50
}

// FacetValue is a value with the number of articles that have it.
type FacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// facetFields are the fields that are counted, in the order of Facets.
var facetFields = [...]string{fieldKind, fieldService, fieldLocale}

type perFacet[T any] [len(facetFields)]T

// columns hold the values of a segment's documents. They are read when they are first needed.
type columns struct {
	once sync.Once
	of   perFacet[column]
	err  error
}

// column holds the number of each document's value; 0 is none.
type column struct {
	values []string
	of     []uint32
}

// facets returns the segment's columns.
func (s *segView) facets() (*perFacet[column], error) {
	s.columns.once.Do(func() {
		for i, field := range facetFields {
			if s.columns.of[i], s.columns.err = s.readColumn(field); s.columns.err != nil {
				return
			}
		}
	})
	return &s.columns.of, s.columns.err
}

func (s *segView) readColumn(field string) (column, error) {
	c := column{values: []string{""}, of: make([]uint32, len(s.metas))}
	dict, err := s.seg.Dictionary(field)
	if err != nil {
		return c, fmt.Errorf("read values of %s: %w: %w", field, errDamaged, err)
	}
	for it := dict.AutomatonIterator(nil, nil, nil); ; {
		entry, err := it.Next()
		if err != nil {
			return c, fmt.Errorf("read values of %s: %w: %w", field, errDamaged, err)
		}
		if entry == nil {
			return c, nil
		}
		if entry.Term == "" || field == fieldLocale && strings.ContainsAny(entry.Term, "-_") {
			continue // none; or a region, whose language is a value, too
		}
		list, err := s.decode(field, entry.Term)
		if err != nil {
			return c, err
		}
		for _, p := range list {
			c.of[p.Doc] = uint32(len(c.values))
		}
		c.values = append(c.values, strings.Clone(entry.Term))
	}
}

// tally counts the documents that a search lists, and says which of them are within what the
// search is narrowed to. Its cost is that of the documents that it is shown.
type tally struct {
	segs       []segTally
	known      map[int]bool // documents that add counted, and whether they are within all narrowings
	total      int          // within all narrowings
	unnarrowed int
	without    perFacet[int] // within all narrowings but this one
}

type segTally struct {
	base    int
	columns *perFacet[column]
	within  perFacet[*roaring.Bitmap] // nil where the search is not narrowed
	counts  perFacet[[]int]           // by number of the value
}

// newTally returns a tally for a search that is narrowed to these values; "" is all.
func (v *view) newTally(values perFacet[string]) (*tally, error) {
	t := &tally{segs: make([]segTally, len(v.segs)), known: map[int]bool{}}
	for n, s := range v.segs {
		columns, err := s.facets()
		if err != nil {
			return nil, err
		}
		t.segs[n] = segTally{base: s.base, columns: columns}
		for i, field := range facetFields {
			t.segs[n].counts[i] = make([]int, len(columns[i].values))
			value := terms.NormalizeKeyword(values[i])
			if value == "" {
				continue
			}
			if t.segs[n].within[i], err = s.with(field, value); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// add counts candidates whatever count is shown later, and returns those within all
// narrowings.
func (t *tally) add(list []candidate) []candidate {
	var within []candidate
	for _, c := range list {
		ok := t.count(c.doc)
		t.known[c.doc] = ok
		if ok {
			within = append(within, c)
		}
	}
	return within
}

// count counts a document and reports whether it is within all narrowings.
func (t *tally) count(doc int) bool {
	if within, ok := t.known[doc]; ok {
		return within
	}
	n := len(t.segs) - 1
	for t.segs[n].base > doc {
		n--
	}
	s := &t.segs[n]
	doc -= s.base
	t.unnarrowed++
	outside, last := 0, 0
	for i, b := range s.within {
		if b != nil && !b.Contains(uint32(doc)) {
			outside++
			last = i
		}
	}
	for i := range facetFields {
		if outside == 0 || outside == 1 && last == i {
			t.without[i]++
			s.counts[i][s.columns[i].of[doc]]++
		}
	}
	if outside == 0 {
		t.total++
	}
	return outside == 0
}

// facets returns what was counted.
func (t *tally) facets() Facets {
	var out perFacet[Facet]
	for i := range facetFields {
		counts := map[string]int{}
		for _, s := range t.segs {
			for n, count := range s.counts[i] {
				if n > 0 && count > 0 {
					counts[s.columns[i].values[n]] += count
				}
			}
		}
		out[i] = Facet{Total: t.without[i], Values: make([]FacetValue, 0, len(counts))}
		for value, count := range counts {
			out[i].Values = append(out[i].Values, FacetValue{value, count})
		}
		slices.SortFunc(out[i].Values, func(a, b FacetValue) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		out[i].Values = out[i].Values[:min(len(out[i].Values), maxFacetValues)]
	}
	return Facets{Kind: out[0], Service: out[1], Locale: out[2]}
}
