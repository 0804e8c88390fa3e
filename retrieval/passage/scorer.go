package passage

import (
	"hash/maphash"
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

// Scorer rates passages by a query: it holds the weights of the query's terms by hash.
type Scorer struct {
	weights map[uint64]float64
	order   []uint64 // the terms in the query's order
	all     float64
}

// NewScorer returns a scorer for the query, given the inverse document frequency of each of its
// terms.
func NewScorer(q *terms.Query, idf []float64) *Scorer {
	s := &Scorer{weights: make(map[uint64]float64, len(q.Terms))}
	for i, t := range q.Terms {
		w := t.Weight * idf[i]
		h := maphash.String(seed, t.Term)
		s.weights[h] = w
		s.order = append(s.order, h)
		s.all += w
	}
	return s
}

// score returns the score of a passage for the query, and the share of the query's weight that
// it holds.
func (s *Scorer) score(p passage, avg float64) (score, share float64) {
	counts := map[uint64]int{}
	for _, sp := range p.spots {
		if _, ok := s.weights[sp.hash]; ok {
			counts[sp.hash]++
		}
	}
	norm := k1 * (1 - b + b*float64(len(p.spots))/avg)
	// In the order of the query's terms: a sum must not depend on the order of a map.
	for _, h := range s.order {
		if n := float64(counts[h]); n > 0 {
			share += s.weights[h]
			score += s.weights[h] * n * (k1 + 1) / (n + norm)
		}
	}
	return score, min(1, measure.Ratio(share, s.all))
}

// best returns the index of the passage that is most relevant to the query: the first of
// equals, and the first with text when none holds a word of the query.
func (s *Scorer) best(a *Article) int {
	at, high := -1, 0.0
	for i, p := range a.passages {
		score, _ := s.score(p, a.average)
		if score > high || at < 0 && p.text != "" {
			at, high = i, score
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
	p := a.passages[i]
	from, to := s.window(p)
	return desk.PassageRef{
		ID: a.Passages[i].ID, Heading: a.Passages[i].Heading, Text: p.text[from:to], Marks: s.marks(p, from, to),
		CutBefore: strings.TrimSpace(p.text[:from]) != "", CutAfter: strings.TrimSpace(p.text[to:]) != "",
	}
}

// Match is a passage that contains words of the query.
type Match struct {
	Passage kb.Passage // whole
	Score   float64
	Share   float64  // of the query's weight that the passage contains
	Marks   [][2]int // rune ranges in Passage.Text
}

// Matches returns the passages of an article that contain words of the query, in their order.
func (s *Scorer) Matches(a *Article) []Match {
	var out []Match
	for i, p := range a.passages {
		if score, share := s.score(p, a.average); score > 0 {
			whole := a.Passages[i]
			whole.Text = p.text
			out = append(out, Match{whole, score, share, s.marks(p, 0, len(p.text))})
		}
	}
	return out
}
