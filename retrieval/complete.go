package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	maxPrefixBytes     = 200
	maxPrefixWords     = 10
	maxPrefixTerms     = 500 // words of titles that a prefix may match
	defaultCompletions = 8
	maxCompletions     = 20
)

// Complete returns titles that complete what is being typed: those that contain all of its
// words, the last one as a prefix.
func (e *Engine) Complete(
	ctx context.Context, prefix string, vis kb.Visibility, limit int,
) (out []Completion, err error) {
	if limit == 0 {
		limit = defaultCompletions
	}
	if limit < 1 || limit > maxCompletions {
		return nil, fault.InvalidField("limit", "must be 1 to %d", maxCompletions)
	}
	typed, last := typedWords(prefix)
	if len(typed) == 0 && last == "" {
		return []Completion{}, nil
	}
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis, "", "", "")
	if err != nil {
		return nil, err
	}
	var found []*docMeta
	for _, s := range v.segs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		docs, err := s.titlesWith(typed, last)
		if err != nil {
			return nil, err
		}
		for it := docs.Iterator(); it.HasNext(); {
			if n := it.Next(); f.wants(s.base + int(n)) {
				found = append(found, &s.metas[n])
			}
		}
	}
	start := strings.ToLower(strings.TrimSpace(prefix))
	slices.SortFunc(found, func(a, b *docMeta) int {
		return cmp.Or(
			cmpBool(!starts(a, start), !starts(b, start)),
			cmp.Compare(utf8.RuneCountInString(a.Title), utf8.RuneCountInString(b.Title)),
			cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID),
		)
	})
	out = make([]Completion, 0, limit)
	for _, m := range found[:min(len(found), limit)] {
		out = append(out, Completion{Title: m.Title, URL: articleURL(m.Slug)})
	}
	return out, nil
}

func starts(m *docMeta, start string) bool { return strings.HasPrefix(strings.ToLower(m.Title), start) }

// typedWords splits what is typed into finished words and the one being typed.
func typedWords(prefix string) (finished []string, last string) {
	prefix = terms.Truncate(terms.Valid(prefix), maxPrefixBytes)
	tokens := terms.Words(prefix)
	if len(tokens) == 0 {
		return nil, ""
	}
	open := tokens[len(tokens)-1].End == len(prefix)
	if r, _ := utf8.DecodeLastRuneInString(prefix); unicode.IsSpace(r) {
		open = false
	}
	end := -1
	for _, t := range tokens[:min(len(tokens), maxPrefixWords)] {
		if open && t.End == len(prefix) {
			// The longest reading of the last word: an identifier is emitted whole after its parts.
			if len(t.Term) > len(last) {
				last = t.Term
			}
			continue
		}
		if t.End > end {
			finished = append(finished, t.Term)
			end = t.End
		}
	}
	return finished, last
}

// titlesWith returns the documents whose title contains all the words and one that starts with
// last.
func (s *segView) titlesWith(finished []string, last string) (*roaring.Bitmap, error) {
	var docs *roaring.Bitmap
	meet := func(b *roaring.Bitmap) {
		if docs == nil {
			docs = b
			return
		}
		docs.And(b)
	}
	for _, w := range finished {
		b, err := s.with(fieldWords, w)
		if err != nil {
			return nil, err
		}
		meet(b)
	}
	if last != "" {
		b, err := s.withPrefix(last)
		if err != nil {
			return nil, err
		}
		meet(b)
	}
	if docs == nil {
		docs = roaring.New()
	}
	return docs, nil
}

func (s *segView) withPrefix(prefix string) (*roaring.Bitmap, error) {
	dict, err := s.seg.Dictionary(fieldWords)
	if err != nil {
		return nil, fmt.Errorf("read words of titles: %w: %w", errDamaged, err)
	}
	out := roaring.New()
	it := dict.AutomatonIterator(nil, []byte(prefix), after(prefix))
	for n := 0; n < maxPrefixTerms; n++ {
		entry, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("read words of titles: %w: %w", errDamaged, err)
		}
		if entry == nil {
			break
		}
		b, err := s.with(fieldWords, entry.Term)
		if err != nil {
			return nil, err
		}
		out.Or(b)
	}
	return out, nil
}

// after returns the first key after all those that start with prefix.
func after(prefix string) []byte {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return b[:i+1]
		}
	}
	return nil
}

// cmpBool orders false before true.
func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
