package retrieval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/retrieval/terms"
)

// German writes compounds as one word: a search for "Laufwerk" should also find
// "Netzlaufwerk", which many people write as two words. The dictionary is the articles' own
// words: a compound counts if its remainder, without a linking element, is a word of a
// visible article.
const (
	compoundFrom    = 4  // letters of a part that is searched for
	remainderFrom   = 3  // letters of the other part
	maxCompounds    = 12 // compounds that a word is expanded to
	maxExamined     = 200
	compoundWords   = 12 // words of a search that are considered
	headWeight      = 0.7
	modifierWeight  = 0.5
	longestCompound = 40
)

var compoundLanguage = terms.Language("de")

// linking elements join the parts of a compound.
var linking = []string{"", "s", "n", "es", "en", "er", "e"}

// vocabulary is the words of a segment's titles and bodies, in order from either end.
type vocabulary struct{ forward, backward []string }

// words returns the segment's vocabulary, which is read once.
func (s *segView) words() (*vocabulary, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vocabulary != nil {
		return s.vocabulary, nil
	}
	v := &vocabulary{}
	for _, field := range []string{fieldBody, fieldTitle} {
		dict, err := s.seg.Dictionary(field)
		if err != nil {
			return nil, fmt.Errorf("read words of %s: %w: %w", field, errDamaged, err)
		}
		for it := dict.AutomatonIterator(nil, nil, nil); ; {
			entry, err := it.Next()
			if err != nil {
				return nil, fmt.Errorf("read words of %s: %w: %w", field, errDamaged, err)
			}
			if entry == nil {
				break
			}
			n := utf8.RuneCountInString(entry.Term)
			if n >= compoundFrom+remainderFrom && n <= longestCompound && onlyLetters(entry.Term) {
				v.forward = append(v.forward, strings.Clone(entry.Term))
			}
		}
	}
	slices.Sort(v.forward)
	v.forward = slices.Compact(v.forward)
	for _, w := range v.forward {
		v.backward = append(v.backward, reverse(w))
	}
	slices.Sort(v.backward)
	s.vocabulary = v
	return v, nil
}

func reverse(w string) string {
	r := []rune(w)
	slices.Reverse(r)
	return string(r)
}

// withPrefix returns the words of an ordered list that begin with the prefix, at most n.
func withPrefix(ordered []string, prefix string, n int) []string {
	from, _ := slices.BinarySearch(ordered, prefix)
	to := from
	for to < len(ordered) && to < from+n && strings.HasPrefix(ordered[to], prefix) {
		to++
	}
	return ordered[from:to]
}

// addCompounds expands a German search by the compounds of its words, by the parts of words
// that no article contains, and by compounds that were written as separate words.
func (v *view) addCompounds(q *terms.Query, text string, f *filter) error {
	if !slices.Contains(f.languages, compoundLanguage) || !slices.Contains(f.queryLanguages(text), compoundLanguage) {
		return nil
	}
	word := 0
	for _, t := range q.Terms {
		word = max(word, t.WordNumber)
	}
	var more []terms.QueryTerm
	for _, t := range q.Terms[:min(len(q.Terms), compoundWords)] {
		if utf8.RuneCountInString(t.Term) < compoundFrom || !onlyLetters(t.Term) {
			continue
		}
		found, err := v.compoundsOf(t, f)
		if err != nil {
			return err
		}
		more = append(more, found...)
		known, err := v.holdsTerm(t.Term, f)
		if err != nil || known {
			if err != nil {
				return err
			}
			continue
		}
		parts, err := v.split(t.Term, f)
		if err != nil {
			return err
		}
		for _, p := range parts {
			word++
			more = append(more, terms.QueryTerm{Term: p, WordNumber: word, Weight: t.Weight, InTitle: t.InTitle, Text: t.Text})
		}
	}
	joined, err := v.joinedWords(text, f)
	if err != nil {
		return err
	}
	for _, j := range joined {
		word++
		more = append(more, terms.QueryTerm{Term: j, WordNumber: word, Weight: 1, InTitle: true, Text: j})
	}
	q.Terms = append(q.Terms, more...)
	return nil
}

