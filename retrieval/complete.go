package retrieval

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topk"
)

const (
	maxPrefixBytes     = 200
	maxPrefixWords     = 10
	defaultCompletions = 8
	maxCompletions     = 20
	// fewTitles is the part of a segment's titles below which those that match are examined one
	// by one.
	fewTitles = 32
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
	f, err := v.filterFor(vis)
	if err != nil {
		return nil, err
	}
	start := strings.ToLower(strings.TrimSpace(prefix))
	var best topk.List[titleMatch]
	best.Reset(limit, func(a, b titleMatch) bool { return compareTitles(a, b) > 0 })
	for _, s := range v.segs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		words, err := s.wordsOfTitles()
		if err != nil {
			return nil, err
		}
		s.offerTitles(words.titlesWith(typed, last), start, f, &best)
	}
	found := best.Items()
	slices.SortFunc(found, compareTitles)
	out = make([]Completion, 0, limit)
	for _, t := range found {
		out = append(out, Completion{Title: t.meta.Title, URL: articleURL(t.meta.Slug)})
	}
	return out, nil
}

// titleMatch is a title that contains the words that are being typed.
type titleMatch struct {
	meta   *docMeta
	starts bool // with them
	runes  int
}

// compareTitles orders titles that start with what is typed before others, and short ones before
// long ones.
func compareTitles(a, b titleMatch) int {
	return cmp.Or(
		cmpBool(!a.starts, !b.starts), cmp.Compare(a.runes, b.runes),
		cmp.Compare(a.meta.Title, b.meta.Title), cmp.Compare(a.meta.ID, b.meta.ID),
	)
}

// titleOrder is the documents of a segment in the orders in which titles are searched for.
type titleOrder struct {
	lower   []string // titles in lower case, in order
	docs    []uint32 // the documents that have them
	shorter []uint32 // documents by the length of their title, the shortest first
	runes   []uint16 // of each document's title
}

// titles returns the order of a segment's titles, which is found once.
func (s *segData) titles() *titleOrder {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.titleOrder != nil {
		return s.titleOrder
	}
	n := len(s.metas)
	t := &titleOrder{
		lower: make([]string, n), docs: make([]uint32, n), shorter: make([]uint32, n), runes: make([]uint16, n),
	}
	byDoc := make([]string, n)
	for i := range s.metas {
		byDoc[i] = strings.ToLower(s.metas[i].Title)
		t.docs[i], t.shorter[i] = uint32(i), uint32(i)
		t.runes[i] = uint16(min(utf8.RuneCountInString(s.metas[i].Title), math.MaxUint16))
	}
	slices.SortFunc(t.docs, func(a, b uint32) int { return strings.Compare(byDoc[a], byDoc[b]) })
	for i, d := range t.docs {
		t.lower[i] = byDoc[d]
	}
	slices.SortFunc(t.shorter, func(a, b uint32) int {
		return cmp.Or(
			cmp.Compare(t.runes[a], t.runes[b]), cmp.Compare(s.metas[a].Title, s.metas[b].Title),
			cmp.Compare(s.metas[a].ID, s.metas[b].ID),
		)
	})
	s.titleOrder = t
	return t
}

// offerTitles offers the best titles of these documents.
func (s *segView) offerTitles(docs *roaring.Bitmap, start string, f *filter, best *topk.List[titleMatch]) {
	if docs.IsEmpty() {
		return
	}
	t := s.titles()
	offer := func(d uint32) bool {
		if !f.wants(s.base + int(d)) {
			return false
		}
		m := &s.metas[d]
		best.Offer(titleMatch{m, strings.HasPrefix(strings.ToLower(m.Title), start), int(t.runes[d])})
		return true
	}
	if docs.GetCardinality() < uint64(len(t.docs)/fewTitles) {
		for it := docs.Iterator(); it.HasNext(); {
			offer(it.Next())
		}
		return
	}
	at, _ := slices.BinarySearch(t.lower, start)
	starting := 0
	for ; at < len(t.lower) && strings.HasPrefix(t.lower[at], start); at++ {
		if d := t.docs[at]; docs.Contains(d) && offer(d) {
			starting++
		}
	}
	if starting >= best.Limit() {
		return
	}
	// Of the others the shortest are enough.
	room := best.Limit()
	for _, d := range t.shorter {
		if room == 0 {
			return
		}
		if docs.Contains(d) && !strings.HasPrefix(strings.ToLower(s.metas[d].Title), start) && offer(d) {
			room--
		}
	}
}

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
