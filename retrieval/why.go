package retrieval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	wordsShown    = 4
	oftenUsed     = 3 // resolved tickets from which an explanation mentions them
	unhelpfulFrom = 0.2
)

// explain says in plain words why an article is among the hits.
func explain(q *terms.Query, idf []float64, a *passage.Article, c candidate) []string {
	why := []string{}
	if c.named {
		why = append(why, "the title is what was searched for")
	}
	switch n := c.vote.Tickets; {
	case n == 1:
		why = append(why, "1 similar resolved ticket was resolved with this")
	case n > 1:
		why = append(why, fmt.Sprintf("%d similar resolved tickets were resolved with this", n))
	case c.vote.Sum > 0 && c.links >= oftenUsed:
		why = append(why, fmt.Sprintf("resolved %.0f tickets before, some in similar words", c.links))
	}
	if c.vote.Against >= memory.SimilarFrom {
		why = append(why, "did not help with a similar ticket")
	}
	shown := 0
	for _, s := range q.Signatures {
		if shown < memory.SignaturesShown && a.Contains(s.Term) {
			why = append(why, "matches error "+s.Text)
			shown++
		}
	}
	if words := a.TitleWords(q, wordsShown); len(words) > 0 {
		why = append(why, "title matches: "+strings.Join(words, ", "))
	} else if words := heaviest(q, idf, a); len(words) > 0 {
		why = append(why, "text matches: "+strings.Join(words, ", "))
	}
	if c.meta.unhelpfulness() >= unhelpfulFrom {
		all := c.meta.DidNot + c.meta.Helped
		why = append(why, fmt.Sprintf("%d of %d readers say that it did not help", c.meta.DidNot, all))
	}
	if c.overdue {
		why = append(why, "its review is overdue")
	}
	return why
}

// heaviest returns the words of the query with the most weight that the article contains.
func heaviest(q *terms.Query, idf []float64, a *passage.Article) []string {
	type weighed struct {
		word   string
		weight float64
	}
	var all []weighed
	for i, t := range q.Terms {
		all = append(all, weighed{t.Term, t.Weight * idf[i]})
	}
	slices.SortStableFunc(all, func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	var out []string
	for _, w := range all[:min(len(all), 60)] {
		if len(out) == wordsShown {
			break
		}
		if a.Contains(w.word) {
			i := slices.IndexFunc(q.Terms, func(t terms.QueryTerm) bool { return t.Term == w.word })
			out = append(out, strings.ToLower(q.Terms[i].Text))
		}
	}
	return out
}
