package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/measure"
)

// SearchReport says where lists of results end: how long they are, and how many of the right
// articles are on them.
type SearchReport struct {
	Queries int `json:"queries"`
	// Listed is how many articles a search lists on average; nine in ten list at most Ninth.
	Listed float64 `json:"listed"`
	Ninth  int     `json:"ninth_decile"`
	// Kept is the share of the right articles that are among the first searchDepth listed.
	Kept float64 `json:"kept"`
	Ten  float64 `json:"in_ten"`
}

// searchDepth is how far a list is read.
const searchDepth = 50

// String renders the report for people.
func (r SearchReport) String() string {
	return fmt.Sprintf("%d searches: %.1f articles listed on average, %d or fewer by nine in ten; "+
		"of the right articles %.3f are listed, %.3f among ten", r.Queries, r.Listed, r.Ninth, r.Kept, r.Ten)
}

// Searches searches for the titles of the judged queries of a set, as somebody types them who
// does not know the article.
func Searches(ctx context.Context, set *Set, progress func(done, total int)) (r SearchReport, err error) {
	s, err := newLibrary(ctx, set.Articles)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var lengths []int
	right, kept, ten := 0, 0, 0
	for i, q := range set.Queries {
		judged := set.Judged[q.ID]
		if q.Title == "" || len(judged) == 0 {
			continue
		}
		found, err := s.Search(ctx, retrieval.Query{
			Text: q.Title, Visibility: retrieval.AllVisible(), Limit: searchDepth,
		})
		if err != nil {
			return r, fmt.Errorf("search for %q: %w", q.Title, err)
		}
		lengths, right = append(lengths, found.Total), right+len(judged)
		for rank, h := range found.Hits {
			if judged[h.Article.ID] == 0 {
				continue
			}
			kept++
			if rank < 10 {
				ten++
			}
		}
		if progress != nil {
			progress(i+1, len(set.Queries))
		}
	}
	slices.Sort(lengths)
	r.Queries = len(lengths)
	if r.Queries == 0 {
		return r, nil
	}
	sum := 0
	for _, n := range lengths {
		sum += n
	}
	r.Listed, r.Ninth = measure.Round(float64(sum)/float64(r.Queries)), lengths[r.Queries*9/10]
	r.Kept = measure.Round(measure.Ratio(float64(kept), float64(right)))
	r.Ten = measure.Round(measure.Ratio(float64(ten), float64(right)))
	return r, nil
}
