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

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	spellWords   = 12     // words of a search that are checked
	spellFrom    = 4      // letters: shorter words have too many neighbours
	spellTwoFrom = 8      // letters from which two edits are allowed
	spellTo      = 24     // letters: what is longer is not a mistyped word
	spellVisible = 200    // visible words in reach that are compared
	spellTerms   = 10_000 // words in reach, hidden ones included
)

// speller builds automata for words within one and two edits; swapping two letters is one
// edit. The tables are built once per process.
var speller = sync.OnceValues(func() (out [2]*levenshtein.LevenshteinAutomatonBuilder, err error) {
	for i := range out {
		if out[i], err = levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true); err != nil {
			return out, fmt.Errorf("prepare spelling: %w", err)
		}
	}
	return out, nil
})

// correct replaces the words of a search that no visible article contains by the nearest ones
// that one does; "" where there is nothing to replace. Words of hidden articles alone count
// neither as known nor as corrections.
func (v *view) correct(text string, f *filter) (string, error) {
	text = terms.Truncate(terms.Valid(text), terms.MaxTitleBytes)
	var b strings.Builder
	at, checked := 0, 0
	for _, t := range terms.Words(text) {
		if t.Start < at || checked == spellWords {
			continue // a part of the word before
		}
		checked++
		replacement, err := v.spell(t, text, f)
		if err != nil {
			return "", err
		}
		if replacement != "" {
			b.WriteString(text[at:t.Start])
			b.WriteString(replacement)
			at = t.End
		}
	}
	if at == 0 {
		return "", nil
	}
	return b.String() + text[at:], nil
}

// spell returns the replacement for an unknown word, "" for none.
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
	edits := 1
	if n >= spellTwoFrom {
		edits = 2
	}
	automaton, err := builders[edits-1].BuildDfa(t.Term, uint8(edits))
	if err != nil {
		return "", fmt.Errorf("spell: %w", err)
	}
	return v.nearestWord(t.Term, automaton, f)
}

// nearestWord returns the visible word that the automaton reaches with the fewest edits; of
// equals the one with the same first letter, then the most frequent.
func (v *view) nearestWord(w string, automaton *levenshtein.DFA, f *filter) (string, error) {
	type near struct {
		word  string
		edits uint8
		other bool // begins with another letter
		df    int
	}
	var all []near
	seen, visited := map[string]bool{}, 0
	first, _ := utf8.DecodeRuneInString(w)
	for _, s := range v.segs {
		dict, err := s.seg.Dictionary(fieldForms)
		if err != nil {
			return "", fmt.Errorf("read words: %w: %w", errDamaged, err)
		}
		it := dict.AutomatonIterator(automaton, nil, nil)
		for ; visited < spellTerms && len(all) < spellVisible; visited++ {
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
			edits := editDistance(w, term)
			if edits > 1 && r != first { // rarely meant: people know how a word begins
				continue
			}
			df, err := v.frequency(fieldForms, term, f)
			if err != nil {
				return "", err
			}
			if df == 0 {
				continue
			}
			all = append(all, near{term, edits, r != first, df})
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return slices.MinFunc(all, func(a, b near) int {
		return cmp.Or(
			cmp.Compare(a.edits, b.edits), cmpBool(a.other, b.other), cmp.Compare(b.df, a.df), cmp.Compare(a.word, b.word),
		)
	}).word, nil
}

// holds reports whether a visible article contains the word in any form, or searches ignore it.
func (v *view) holds(w string, f *filter) (bool, error) {
	if f.ignores(w) {
		return true, nil
	}
	for _, l := range f.languages {
		for _, t := range terms.In(l, w) {
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

// ignores reports whether searches ignore the word in a language of the articles.
func (f *filter) ignores(w string) bool {
	return slices.ContainsFunc(f.languages, func(l terms.Language) bool {
		return terms.IsStopWord(l, w) || terms.IsFunctionWord(l, w)
	})
}

// insideIdentifier reports whether the token is part of an address, a path or a code, whose
// letters are not words.
func insideIdentifier(text string, t terms.Token) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:t.Start])
	after, _ := utf8.DecodeRuneInString(text[t.End:])
	return t.Start > 0 && (terms.IsConnector(before) || unicode.IsDigit(before)) ||
		t.End < len(text) && (after == '_' || after == '@' || unicode.IsDigit(after))
}

func onlyLetters(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) || word.IsUnspaced(r) {
			return false
		}
	}
	return w != ""
}

// editDistance counts inserted, missing, replaced and swapped letters.
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
