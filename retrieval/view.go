package retrieval

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/deskbook/deskbook/retrieval/posting"
)

// view is one immutable state of the index with what was derived from it. It may be used only
// while its snapshot is held; see diskIndex.acquire.
type view struct {
	*content
	snap *scorch.IndexSnapshot
	segs []*segView
	disk *diskIndex
}

// content is what was derived from one state of the documents. Views of the same documents
// share it: a write that touches no article makes a new view at most.
type content struct {
	id     uint64
	docs   int                 // documents in all segments, deleted ones too
	merged map[string]string   // by article, the one that it was merged into
	former map[string][]string // by article, those merged into it

	building sync.Mutex // one scope at a time
	mu       sync.Mutex
	scopes   map[string]*scope  // by visibility
	filters  map[string]*filter // by visibility and narrowing
}

// newView derives a view from a snapshot, reusing old's data for the segments that both have.
func newView(snap *scorch.IndexSnapshot, d *diskIndex, old *view) (*view, error) {
	known := map[uint64]*segView{}
	if old != nil {
		for _, s := range old.segs {
			known[s.id] = s
		}
	}
	v := &view{snap: snap, disk: d}
	docs, same := 0, old != nil && len(old.segs) == len(snap.Segments())
	for i, s := range snap.Segments() {
		var data *segData
		if k := known[s.Id()]; k != nil && len(k.metas) == int(s.Segment().Count()) {
			data = k.segData
		} else {
			var err error
			if data, err = readSegment(s.Id(), s.Segment()); err != nil {
				return nil, err
			}
		}
		v.segs = append(v.segs, &segView{segData: data, seg: s.Segment(), base: docs, deleted: s.Deleted()})
		docs += len(data.metas)
		same = same && old.segs[i].segData == data && equalBitmaps(old.segs[i].deleted, s.Deleted())
	}
	if same {
		v.content = old.content
		return v, nil
	}
	v.content = &content{id: states.Add(1), docs: docs, scopes: map[string]*scope{}, filters: map[string]*filter{}}
	v.readMerges()
	return v, nil
}

func equalBitmaps(a, b *roaring.Bitmap) bool {
	if a == nil || b == nil {
		return (a == nil || a.IsEmpty()) && (b == nil || b.IsEmpty())
	}
	return a == b || a.Equals(b)
}

// check returns an error for a document without description.
func (v *view) check() error {
	for _, s := range v.segs {
		for i := range s.metas {
			if s.metas[i].ID == "" && s.live(uint32(i)) {
				return fmt.Errorf("document %d of index has no description", s.base+i)
			}
		}
	}
	return nil
}

// find returns the number of the article's document.
func (v *view) find(id string) (int, bool) {
	for _, s := range v.segs {
		if n, ok := s.byID[id]; ok && s.live(n) {
			return s.base + int(n), true
		}
	}
	return 0, false
}

// segment returns the segment that holds the document with that number.
func (v *view) segment(doc int) *segView {
	i, found := slices.BinarySearchFunc(v.segs, doc, func(s *segView, doc int) int { return s.base - doc })
	if !found {
		i--
	}
	// A segment without documents begins where the next one does.
	for doc >= v.segs[i].base+len(v.segs[i].metas) {
		i++
	}
	return v.segs[i]
}

// meta describes the document with that number.
func (v *view) meta(doc int) *docMeta {
	s := v.segment(doc)
	return &s.metas[doc-s.base]
}

// postingBytes bounds the decoded postings of an index.
const postingBytes = 256 << 20

// states numbers contents and scopes: lists that were derived for one scope are useless to another.
var states atomic.Uint64

// raws returns the postings of a term by segment.
func (v *view) raws(term string) (map[uint64]*posting.Raw, error) {
	known := v.disk.postings.Raws(term)
	out := make(map[uint64]*posting.Raw, len(v.segs))
	for _, s := range v.segs {
		r := known[s.id]
		if r == nil {
			var err error
			if r, err = s.raw(term); err != nil {
				return nil, err
			}
		}
		out[s.id] = r
	}
	return out, nil
}

// list returns the postings of a term as the readers of a scope see them.
func (v *view) list(term string, s *scope) (*posting.List, error) {
	if s.reader != "" {
		if l := v.disk.postings.List(term, s.reader, s.state); l != nil {
			return l, nil
		}
	}
	raws, err := v.raws(term)
	if err != nil {
		return nil, err
	}
	var pieces []posting.Piece
	for _, x := range v.segs {
		if r := raws[x.id]; len(r.Docs) > 0 {
			pieces = append(pieces, posting.Piece{Raw: r, Base: x.base, Lengths: x.lengths})
		}
	}
	l := posting.Build(pieces, &s.statistics)
	if s.reader == "" {
		v.disk.postings.Put(term, "", 0, raws, nil)
	} else {
		v.disk.postings.Put(term, s.reader, s.state, raws, l)
	}
	return l, nil
}

// holdsTerm reports whether a visible article contains the term.
func (v *view) holdsTerm(term string, f *filter) (bool, error) {
	raws, err := v.raws(term)
	if err != nil {
		return false, err
	}
	v.disk.postings.Put(term, "", 0, raws, nil)
	for _, s := range v.segs {
		for _, d := range raws[s.id].Docs {
			if f.visible.Has(s.base + int(d)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// frequency returns how many visible articles have the term in a field that is not scored.
func (v *view) frequency(field, term string, f *filter) (n int, err error) {
	for _, s := range v.segs {
		docs, err := s.with(field, term)
		if err != nil {
			return 0, err
		}
		for it := docs.Iterator(); it.HasNext(); {
			if f.visible.Has(s.base + int(it.Next())) {
				n++
			}
		}
	}
	return n, nil
}
