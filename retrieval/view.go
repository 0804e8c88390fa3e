package retrieval

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Decoding a posting costs several times as much as scoring it, so decoded lists are cached,
// within so many bytes for each document of the segment.
const (
	cachedPerDocument = 4096
	minCached         = 16
)

// view is one immutable state of the index with what was derived from it. It may be used only
// while its snapshot is held; see diskIndex.acquire.
type view struct {
	snap *scorch.IndexSnapshot
	segs []*segView
	docs int // documents in all segments, deleted ones too

	merged map[string]string   // by article, the one that it was merged into
	former map[string][]string // by article, those merged into it

	mu        sync.Mutex
	filters   map[string]*filter
	topicSets map[string]func() *topics // by visibility
}

// segView is one segment with what is visible of it in this view.
type segView struct {
	*segData
	base    int // number of its first document
	deleted *roaring.Bitmap
}

// segData is what was derived from an immutable segment. It lives as long as the segment is
// part of the index.
type segData struct {
	seg   segment.Segment
	metas []docMeta
	byID  map[string]uint32
	names map[string][]uint32 // documents by folded title; see name.go

	columns columns // see facet.go

	mu         sync.RWMutex
	vocabulary *vocabulary // read when it is first needed; see compound.go
	postings   map[string][]posting
	bytes      int
}

// posting is one document of a term's list.
type posting struct {
	doc uint32 // within the segment
	tf  uint32
}

// newView derives a view from a snapshot, reusing old's data for the segments that both have.
func newView(snap *scorch.IndexSnapshot, old *view) (*view, error) {
	known := map[segment.Segment]*segData{}
	if old != nil {
		for _, s := range old.segs {
			known[s.seg] = s.segData
		}
	}
	v := &view{snap: snap, filters: map[string]*filter{}, topicSets: map[string]func() *topics{}}
	for _, s := range snap.Segments() {
		data := known[s.Segment()]
		if data == nil {
			var err error
			if data, err = readSegment(s.Segment()); err != nil {
				return nil, err
			}
		}
		v.segs = append(v.segs, &segView{segData: data, base: v.docs, deleted: s.Deleted()})
		v.docs += len(data.metas)
	}
	v.readMerges()
	return v, nil
}

// readSegment reads the descriptions of a segment's documents.
func readSegment(seg segment.Segment) (*segData, error) {
	n := seg.Count()
	d := &segData{
		seg: seg, metas: make([]docMeta, n), byID: make(map[string]uint32, n), names: make(map[string][]uint32, n),
		postings: map[string][]posting{},
	}
	for i := range d.metas {
		var bad error
		err := seg.VisitStoredFields(uint64(i), func(field string, _ byte, value []byte, _ []uint64) bool {
			if field != fieldMeta {
				return true
			}
			bad = json.Unmarshal(value, &d.metas[i])
			return false
		})
		if err == nil {
			err = bad
		}
		if err != nil {
			return nil, fmt.Errorf("read document %d of index: %w", i, err)
		}
		d.byID[d.metas[i].ID] = uint32(i)
		if key := terms.Name(d.metas[i].Title); key != "" {
			d.names[key] = append(d.names[key], uint32(i))
		}
	}
	return d, nil
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

func (s *segView) live(doc uint32) bool { return s.deleted == nil || !s.deleted.Contains(doc) }

// find returns the number of the article's document.
func (v *view) find(id string) (int, bool) {
	for _, s := range v.segs {
		if n, ok := s.byID[id]; ok && s.live(n) {
			return s.base + int(n), true
		}
	}
	return 0, false
}

// meta describes the document with that number.
func (v *view) meta(doc int) *docMeta {
	for _, s := range v.segs {
		if doc < s.base+len(s.metas) {
			return &s.metas[doc-s.base]
		}
	}
	return nil
}

// list returns the postings of a term in one segment, deleted documents included.
func (s *segData) list(field, term string) ([]posting, error) {
	key := field + "\x00" + term
	s.mu.RLock()
	list, ok := s.postings[key]
	s.mu.RUnlock()
	if ok {
		return list, nil
	}
	list, err := s.decode(field, term)
	if err != nil {
		return nil, err
	}
	// Short lists are cheap to decode again, and a text full of invented words must not fill
	// the cache.
	if len(list) < minCached {
		return list, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cost := len(key) + 8*len(list) + 64; s.bytes+cost <= cachedPerDocument*len(s.metas) {
		s.postings[key] = list
		s.bytes += cost
	}
	return list, nil
}

func (s *segData) decode(field, term string) ([]posting, error) {
	dict, err := s.seg.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("read terms of %s: %w: %w", field, errDamaged, err)
	}
	pl, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("read postings of %s: %w: %w", field, errDamaged, err)
	}
	n := pl.Count()
	if n == 0 {
		return nil, nil
	}
	out := make([]posting, 0, n)
	for it := pl.Iterator(true, false, false, nil); ; {
		p, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("read postings of %s: %w: %w", field, errDamaged, err)
		}
		if p == nil {
			return out, nil
		}
		out = append(out, posting{uint32(p.Number()), uint32(p.Frequency())})
	}
}

