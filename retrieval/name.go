package retrieval

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// namedProbability is shown for an article whose title is what was searched for. Of
// titles used as queries, the article with that title was the wanted one in .98 of the
// cases; docs/measured.md has the command.
const namedProbability = 0.95

// maxNamed bounds how many articles of one title are put first.
const maxNamed = 20

// version matches a version number in an address: v2, 4-1, 1.12.
var version = regexp.MustCompile(`(?:^|[-/_])v?(\d+(?:[._-]\d+)*)(?:$|[-/_])`)

// named returns the wanted articles whose title equals the text, folded for case, space,
// punctuation and accents: the most likely one first, i.e. written in just this way,
// validated, of no particular version, or of the latest one.
func (v *view) named(text string, f *filter) ([]candidate, error) {
	key := terms.Name(text)
	if key == "" {
		return nil, nil
	}
	var out []candidate
	for _, s := range v.segs {
		for _, n := range s.names[key] {
			if d := s.base + int(n); f.wants(d) {
				out = append(out, candidate{doc: d, meta: &s.metas[n], named: true})
			}
		}
	}
	if len(out) < 2 {
		return out, nil
	}
	unsure := posting.NewBitset(v.docs)
	for _, s := range v.segs {
		validated, err := s.with(fieldConfidence, validatedKeyword)
		if err != nil {
			return nil, err
		}
		for n := range s.metas {
			if !validated.Contains(uint32(n)) {
				unsure.Set(s.base + n)
			}
		}
	}
	written := strings.Join(strings.Fields(text), " ")
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(
			cmpBool(a.meta.Title != written, b.meta.Title != written),
			cmpBool(!strings.EqualFold(a.meta.Title, written), !strings.EqualFold(b.meta.Title, written)),
			cmpBool(unsure.Has(a.doc), unsure.Has(b.doc)),
			compareVersions(a.meta.Slug, b.meta.Slug),
			cmp.Compare(a.meta.ID, b.meta.ID),
		)
	})
	return out[:min(len(out), maxNamed)], nil
}

// compareVersions orders an address without a version before one with, and later
// versions before earlier ones.
func compareVersions(a, b string) int {
	x, y := version.FindStringSubmatch(a), version.FindStringSubmatch(b)
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		return -1
	case y == nil:
		return 1
	}
	return -slices.CompareFunc(numbersOf(x[1]), numbersOf(y[1]), cmp.Compare[int])
}

func numbersOf(version string) []int {
	var out []int
	for _, part := range strings.FieldsFunc(version, func(r rune) bool { return r < '0' || r > '9' }) {
		n := 0
		for _, r := range part[:min(len(part), 9)] {
			n = 10*n + int(r-'0')
		}
		out = append(out, n)
	}
	return out
}

// titled returns the wanted articles whose title contains all words of the text, function
// words and single letters included; for a single ideogram, those with a word that begins
// with it. It is for texts that consist of nothing else.
func (v *view) titled(text string, f *filter) ([]candidate, error) {
	words, last := typedWords(text + " ")
	if last != "" {
		words = append(words, last)
	}
	if len(words) == 0 {
		return nil, nil
	}
	prefix := ""
	if r := []rune(words[0]); len(words) == 1 && len(r) == 1 && word.IsUnspaced(r[0]) {
		words, prefix = nil, words[0]
	}
	var out []candidate
	for _, s := range v.segs {
		titles, err := s.wordsOfTitles()
		if err != nil {
			return nil, err
		}
		for it := titles.titlesWith(words, prefix).Iterator(); it.HasNext(); {
			n := it.Next()
			if d := s.base + int(n); f.wants(d) {
				share := min(1, float64(max(1, len(words)))/float64(max(1, len(terms.Words(s.metas[n].Title)))))
				out = append(out, candidate{doc: d, meta: &s.metas[n], titleCover: share, p: namedProbability * share})
			}
		}
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.meta.ID, b.meta.ID))
	})
	return out, nil
}

// putFirst puts the named articles before the others of a ranking.
func (r *ranking) putFirst(named []candidate) {
	if len(named) == 0 {
		return
	}
	place := map[int]int{}
	for i, c := range r.list {
		place[c.doc] = i
	}
	list := make([]candidate, 0, len(r.list)+len(named))
	first := map[int]bool{}
	for _, c := range named {
		if i, ok := place[c.doc]; ok {
			was := r.list[i]
			was.named = true
			c = was
		}
		c.p = max(c.p, namedProbability)
		first[c.doc] = true
		list = append(list, c)
	}
	for _, c := range r.list {
		if !first[c.doc] {
			list = append(list, c)
		}
	}
	r.list = list
}
