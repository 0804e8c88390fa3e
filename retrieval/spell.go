package retrieval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/vellum/levenshtein"

	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	spellWords   = 12     // words of a search that are looked at
	spellFrom    = 4      // letters: shorter words have too many neighbours
	spellTwoFrom = 8      // letters from which two slips are forgiven
	spellTo      = 24     // letters: longer ones are no words that somebody mistyped
	spellVisible = 200    // visible words in reach that are compared
	spellTerms   = 10_000 // words in reach that are looked up in all
)

// speller builds automata for words within one and two slips; swapping two letters is
// one slip. The tables are made once a process: they depend on nothing.
var speller = sync.OnceValues(func() (out [2]*levenshtein.LevenshteinAutomatonBuilder, err error) {
	for i := range out {
		if out[i], err = levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true); err != nil {
			return out, fmt.Errorf("prepare spelling: %w", err)
		}
	}
	return out, nil
})

// correct replaces the words of a search that no visible article holds by the nearest
// that one does; "" where there is nothing to replace. What stands in hidden articles
// alone counts neither as known nor as a correction.
func (v *view) correct(text string, f *filter) (string, error) {
	text = terms.Truncate(terms.Valid(text), terms.MaxTitleBytes)
	var b strings.Builder
	at, looked := 0, 0
	for _, t := range terms.Words(text) {
		if t.Start < at || looked == spellWords {
			continue // a part of what was looked at
		}
		looked++
		word, err := v.spell(t, text, f)
		if err != nil {
			return "", err
		}
		if word != "" {
			b.WriteString(text[at:t.Start])
			b.WriteString(word)
			at = t.End
		}
	}
	if at == 0 {
		return "", nil
	}
	return b.String() + text[at:], nil
}

// spell returns the word to put in the place of an unknown one, "" for none.
func (v *view) spell(t terms.Token, text string, f *filter) (string, error) {
	n := utf8.RuneCountInString(t.Term)
	if n < spellFrom || n > spellTo || !onlyLetters(t.Term) || insideIdentifier(text, t) {
		return "", nil
	}
	if known, err := v.holds(t.Term, f); err != nil || known {
		return "", err
	}
	builders, err := speller()
	if err != nil {
		return "", err
	}
	slips := 1
	if n >= spellTwoFrom {
		slips = 2
	}
	automaton, err := builders[slips-1].BuildDfa(t.Term, uint8(slips))
	if err != nil {
		return "", fmt.Errorf("spell: %w", err)
	}
	return v.nearestWord(t.Term, automaton, f)
}

// nearestWord returns the visible word that the automaton reaches with the fewest slips;
// of equals the one that keeps the first letter, then the most frequent.
func (v *view) nearestWord(word string, automaton *levenshtein.DFA, f *filter) (string, error) {
	type near struct {
		word  string
		slips uint8
		other bool // begins with another letter
		df    int
	}
	var all []near
	seen, looked := map[string]bool{}, 0
	first, _ := utf8.DecodeRuneInString(word)
	for _, s := range v.segs {
		dict, err := s.seg.Dictionary(fieldForms)
		if err != nil {
			return "", fmt.Errorf("read words: %w: %w", errDamaged, err)
		}
		for it := dict.AutomatonIterator(automaton, nil, nil); looked < spellTerms && len(all) < spellVisible; looked++ {
			entry, err := it.Next()
			if err != nil {
				return "", fmt.Errorf("read words: %w: %w", errDamaged, err)
			}
			if entry == nil {
				break
			}
			term := strings.Clone(entry.Term)
			if seen[term] || !onlyLetters(term) || f.ignores(term) {
				continue
			}
			seen[term] = true
			r, _ := utf8.DecodeRuneInString(term)
			slips := editDistance(word, term)
			if slips > 1 && r != first { // seldom meant: people know how a word begins
				continue
			}
			g, err := v.gather(fieldForms, term, f)
			if err != nil {
				return "", err
			}
			if g.df == 0 {
				continue
			}
			all = append(all, near{term, slips, r != first, g.df})
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return slices.MinFunc(all, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.slips, b.slips), cmpBool(a.other, b.other), cmp.Compare(b.df, a.df), cmp.Compare(a.word, b.word))
	}).word, nil
}

// knows reports whether a visible article holds the word in any form, or it is one
// that searches leave out.
func (v *view) holds(word string, f *filter) (bool, error) {
	if f.ignores(word) {
		return true, nil
	}
	for _, l := range f.languages {
		for _, t := range terms.In(l, word) {
			if known, err := v.holdsTerm(t.Term, f); known || err != nil {
				return known, err
			}
			if l != compoundLanguage {
				continue
			}
			if found, err := v.compoundsOf(terms.QueryTerm{Term: t.Term}, f); len(found) > 0 || err != nil {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// leftOut reports whether searches leave the word out in a language of the articles.
func (f *filter) ignores(word string) bool {
	return slices.ContainsFunc(f.languages, func(l terms.Language) bool { return terms.IsStopWord(l, word) || terms.IsFunctionWord(l, word) })
}

// joined reports whether the token stands inside an address, a path or a code: the
// letters around it are no words then.
func insideIdentifier(text string, t terms.Token) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:t.Start])
	after, _ := utf8.DecodeRuneInString(text[t.End:])
	return t.Start > 0 && (terms.IsConnector(before) || unicode.IsDigit(before)) || t.End < len(text) && (after == '_' || after == '@' || unicode.IsDigit(after))
}

func onlyLetters(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) || terms.IsUnspaced(r) {
			return false
		}
	}
	return w != ""
}

// slipsBetween counts letters put in, left out, exchanged or swapped with the next.
func editDistance(a, b string) uint8 {
	x, y := []rune(a), []rune(b)
	two, one, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		two, one, row = one, row, two
		row[0] = i
		for j := 1; j <= len(y); j++ {
			differ := 1
			if x[i-1] == y[j-1] {
				differ = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+differ)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
	}
	return uint8(min(row[len(y)], 255))
}
