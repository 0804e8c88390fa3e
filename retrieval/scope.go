package retrieval

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topic"
)

// scope is what one kind of reader sees of one state of the documents, with the statistics of
// these articles: hidden ones have no part in them.
type scope struct {
	statistics posting.Statistics
	visible    posting.Bitset
	n          int
	languages  []terms.Language // of the visible articles, in the order of terms.Languages
	space      *topic.Space     // nil among few articles
	reader     string           // the kind of reader under which lists are remembered, "" for none
	state      uint64
}

// filter says which documents of a scope a request wants.
type filter struct {
	*scope
	wanted posting.Bitset // nil for all visible ones
}

// wants reports whether the request may see the document and wants it.
func (f *filter) wants(doc int) bool {
	if f.wanted == nil {
		return f.visible.Has(doc)
	}
	return f.wanted.Has(doc)
}

// narrowing says which of the visible articles a request wants; "" is all.
type narrowing struct{ kind, audience, confidence string }

// keywords returns the keyword of each field that is narrowed.
func (c narrowing) keywords() map[string]string {
	out := map[string]string{}
	for field, value := range map[string]string{
		fieldKind: c.kind, fieldAudience: c.audience, fieldConfidence: c.confidence,
	} {
		if value != "" {
			out[field] = value
		}
	}
	return out
}

func filterKey(vis kb.Visibility, c narrowing) string {
	return fmt.Sprintf("%q", []any{vis.Audiences, vis.Confidences, c.kind, c.audience, c.confidence})
}

// filterFor returns the filter of a request for all visible articles.
func (v *view) filterFor(vis kb.Visibility) (*filter, error) { return v.filterBy(vis, narrowing{}) }

// filterBy returns the filter of a narrower choice of articles.
func (v *view) filterBy(vis kb.Visibility, c narrowing) (*filter, error) {
	s, err := v.scopeFor(vis)
	if err != nil {
		return nil, err
	}
	key := filterKey(vis, c)
	v.mu.Lock()
	f, ok := v.filters[key]
	v.mu.Unlock()
	if ok && f.scope == s {
		return f, nil
	}
	f = &filter{scope: s}
	if only := c.keywords(); len(only) > 0 {
		if f.wanted, err = v.narrow(vis, only); err != nil {
			return nil, err
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.filters) < 256 { // audience and confidence come from requests
		v.filters[key] = f
	}
	return f, nil
}

// narrow returns the visible documents that have all of these keywords.
func (v *view) narrow(vis kb.Visibility, only map[string]string) (posting.Bitset, error) {
	wanted := posting.NewBitset(v.docs)
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
			wanted.Set(s.base + int(it.Next()))
		}
	}
	return wanted, nil
}

// scopeFor returns the scope of a visibility. It is derived once for each content.
func (v *view) scopeFor(vis kb.Visibility) (*scope, error) {
	key := filterKey(vis, narrowing{})
	lookup := func() *scope {
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.scopes[key]
	}
	if s := lookup(); s != nil {
		return s, nil
	}
	v.building.Lock()
	defer v.building.Unlock()
	if s := lookup(); s != nil {
		return s, nil
	}
	visible, err := v.visible(vis)
	if err != nil {
		return nil, err
	}
	s := v.scopeOf(visible)
	v.setTopics(s, vis)
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.scopes) < maxVisible {
		s.reader = key
		v.scopes[key] = s
	}
	return s, nil
}

// forget drops the scope of a visibility, which the next request derives again.
func (c *content) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.scopes, key)
	clear(c.filters)
}

// visible returns the documents within the visibility.
func (v *view) visible(vis kb.Visibility) (posting.Bitset, error) {
	visible := posting.NewBitset(v.docs)
	for _, s := range v.segs {
		seen, err := s.visible(vis)
		if err != nil {
			return nil, err
		}
		for it := seen.Iterator(); it.HasNext(); {
			visible.Set(s.base + int(it.Next()))
		}
	}
	return visible, nil
}

// scopeOf returns the scope of readers who see these documents, without topics.
func (v *view) scopeOf(visible posting.Bitset) *scope {
	s := &scope{visible: visible, n: visible.Len(), state: states.Add(1)}
	var sum [len(scoredFields)]int
	spoken := map[terms.Language]bool{}
	for _, seg := range v.segs {
		last := terms.Language("-")
		for n := range seg.metas {
			if !visible.Has(seg.base + n) {
				continue
			}
			if l := seg.metas[n].Language; l != last {
				spoken[l], last = true, l
			}
			for i, l := range seg.lengths[n] {
				sum[i] += int(l)
			}
		}
	}
	for _, l := range terms.Languages {
		if spoken[l] {
			s.languages = append(s.languages, l)
		}
	}
	s.statistics = posting.Statistics{Visible: visible, N: s.n, Share: topic.Share}
	for i, f := range scoredFields {
		s.statistics.Fields[i] = posting.Field{
			Weight: f.weight, K1: f.k1, B: f.b, Average: max(1, measure.Ratio(sum[i], s.n)),
		}
	}
	return s
}

// group divides the documents of a scope into topics.
func (s *scope) group(of []uint8, topics int) {
	sizes := make([]int, topics)
	for d, g := range of {
		if s.visible.Has(d) {
			sizes[g]++
		}
	}
	s.statistics.Groups, s.statistics.Sizes = of, sizes
	s.statistics.Logs = func(df int, within []int) []float32 { return topic.Logs(s.n, df, within, sizes) }
}

// inOrder lists the visible documents by id.
func (v *view) inOrder(visible posting.Bitset) []int {
	var docs []int
	for d := range v.docs {
		if visible.Has(d) {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b int) int { return cmp.Compare(v.meta(a).ID, v.meta(b).ID) })
	return docs
}

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
