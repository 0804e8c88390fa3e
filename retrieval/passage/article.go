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
	average  float64 // terms of a passage
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

// Read prepares an article.
func Read(a kb.Article) *Article {
	in := terms.LanguageOf(a)
	out := &Article{Article: a, title: terms.In(in, terms.Valid(a.Title)), cost: len(a.Markdown) + 1024}
	total := 0
	for _, p := range a.Passages {
		r := passage{text: terms.Valid(p.Text)}
		for _, t := range terms.In(in, r.text) {
			r.spots = append(r.spots, spot{maphash.String(seed, t.Term), uint32(t.Start), uint32(t.End)})
		}
		total += len(r.spots)
		out.cost += len(r.text) + 16*len(r.spots)
		out.passages = append(out.passages, r)
	}
	out.average = max(1, float64(total)/float64(max(1, len(out.passages))))
	return out
}

// Cost returns about how many bytes the article takes up.
func (a *Article) Cost() int { return a.cost }

// Contains reports whether a term occurs in the article's title or passages.
func (a *Article) Contains(term string) bool {
	if slices.ContainsFunc(a.title, func(t terms.Token) bool { return t.Term == term }) {
		return true
	}
	h := maphash.String(seed, term)
	for _, p := range a.passages {
		if slices.ContainsFunc(p.spots, func(s spot) bool { return s.hash == h }) {
			return true
		}
	}
	return false
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
