package retrieval

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/retrieval/truth"
)

// verifyAttempts is how often a comparison is made when writes interfere with it.
const verifyAttempts = 10

// Verify compares index and memory with the truth as of one moment. A comparison that finds
// differences while writes go on is repeated; where writes never pause for long enough, the
// last differences are reported.
func (e *Engine) Verify(ctx context.Context) (r VerifyReport, err error) {
	for attempt := 1; ; attempt++ {
		if err := e.CatchUp(ctx); err != nil {
			return r, fmt.Errorf("verify: %w", err)
		}
		if r, err = e.verify(ctx); err != nil || r.OK || attempt == verifyAttempts {
			return r, err
		}
		now, err := e.source.LastChange(ctx)
		if err != nil || now == r.LastChange && now == r.Sequence {
			return r, wrap(err, "verify")
		}
	}
}

// verify makes one comparison.
func (e *Engine) verify(ctx context.Context) (r VerifyReport, err error) {
	r = VerifyReport{Differences: []string{}, MappingMatch: true}
	if r.LastChange, err = e.source.LastChange(ctx); err != nil {
		return r, fmt.Errorf("verify: %w", err)
	}
	v, done, err := e.acquire()
	if err != nil {
		return r, err
	}
	defer done(&err)
	r.Sequence = e.Sequence()
	differ := func(format string, args ...any) {
		if len(r.Differences) < 100 {
			r.Differences = append(r.Differences, fmt.Sprintf(format, args...))
		}
	}
	if r.Sequence != r.LastChange {
		differ("the index holds changes up to %d, the store has %d", r.Sequence, r.LastChange)
	}
	extra := map[string]bool{}
	for _, s := range v.segs {
		for i := range s.metas {
			if s.live(uint32(i)) {
				if extra[s.metas[i].ID] {
					differ("article %s is in the index twice", s.metas[i].ID)
				}
				extra[s.metas[i].ID] = true
			}
		}
	}
	if err := e.compare(ctx, v, &r, extra, differ); err != nil {
		return r, err
	}
	for id := range extra {
		differ("article %s is in the index but not in the store", id)
	}
	r.Tickets = e.memory.Resolved()
	r.OK = len(r.Differences) == 0
	return r, nil
}

// compare compares all articles of the truth with the index, and removes from extra those that
// it finds.
func (e *Engine) compare(
	ctx context.Context, v *view, r *VerifyReport, extra map[string]bool, differ func(string, ...any),
) error {
	for ids, err := range truth.Pages(ctx, e.source.ArticleIDs, truth.ArticlesPerBatch) {
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		articles, err := e.source.IndexArticles(ctx, ids)
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		for _, a := range articles {
			if !tracked(a) {
				continue
			}
			if indexed(a) {
				r.Articles++
			}
			delete(extra, a.ID)
			doc, ok := v.find(a.ID)
			if !ok {
				differ("article %s (%s) is missing from the index", a.ID, a.Slug)
				continue
			}
			if m := v.meta(doc); m.Revision != a.Revision {
				differ("article %s: revision %d in the index, %d in the store", a.ID, m.Revision, a.Revision)
			} else if m.Hash != indexHash(a) {
				differ("article %s: the index holds another text of revision %d", a.ID, a.Revision)
			}
		}
	}
	return nil
}
