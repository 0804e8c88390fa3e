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

// Scorer rates passages by a query. It is for one goroutine at a time.
type Scorer struct {
	places  table     // of the query's distinct terms
	weights []float64 // of each
	counts  []int     // of each, in the passage that is being read
	order   []int32   // the terms in the query's order
	all     float64
}

// NewScorer returns a scorer for the query, given the inverse document frequency of each of its
// terms.
func NewScorer(q *terms.Query, idf []float64) *Scorer {
	s := &Scorer{places: newTable(len(q.Terms))}
	for i, t := range q.Terms {
		w := t.Weight * idf[i]
		at := s.places.add(maphash.String(seed, t.Term))
		if int(at) == len(s.weights) {
			s.weights = append(s.weights, 0)
		}
		s.weights[at] = w
		s.order = append(s.order, at)
		s.all += w
	}
	s.counts = make([]int, len(s.weights))
	return s
}

// weight returns the weight of a term, 0 where the query does not contain it.
func (s *Scorer) weight(hash uint64) float64 {
	if at := s.places.get(hash); at >= 0 {
		return s.weights[at]
	}
	return 0
}

// score returns the score of a passage for the query, and the share of the query's weight that
// it holds.
func (s *Scorer) score(p passage, avg float64) (score, share float64) {
	clear(s.counts)
	for _, sp := range p.spots {
		if at := s.places.get(sp.hash); at >= 0 {
			s.counts[at]++
		}
	}
	norm := k1 * (1 - b + b*float64(len(p.spots))/avg)
	for _, at := range s.order {
		if n := float64(s.counts[at]); n > 0 {
			share += s.weights[at]
			score += s.weights[at] * n * (k1 + 1) / (n + norm)
		}
	}
	return score, min(1, measure.Ratio(share, s.all))
}

// table numbers hashes in the order in which they are added. It is several times as fast as a
// map: hashes are spread already.
type table struct {
	keys []uint64
	vals []int32 // number+1, 0 for none
	n    int32
}

func newTable(n int) table {
	size := 16
	for size < 4*n {
		size *= 2
	}
	return table{keys: make([]uint64, size), vals: make([]int32, size)}
}

// add returns the number of a hash, a new one where it has none.
func (t *table) add(hash uint64) int32 {
	mask := uint64(len(t.keys) - 1)
	i := hash & mask
	for ; t.vals[i] != 0; i = (i + 1) & mask {
		if t.keys[i] == hash {
			return t.vals[i] - 1
		}
	}
	t.n++
	t.keys[i], t.vals[i] = hash, t.n
	return t.n - 1
}

// get returns the number of a hash, -1 where it has none.
func (t *table) get(hash uint64) int32 {
	mask := uint64(len(t.keys) - 1)
	for i := hash & mask; t.vals[i] != 0; i = (i + 1) & mask {
		if t.keys[i] == hash {
			return t.vals[i] - 1
		}
	}
	return -1
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
