package memory

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	maxPastTerms = 2000 // distinct words and pairs of a ticket that are remembered
	maxCount     = 255  // the most often that a word counts in one ticket
)

// ticketText is how often a ticket's words and adjacent pairs occur in title+text+title,
// in order of their hash.
type ticketText struct {
	words, pairs []gram
}

// gram is a word or a pair of adjacent ones, identified by its hash: in a memory of five
// million of them one in a thousand collides with another, which costs less than storing
// their letters.
type gram struct {
	hash  uint32
	count uint8
}

// readTicket counts the stems and adjacent pairs of a ticket, in the language that it
// shows by itself, or else in English: what is remembered must not depend on the articles
// or on other tickets.
func readTicket(subject, body string) ticketText {
	subject, body = terms.Own(subject, body)
	in, sure := terms.TicketLanguage(subject, body)
	if !sure {
		in = terms.English
	}
	title, text := terms.In(in, subject), terms.In(in, body)
	words, pairs := map[uint32]uint8{}, map[uint32]uint8{}
	count := func(in map[uint32]uint8, hash uint32) {
		n, ok := in[hash]
		if ok || len(words)+len(pairs) < maxPastTerms {
			in[hash] = min(n, maxCount-1) + 1
		}
	}
	for _, part := range [][]terms.Token{title, text, title} {
		var before uint64
		for i, t := range part {
			h := hashOf(hashStart, t.Term)
			count(words, mixed(h))
			if i > 0 {
				count(pairs, mixed(hashOf(before*hashPrime, t.Term)))
			}
			before = h
		}
	}
	return ticketText{sorted(words), sorted(pairs)}
}

// sorted lists counted grams in order of their hash.
func sorted(counts map[uint32]uint8) []gram {
	out := make([]gram, 0, len(counts))
	for h, n := range counts {
		out = append(out, gram{h, n})
	}
	slices.SortFunc(out, func(a, b gram) int { return cmp.Compare(a.hash, b.hash) })
	return out
}

// FNV-1a, the same in every process: sums are added up in the order of the hashes, and a
// ranking must not change with a restart.
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

func hashOf(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return h
}

// mixed spreads a hash over 32 bits.
func mixed(h uint64) uint32 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return uint32(h)
}

// lexicon numbers grams in the order in which they are first seen.
type lexicon struct {
	slots map[uint32]uint32 // by hash
	df    []int32           // by slot, of tickets that count
}

func newLexicon() lexicon { return lexicon{slots: map[uint32]uint32{}} }

// slot returns a gram's number, a new one where it has none.
func (l *lexicon) slot(hash uint32) uint32 {
	s, ok := l.slots[hash]
	if !ok {
		s = uint32(len(l.df))
		l.slots[hash] = s
		l.df = append(l.df, 0)
	}
	return s
}

// vector is a ticket as it is remembered: the slots of its words, then of its pairs, each
// in order of hash, and how often each occurs.
type vector struct {
	slots []uint32
	tf    []uint8
	words uint16 // how many of the slots are words
	size  int32  // words with repetition
	scale float32
}

func (v vector) wordSlots() []uint32 { return v.slots[:v.words] }
func (v vector) pairSlots() []uint32 { return v.slots[v.words:] }

// vectorise numbers a ticket's grams.
func (m *Memory) vectorise(t ticketText) vector {
	n := len(t.words) + len(t.pairs)
	v := vector{slots: make([]uint32, 0, n), tf: make([]uint8, 0, n), words: uint16(len(t.words))}
	var sum float64
	for _, g := range t.words {
		s := m.words.slot(g.hash)
		if int(s) == len(m.posts) {
			m.posts = append(m.posts, nil)
		}
		v.slots, v.tf = append(v.slots, s), append(v.tf, g.count)
		v.size += int32(g.count)
		sum += countWeight[g.count] * countWeight[g.count]
	}
	for _, g := range t.pairs {
		v.slots, v.tf = append(v.slots, m.pairs.slot(g.hash)), append(v.tf, g.count)
	}
	if sum > 0 {
		v.scale = float32(1 / math.Sqrt(sum))
	}
	return v
}

// renumbered returns the vector with new slots.
func (v vector) renumbered(words, pairs []uint32) vector {
	for i, s := range v.wordSlots() {
		v.slots[i] = words[s]
	}
	for i, s := range v.pairSlots() {
		v.slots[int(v.words)+i] = pairs[s]
	}
	return v
}

// renumber assigns new slots, in another memory, to the grams that remembered tickets still have.
func (m *Memory) renumber(to *Memory) (words, pairs []uint32) {
	move := func(l *lexicon, to *lexicon, slots func(vector) []uint32) []uint32 {
		out := make([]uint32, len(l.df))
		held := make([]bool, len(l.df))
		for _, r := range m.past {
			if r.state != forgotten {
				for _, s := range slots(r.vector) {
					held[s] = true
				}
			}
		}
		for hash, s := range l.slots {
			if held[s] {
				out[s] = to.slot(hash)
			}
		}
		return out
	}
	words = move(&m.words, &to.words, vector.wordSlots)
	pairs = move(&m.pairs, &to.pairs, vector.pairSlots)
	to.posts = make([][]uint32, len(to.words.df))
	return words, pairs
}

// packed packs a place in the memory, one of 16 million, with a count.
func packed(place uint32, tf uint8) uint32 { return place<<8 | uint32(tf) }

// countWeight is the weight of a word by how often a ticket contains it.
var countWeight = func() (w [maxCount + 1]float64) {
	for i := 1; i < len(w); i++ {
		w[i] = 1 + math.Log(float64(i))
	}
	return w
}()

func logOf(n int) float64 { return math.Log(float64(n)) }
