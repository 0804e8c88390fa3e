package passage

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// seed makes the hashes of terms: they are compared within the process only.
var seed = maphash.MakeSeed()

// Article is an article prepared for showing: its passages with the positions of their terms.
type Article struct {
	kb.Article
	passages []passage
	title    []terms.Token
	terms    []uint64 // hashes of the distinct terms of title and passages, in order
	average  float64  // terms of a passage
	cost     int
}

// passage is a passage with its terms.
type passage struct {
	text  string // valid UTF-8
	spots []spot
}

// spot is a term at its position. The term is stored as a hash, since a long article has tens
// of thousands.
type spot struct {
	hash       uint64
	start, end uint32 // bytes
}

// Read prepares an article, which is written in the language. The Markdown is not stored: what
// is shown are the passages.
func Read(a kb.Article, in terms.Language) *Article {
	a.Markdown = ""
	out := &Article{Article: a, title: terms.In(in, terms.Valid(a.Title)), cost: 1024}
	for _, t := range out.title {
		out.terms = append(out.terms, maphash.String(seed, t.Term))
	}
	total := 0
	for _, p := range a.Passages {
		r := passage{text: terms.Valid(p.Text)}
		found := terms.In(in, r.text)
		r.spots = make([]spot, len(found))
		for i, t := range found {
			h := maphash.String(seed, t.Term)
			r.spots[i] = spot{h, uint32(t.Start), uint32(t.End)}
			out.terms = append(out.terms, h)
		}
		total += len(r.spots)
		out.cost += len(r.text) + 16*len(r.spots)
		out.passages = append(out.passages, r)
	}
	slices.Sort(out.terms)
	out.terms = slices.Clone(slices.Compact(out.terms)) // without the room for repetitions
	out.cost += 8 * len(out.terms)
	out.average = max(1, float64(total)/float64(max(1, len(out.passages))))
	return out
}

// Cost returns about how many bytes the article takes up.
func (a *Article) Cost() int { return a.cost }

// Contains reports whether a term occurs in the article's title or passages.
func (a *Article) Contains(term string) bool {
	_, ok := slices.BinarySearch(a.terms, maphash.String(seed, term))
	return ok
}

// TitleWords returns the words of the article's title that the query contains too, at most
// limit of them.
func (a *Article) TitleWords(q *terms.Query, limit int) []string {
	title := terms.Valid(a.Title)
	var out []string
	end := 0
	for _, t := range a.title {
		if t.Start < end || len(out) == limit {
			continue // a part of a name that is returned whole
		}
		if slices.ContainsFunc(q.Terms, func(x terms.QueryTerm) bool { return x.Term == t.Term }) {
			word := strings.ToLower(title[t.Start:t.End])
			if !slices.Contains(out, word) {
				out = append(out, word)
			}
			end = t.End
		}
	}
	return out
}
