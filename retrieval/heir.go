package retrieval

import (
	"slices"

	"github.com/deskbook/deskbook/kb"
)

// heir follows an article to the one that it was merged into at last.
func (v *view) heir(id string) string {
	for range kb.MaxMerges {
		to, ok := v.merged[id]
		if !ok {
			break
		}
		id = to
	}
	return id
}

// heirWithin gives the article that a vote goes to, and whether it is in the running.
func (v *view) heirWithin(f *filter) func(id string) (string, bool) {
	return func(id string) (string, bool) {
		id = v.heir(id)
		d, ok := v.find(id)
		return id, ok && f.wanted.has(d)
	}
}

// lineage lists an article and those merged into it.
func (v *view) lineage(id string) []string {
	return append([]string{id}, v.former[id]...)
}

// noteHeirs reads from the segments which article was merged into which.
func (v *view) noteHeirs() {
	v.merged, v.former = map[string]string{}, map[string][]string{}
	for _, s := range v.segs {
		for i := range s.metas {
			if m := &s.metas[i]; m.Heir != "" && m.Heir != m.ID && s.live(uint32(i)) {
				v.merged[m.ID] = m.Heir
			}
		}
	}
	for from := range v.merged {
		if to := v.heir(from); to != from {
			v.former[to] = append(v.former[to], from)
		}
	}
	for _, ids := range v.former {
		slices.Sort(ids)
	}
}
