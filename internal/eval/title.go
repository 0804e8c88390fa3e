package eval

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// TitleReport says how well articles are found by their titles. Articles with the same
// title count as one: any of them is right.
type TitleReport struct {
	Articles int     `json:"articles"`
	Queries  int     `json:"queries"` // distinct titles
	First    float64 `json:"first"`
	Ten      float64 `json:"in_ten"`
	// Listed is how many articles a search for a title lists on average, and at most.
	Listed  float64 `json:"listed"`
	Longest int     `json:"longest"`
	// Misses are the first titles that are not first.
	Misses []string `json:"misses"`
}

// String renders the report for people.
func (r TitleReport) String() string {
	return fmt.Sprintf("%d titles of %d articles: first %.3f, among ten %.3f; %.1f articles listed on average, %d at most",
		r.Queries, r.Articles, r.First, r.Ten, r.Listed, r.Longest)
}

const maxTitleMisses = 20

// Titles searches for each title of the articles, as a reader types it.
func Titles(ctx context.Context, articles []kb.Article, progress func(done, total int)) (r TitleReport, err error) {
	s, err := newLibrary(ctx, articles)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	searched := map[string]bool{}
	first, ten, listed := 0, 0, 0
	for i, a := range articles {
		key := terms.Name(a.Title)
		if key == "" || searched[key] {
			continue
		}
		searched[key] = true
		found, err := s.Search(ctx, retrieval.Query{Text: a.Title, Visibility: retrieval.AllVisible(), Limit: 10})
		if err != nil {
			return r, fmt.Errorf("search for %q: %w", a.Title, err)
		}
		for rank, h := range found.Hits {
			if terms.Name(h.Article.Title) != key {
				continue
			}
			ten++
			if rank == 0 {
				first++
			}
			break
		}
		if (len(found.Hits) == 0 || terms.Name(found.Hits[0].Article.Title) != key) && len(r.Misses) < maxTitleMisses {
			r.Misses = append(r.Misses, a.Title)
		}
		listed += found.Total
		r.Longest = max(r.Longest, found.Total)
		if progress != nil {
			progress(i+1, len(articles))
		}
	}
	n := float64(len(searched))
	r.Articles, r.Queries = len(articles), len(searched)
	r.First, r.Ten = measure.Round(measure.Ratio(float64(first), n)), measure.Round(measure.Ratio(float64(ten), n))
	r.Listed = measure.Round(measure.Ratio(float64(listed), n))
	return r, nil
}
