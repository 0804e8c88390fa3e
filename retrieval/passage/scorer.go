package passage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// The settings of BM25 for passages.
const (
	k1 = 1.2
	b  = 0.5
)

// Scorer rates passages by a query. It is for one goroutine at a time.
type Scorer struct {
	wanted []wanted // the query's distinct terms, in order of their hashes
	all    float64  // the weight of all of them

	// Of the article read last:
	rated []rating // its passages
	found []found  // terms that it contains
	spots []spot
}

// wanted is a term of the query.
type wanted struct {
	hash   uint32
	weight float64
}

// found is where an article contains a term of the query.
type found struct {
	term        int // its place in wanted
	occurrences []byte
}

// rating says how relevant a passage is to the query.
type rating struct {
	norm  float64 // of its length
	score float64
	share float64 // of the query's weight that it contains
}

// NewScorer returns a scorer for the query, given the inverse document frequency of each of its
// terms.
func NewScorer(q *terms.Query, idf []float64) *Scorer {
	s := &Scorer{wanted: make([]wanted, len(q.Terms))}
	for i, t := range q.Terms {
		s.wanted[i] = wanted{hashOf(t.Term), t.Weight * idf[i]}
	}
	slices.SortStableFunc(s.wanted, func(a, b wanted) int { return cmp.Compare(a.hash, b.hash) })
	s.wanted = slices.CompactFunc(s.wanted, func(a, b wanted) bool { return a.hash == b.hash })
	for _, x := range s.wanted {
		s.all += x.weight
	}
	return s
}

// rate rates the passages of an article.
func (s *Scorer) rate(a *Article) []rating {
	s.rated, s.found = s.rated[:0], s.found[:0]
	for _, p := range a.passages {
		s.rated = append(s.rated, rating{norm: k1 * (1 - b + b*float64(p.terms)/a.average)})
	}
	table, next := reader{rest: a.table}, 0
	for i := 0; i < len(a.hashes)/hashBytes && next < len(s.wanted); i++ {
		h, own := a.hash(i), table.text()
		for next < len(s.wanted) && s.wanted[next].hash < h {
			next++
		}
		if next < len(s.wanted) && s.wanted[next].hash == h {
			s.found = append(s.found, found{next, own})
			s.add(s.wanted[next].weight, own)
		}
	}
	return s.rated
}

// add adds a term to the ratings of the passages that contain it.
func (s *Scorer) add(weight float64, occurrences []byte) {
	visit(occurrences, func(passage, count int, r *reader) {
		r.skip(2 * count)
		if passage < len(s.rated) {
			x, n := &s.rated[passage], float64(count)
			x.share += weight
			x.score += weight * n * (k1 + 1) / (n + x.norm)
		}
	})
}

// visit visits the passages in which a term occurs; see must read its positions.
func visit(occurrences []byte, see func(passage, count int, r *reader)) {
	r := &reader{rest: occurrences}
	for passage := 0; len(r.rest) > 0; passage++ {
		passage += r.number()
		count := r.number()
		if r.bad || count > len(r.rest) {
			return
		}
		see(passage, count, r)
	}
}

// best returns the index of the passage that is most relevant to the query: the first of
// equals, and the first with text when none holds a word of the query.
func (s *Scorer) best(a *Article) int {
	at, high := -1, 0.0
	for i, r := range s.rate(a) {
		if r.score > high || at < 0 && len(a.passages[i].text) > 0 {
			at, high = i, r.score
		}
	}
	return at
}

// Excerpt returns the most relevant passage of an article as it is shown: a window around its
// best part, and the words that match.
func (s *Scorer) Excerpt(a *Article) desk.PassageRef {
	i := s.best(a)
	if i < 0 {
		return desk.PassageRef{Marks: [][2]int{}}
	}
	p := a.passage(i)
	spots := s.locate(i, len(p.Text))
	from, to := window(p.Text, spots)
	return desk.PassageRef{
		ID: p.ID, Heading: p.Heading, Text: p.Text[from:to], Marks: marks(p.Text, spots, from, to),
		CutBefore: strings.TrimSpace(p.Text[:from]) != "", CutAfter: strings.TrimSpace(p.Text[to:]) != "",
	}
}

// spot is a term of the query at its position in a passage.
type spot struct {
	term       int // its place in Scorer.wanted
	weight     float64
	start, end int // bytes
}

// locate returns where the terms of the query stand in a passage, of so many bytes, of the article
// that was rated last: in order, a name before its parts.
func (s *Scorer) locate(passage, size int) []spot {
	s.spots = s.spots[:0]
	for _, f := range s.found {
		w := s.wanted[f.term].weight
		visit(f.occurrences, func(p, count int, r *reader) {
			start := 0
			for range count {
				start += r.number()
				if end := start + r.number(); p == passage && w > 0 && end <= size {
					s.spots = append(s.spots, spot{f.term, w, start, end})
				}
			}
		})
	}
	slices.SortFunc(s.spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.term, b.term))
	})
	return s.spots
}

// Match is a passage that contains words of the query.
type Match struct {
	Score float64
	Share float64 // of the query's weight that the passage contains
	index int
}

// Matches returns the passages of an article that contain words of the query, in their order.
func (s *Scorer) Matches(a *Article) []Match {
	var out []Match
	for i, r := range s.rate(a) {
		if r.score > 0 {
			out = append(out, Match{r.score, min(1, measure.Ratio(r.share, s.all)), i})
		}
	}
	return out
}

// Read returns a passage of an article, whole, and the rune ranges of the words that match.
func (s *Scorer) Read(a *Article, m Match) (kb.Passage, [][2]int) {
	s.rate(a)
	p := a.passage(m.index)
	return p, marks(p.Text, s.locate(m.index, len(p.Text)), 0, len(p.Text))
}
