package markdown

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/word"
)

const (
	sameHeadingLikeness = 0.25 // under an unchanged heading, a rewritten section is still the same
	otherLikeness       = 0.6  // under another heading, only a largely unchanged text is
	carryWindow         = 200  // how many positions apart two passages may be to be compared
)

// matchPassages returns which old passage each new one continues: new index → old
// index. Unchanged passages are matched first, then those under the same heading with
// similar text, then those with similar text anywhere. Each step takes the most similar
// pair first, so that the result does not depend on the order of comparison.
func matchPassages(old, fresh []Passage) map[int]int {
	m := &matcher{old: old, fresh: fresh, taken: make([]bool, len(old)), carried: map[int]int{}}
	if len(old) == 0 {
		return m.carried
	}
	m.exact(func(p Passage) string { return p.Heading + "\x00" + p.Text })
	m.exact(func(p Passage) string { return p.Text })
	if len(m.carried) == len(fresh) || len(m.carried) == len(old) {
		return m.carried
	}
	m.words()
	m.alike(sameHeadingLikeness, func(a, b Passage) bool { return a.Heading == b.Heading })
	m.alike(otherLikeness, func(Passage, Passage) bool { return true })
	return m.carried
}

type matcher struct {
	old, fresh           []Passage
	taken                []bool
	carried              map[int]int
	oldWords, freshWords [][]uint32
}

func (m *matcher) carry(fresh, old int) {
	m.carried[fresh], m.taken[old] = old, true
}

// exact carries over passages with equal keys, in order.
func (m *matcher) exact(key func(Passage) string) {
	where := map[string][]int{}
	for i, p := range m.old {
		if !m.taken[i] {
			where[key(p)] = append(where[key(p)], i)
		}
	}
	for i, p := range m.fresh {
		if _, done := m.carried[i]; done {
			continue
		}
		if at := where[key(p)]; len(at) > 0 {
			m.carry(i, at[0])
			where[key(p)] = at[1:]
		}
	}
}

// words prepares the word sets of the passages not matched yet.
func (m *matcher) words() {
	m.oldWords, m.freshWords = make([][]uint32, len(m.old)), make([][]uint32, len(m.fresh))
	for i, p := range m.old {
		if !m.taken[i] {
			m.oldWords[i] = wordSet(p.Text)
		}
	}
	for i, p := range m.fresh {
		if _, done := m.carried[i]; !done {
			m.freshWords[i] = wordSet(p.Text)
		}
	}
}

// alike carries over the comparable pairs of at least this likeness.
func (m *matcher) alike(least float64, mayMatch func(old, fresh Passage) bool) {
	type pair struct {
		old, fresh int
		likeness   float64
	}
	var pairs []pair
	for j, f := range m.fresh {
		if _, done := m.carried[j]; done {
			continue
		}
		for i := max(0, j-carryWindow); i < min(len(m.old), j+carryWindow+1); i++ {
			if m.taken[i] || !mayMatch(m.old[i], f) {
				continue
			}
			if l := likeness(m.oldWords[i], m.freshWords[j]); l >= least {
				pairs = append(pairs, pair{i, j, l})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.fresh, b.fresh), cmp.Compare(a.old, b.old))
	})
	for _, p := range pairs {
		if _, done := m.carried[p.fresh]; !done && !m.taken[p.old] {
			m.carry(p.fresh, p.old)
		}
	}
}

// wordSet is the sorted set of a text's words, as hashes.
func wordSet(text string) []uint32 {
	words := word.Split(strings.ToLower(text), "")
	set := make([]uint32, len(words))
	for i, w := range words {
		h := fnv.New32a()
		_, _ = h.Write([]byte(w))
		set[i] = h.Sum32()
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// likeness is the Dice coefficient of two word sets: 2·|a∩b| ÷ (|a|+|b|).
func likeness(a, b []uint32) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
