package retrieval

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// segView is one segment with what is visible of it in one view. It may be read only while the
// view's snapshot is held.
type segView struct {
	*segData
	seg     segment.Segment
	base    int // number of its first document
	deleted *roaring.Bitmap
}

// segData is what was derived from an immutable segment. It lives as long as the segment is
// part of the index, in memory or on disk.
type segData struct {
	id      uint64
	metas   []docMeta
	lengths [][len(scoredFields)]uint32
	byID    map[string]uint32
	names   map[string][]uint32 // documents by folded title; see name.go
	merged  []uint32            // documents of articles that were merged into others

	columns    columns    // see facet.go
	titleWords titleWords // see titleword.go

	mu         sync.Mutex
	vocabulary *vocabulary                // read when it is first needed; see compound.go
	titleOrder *titleOrder                // found when it is first needed; see complete.go
	visibleTo  map[string]*roaring.Bitmap // deleted documents included
}

// maxVisible bounds for how many kinds of readers a segment remembers what they may see.
const maxVisible = 64

// readSegment reads the descriptions of a segment's documents.
func readSegment(id uint64, seg segment.Segment) (*segData, error) {
	n := seg.Count()
	d := &segData{
		id: id, metas: make([]docMeta, n), lengths: make([][len(scoredFields)]uint32, n),
		byID: make(map[string]uint32, n), names: make(map[string][]uint32, n),
		visibleTo: map[string]*roaring.Bitmap{},
	}
	for i := range d.metas {
		m := &d.metas[i]
		var bad error
		err := seg.VisitStoredFields(uint64(i), func(field string, _ byte, value []byte, _ []uint64) bool {
			if field != fieldMeta {
				return true
			}
			bad = json.Unmarshal(value, m)
			return false
		})
		if err == nil {
			err = bad
		}
		if err != nil {
			return nil, fmt.Errorf("read document %d of index: %w", i, err)
		}
		d.byID[m.ID] = uint32(i)
		if key := terms.Name(m.Title); key != "" {
			d.names[key] = append(d.names[key], uint32(i))
		}
		if m.MergedInto != "" && m.MergedInto != m.ID {
			d.merged = append(d.merged, uint32(i))
		}
		for f, l := range m.Lengths {
			d.lengths[i][f] = uint32(l)
		}
	}
	return d, nil
}

func (s *segView) live(doc uint32) bool { return s.deleted == nil || !s.deleted.Contains(doc) }

// raw returns the postings of a term in the scored fields.
func (s *segView) raw(term string) (*posting.Raw, error) {
	var lists [posting.Fields][]posting.Posting
	for i, f := range scoredFields {
		// What a body does not contain is in none of its headings, and not in its beginning.
		if f.name != fieldBody && f.name != fieldTitle && len(lists[0]) == 0 {
			continue
		}
		list, err := s.decode(f.name, term)
		if err != nil {
			return nil, err
		}
		lists[i] = list
	}
	return posting.Merge(&lists), nil
}

// postings finds the postings of a term in one field, nil where there are none.
func (s *segView) postings(field, term string) (segment.PostingsList, error) {
	dict, err := s.seg.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("read terms of %s: %w: %w", field, errDamaged, err)
	}
	pl, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("read postings of %s: %w: %w", field, errDamaged, err)
	}
	if pl.Count() == 0 {
		return nil, nil
	}
	return pl, nil
}

// decode returns the postings of a term in one field, deleted documents included.
func (s *segView) decode(field, term string) ([]posting.Posting, error) {
	pl, err := s.postings(field, term)
	if pl == nil || err != nil {
		return nil, err
	}
	out := make([]posting.Posting, 0, pl.Count())
	for it := pl.Iterator(true, false, false, nil); ; {
		p, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("read postings of %s: %w: %w", field, errDamaged, err)
		}
		if p == nil {
			return out, nil
		}
		out = append(out, posting.Posting{Doc: uint32(p.Number()), Count: uint32(p.Frequency())})
	}
}

// with returns the documents of the segment that have the keyword, deleted ones included.
func (s *segView) with(field, value string) (*roaring.Bitmap, error) {
	b := roaring.New()
	pl, err := s.postings(field, value)
	if pl == nil || err != nil {
		return b, err
	}
	if set, ok := pl.(interface{ OrInto(*roaring.Bitmap) }); ok {
		set.OrInto(b)
		return b, nil
	}
	for it := pl.Iterator(false, false, false, nil); ; {
		p, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("read postings of %s: %w: %w", field, errDamaged, err)
		}
		if p == nil {
			return b, nil
		}
		b.Add(uint32(p.Number()))
	}
}

// visible returns the live documents of the segment within the visibility.
func (s *segView) visible(vis kb.Visibility) (*roaring.Bitmap, error) {
	key := filterKey(vis, narrowing{})
	s.mu.Lock()
	all := s.visibleTo[key]
	s.mu.Unlock()
	if all == nil {
		var err error
		if all, err = s.within(vis); err != nil {
			return nil, err
		}
		s.mu.Lock()
		if len(s.visibleTo) < maxVisible {
			s.visibleTo[key] = all
		}
		s.mu.Unlock()
	}
	if s.deleted == nil {
		return all.Clone(), nil
	}
	return roaring.AndNot(all, s.deleted), nil
}

// within returns the documents within the visibility, deleted ones included.
func (s *segView) within(vis kb.Visibility) (*roaring.Bitmap, error) {
	audience, confidence := roaring.New(), roaring.New()
	for _, a := range vis.Audiences {
		b, err := s.with(fieldAudience, string(a))
		if err != nil {
			return nil, err
		}
		audience.Or(b)
	}
	for _, c := range vis.Confidences {
		b, err := s.with(fieldConfidence, string(c))
		if err != nil {
			return nil, err
		}
		confidence.Or(b)
	}
	audience.And(confidence)
	return audience, nil
}
