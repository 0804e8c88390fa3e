package retrieval

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// maxPrefixTerms is how many words of titles a prefix may match.
const maxPrefixTerms = 500

// titleWords are the words of a segment's titles, in order, with the documents that have them,
// deleted ones included. They are read when they are first needed.
type titleWords struct {
	once  sync.Once
	words []string
	ends  []uint32 // of each word's documents in docs
	docs  []uint32
	err   error
}

// wordsOfTitles returns the words of the segment's titles.
func (s *segView) wordsOfTitles() (*titleWords, error) {
	t := &s.titleWords
	t.once.Do(func() { t.err = t.read(s) })
	return t, t.err
}

func (t *titleWords) read(s *segView) error {
	dict, err := s.seg.Dictionary(fieldWords)
	if err != nil {
		return fmt.Errorf("read words of titles: %w: %w", errDamaged, err)
	}
	for it := dict.AutomatonIterator(nil, nil, nil); ; {
		entry, err := it.Next()
		if err != nil {
			return fmt.Errorf("read words of titles: %w: %w", errDamaged, err)
		}
		if entry == nil {
			return nil
		}
		list, err := s.decode(fieldWords, entry.Term)
		if err != nil {
			return err
		}
		for _, p := range list {
			t.docs = append(t.docs, p.Doc)
		}
		t.words, t.ends = append(t.words, strings.Clone(entry.Term)), append(t.ends, uint32(len(t.docs)))
	}
}

// of returns the documents that have the n-th word, in ascending order.
func (t *titleWords) of(n int) []uint32 {
	from := uint32(0)
	if n > 0 {
		from = t.ends[n-1]
	}
	return t.docs[from:t.ends[n]]
}

// titlesWith returns the documents whose title contains all the words and, unless it is "", one
// that starts with last.
func (t *titleWords) titlesWith(finished []string, last string) *roaring.Bitmap {
	var docs *roaring.Bitmap
	meet := func(b *roaring.Bitmap) {
		if docs == nil {
			docs = b
			return
		}
		docs.And(b)
	}
	for _, w := range finished {
		b := roaring.New()
		if n, ok := slices.BinarySearch(t.words, w); ok {
			b.AddMany(t.of(n))
		}
		meet(b)
	}
	if last != "" {
		b := roaring.New()
		n, _ := slices.BinarySearch(t.words, last)
		for end := n + maxPrefixTerms; n < min(end, len(t.words)) && strings.HasPrefix(t.words[n], last); n++ {
			b.AddMany(t.of(n))
		}
		meet(b)
	}
	if docs == nil {
		docs = roaring.New()
	}
	return docs
}