// compoundsOf returns readings of a word as the head or the modifier of compounds, the
// shortest first.
func (v *view) compoundsOf(t terms.QueryTerm, f *filter) ([]terms.QueryTerm, error) {
	type compound struct {
		term   string
		weight float64
	}
	var found []compound
	seen := map[string]bool{t.Term: true}
	add := func(term, rest string, weight float64) error {
		if seen[term] {
			return nil
		}
		seen[term] = true
		if known, err := v.holdsTerm(term, f); err != nil || !known {
			return err
		}
		known, err := v.isRemainder(rest, f)
		if known {
			found = append(found, compound{term, weight})
		}
		return err
	}
	for _, s := range v.segs {
		words, err := s.words()
		if err != nil {
			return nil, err
		}
		for _, w := range withPrefix(words.backward, reverse(t.Term), maxExamined) {
			w = reverse(w)
			if err := add(w, strings.TrimSuffix(w, t.Term), headWeight); err != nil {
				return nil, err
			}
		}
		for _, w := range withPrefix(words.forward, t.Term, maxExamined) {
			if err := add(w, strings.TrimPrefix(w, t.Term), modifierWeight); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(found, func(a, b compound) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(len(a.term), len(b.term)), cmp.Compare(a.term, b.term))
	})
	var out []terms.QueryTerm
	for _, c := range found[:min(len(found), maxCompounds)] {
		out = append(out, terms.QueryTerm{
			Term: c.term, WordNumber: t.WordNumber, Weight: c.weight * t.Weight, InTitle: t.InTitle, Text: t.Text,
		})
	}
	return out, nil
}

// isRemainder reports whether the rest of a compound is a word of a visible article,
// with or without a linking element at either end.
func (v *view) isRemainder(rest string, f *filter) (bool, error) {
	for _, link := range linking {
		for _, part := range []string{strings.TrimSuffix(rest, link), strings.TrimPrefix(rest, link)} {
			if utf8.RuneCountInString(part) < remainderFrom {
				continue
			}
			if known, err := v.holdsWord(part, f); known || err != nil {
				return known, err
			}
		}
	}
	return false, nil
}

// split returns the two parts of a compound that visible articles contain as words, nil if
// it cannot be divided like that.
func (v *view) split(term string, f *filter) ([]string, error) {
	r := []rune(term)
	for at := len(r) - remainderFrom; at >= remainderFrom; at-- {
		tail := string(r[at:])
		known, err := v.holdsTerm(tail, f)
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		for _, link := range linking {
			head, linked := strings.CutSuffix(string(r[:at]), link)
			if !linked || utf8.RuneCountInString(head) < remainderFrom {
				continue
			}
			for _, t := range terms.In(compoundLanguage, head) {
				if known, err := v.holdsTerm(t.Term, f); err != nil || known {
					return []string{t.Term, tail}, err
				}
			}
		}
	}
	return nil, nil
}

// joinedWords returns the terms of adjacent words of a search that visible articles write as
// one word.
func (v *view) joinedWords(text string, f *filter) ([]string, error) {
	words := terms.Words(text)
	words = words[:min(len(words), compoundWords)]
	var out []string
	for i := 0; i+1 < len(words); i++ {
		a, b := words[i], words[i+1]
		if b.Start < a.End || !onlyLetters(a.Term) || !onlyLetters(b.Term) {
			continue
		}
		for _, t := range terms.In(compoundLanguage, a.Term+b.Term) {
			known, err := v.holdsTerm(t.Term, f)
			if err != nil {
				return nil, err
			}
			if known {
				out = append(out, t.Term)
			}
		}
	}
	return out, nil
}

// holdsWord reports whether a visible article contains the word in any of its forms.
func (v *view) holdsWord(word string, f *filter) (bool, error) {
	for _, t := range terms.In(compoundLanguage, word) {
		if known, err := v.holdsTerm(t.Term, f); known || err != nil {
			return known, err
		}
	}
	return v.holdsTerm(word, f)
}
