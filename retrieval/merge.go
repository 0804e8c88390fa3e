package retrieval

import "slices"

// maxMerges bounds a chain of articles merged into one another, which may be a circle.
const maxMerges = 16

// MergeTarget follows an article through merges, given as the target of each merged
// article, and returns the one that it ended up in: itself where it was not merged.
func MergeTarget(id string, merged map[string]string) string {
	for range maxMerges {
		to, ok := merged[id]
		if !ok {
			break
		}
		id = to
	}
	return id
}

// mergeTarget returns the article that a vote for id goes to, and whether the filter
// wants it.
func (v *view) mergeTarget(id string, f *filter) (target string, wanted bool) {
	target = MergeTarget(id, v.merged)
	d, ok := v.find(target)
	return target, ok && f.wants(d)
}

// mergedIDs lists an article and those merged into it.
func (v *view) mergedIDs(id string) []string {
	return append([]string{id}, v.former[id]...)
}

// readMerges reads from the segments which article was merged into which.
func (v *view) readMerges() {
	v.merged, v.former = map[string]string{}, map[string][]string{}
	for _, s := range v.segs {
		for _, i := range s.segData.merged {
			if s.live(i) {
				v.merged[s.metas[i].ID] = s.metas[i].MergedInto
			}
		}
	}
	for from := range v.merged {
		if to := MergeTarget(from, v.merged); to != from {
			v.former[to] = append(v.former[to], from)
		}
	}
	for _, ids := range v.former {
		slices.Sort(ids)
	}
}