// filter says which documents a request may see (visible) and which of them it wants (wanted),
// with the statistics of the visible documents: hidden articles have no part in them.
type filter struct {
	visible, wanted bitset
	n               int
	average         [len(scoredFields)]float64 // lengths
	languages       []terms.Language           // of the visible articles, in the order of terms.Languages
	topics          *topics                    // nil among few articles
}

// filterFor returns the filter of a request.
func (v *view) filterFor(vis kb.Visibility, kind, service, locale string) (*filter, error) {
	return v.filterBy(vis, narrowing{kind: kind, service: service, locale: locale})
}

// filterBy returns the filter of a narrower choice of articles.
func (v *view) filterBy(vis kb.Visibility, c narrowing) (*filter, error) {
	key := filterKey(vis, c)
	v.mu.Lock()
	f, ok := v.filters[key]
	v.mu.Unlock()
	if ok {
		return f, nil
	}
	f, err := v.newFilter(vis, c)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.filters) < 256 { // services and locales come from requests
		v.filters[key] = f
	}
	return f, nil
}

// filterOf returns the filter of documents that are all visible and wanted, with the
// statistics of these documents.
func (v *view) filterOf(visible bitset) *filter {
	f := &filter{visible: visible, wanted: visible}
	var sum [len(scoredFields)]int
	spoken := map[terms.Language]bool{}
	for _, s := range v.segs {
		for n := range s.metas {
			if !visible.has(s.base + n) {
				continue
			}
			f.n++
			spoken[s.metas[n].Language] = true
			for i, l := range s.metas[n].Lengths {
				sum[i] += l
			}
		}
	}
	for _, l := range terms.Languages {
		if spoken[l] {
			f.languages = append(f.languages, l)
		}
	}
	for i := range sum {
		f.average[i] = max(1, measure.Ratio(sum[i], f.n))
	}
	return f
}

// narrowing says which of the visible articles a request wants; "" is all.
type narrowing struct{ kind, service, locale, audience, confidence string }

// keywords returns the keyword of each field that is narrowed.
func (c narrowing) keywords() map[string]string {
	out := map[string]string{}
	for field, value := range map[string]string{
		fieldKind: c.kind, fieldService: terms.NormalizeKeyword(c.service), fieldLocale: terms.NormalizeKeyword(c.locale),
		fieldAudience: c.audience, fieldConfidence: c.confidence,
	} {
		if value != "" {
			out[field] = value
		}
	}
	return out
}

func filterKey(vis kb.Visibility, c narrowing) string {
	return fmt.Sprintf("%q", []any{vis.Audiences, vis.Confidences, c.kind, c.service, c.locale, c.audience, c.confidence})
}

func (v *view) newFilter(vis kb.Visibility, c narrowing) (*filter, error) {
	visible := newBitset(v.docs)
	for _, s := range v.segs {
		seen, err := s.visible(vis)
		if err != nil {
			return nil, err
		}
		for it := seen.Iterator(); it.HasNext(); {
			visible.set(s.base + int(it.Next()))
		}
	}
	f := v.filterOf(visible)
	f.topics = v.topicsOf(vis, visible)
	only := c.keywords()
	if len(only) == 0 {
		return f, nil
	}
	f.wanted = newBitset(v.docs)
	for _, s := range v.segs {
		seen, err := s.visible(vis)
		if err != nil {
			return nil, err
		}
		for field, value := range only {
			docs, err := s.with(field, value)
			if err != nil {
				return nil, err
			}
			seen.And(docs)
		}
		for it := seen.Iterator(); it.HasNext(); {
			f.wanted.set(s.base + int(it.Next()))
		}
	}
	return f, nil
}

// visible returns the live documents of the segment within the visibility.
func (s *segView) visible(vis kb.Visibility) (*roaring.Bitmap, error) {
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
	if s.deleted != nil {
		audience.AndNot(s.deleted)
	}
	return audience, nil
}

// with returns the documents of the segment that have the keyword, deleted ones included.
func (s *segView) with(field, value string) (*roaring.Bitmap, error) {
	list, err := s.list(field, value)
	if err != nil {
		return nil, err
	}
	b := roaring.New()
	for _, p := range list {
		b.Add(p.doc)
	}
	return b, nil
}

// bitset is a set of document numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int) { b[i>>6] |= 1 << (i & 63) }

func (b bitset) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// AllVisible is the visibility under which maintenance reads the index.
func AllVisible() kb.Visibility {
	return kb.Visibility{
		Audiences:   []access.Audience{access.Internal, access.Customer, access.AudiencePublic},
		Confidences: []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated},
	}
}

// queryLanguages returns the languages in which a query is read: the one that it shows, where
// visible articles are written in it, or else all that visible articles are written in.
func (f *filter) queryLanguages(text string) []terms.Language {
	if len(f.languages) > 1 {
		if l, sure := terms.Detect(text, f.languages); sure {
			return []terms.Language{l}
		}
	}
	return f.languages
}
