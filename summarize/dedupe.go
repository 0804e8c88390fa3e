package summarize

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// The thresholds of the comparison with other drafts.
const (
	sameDraft     = 0.75 // share of the resolution's words that an open or rejected draft holds
	sameTitle     = 0.5  // and of the subject's words
	draftsScanned = 200  // newest drafts of each status that are compared
)

// decideRepeated looks for the same resolution among open and rejected drafts: an
// open one is named instead of making another, a rejected one is not proposed again.
func (w *Writer) decideRepeated(ctx context.Context, t desk.Ticket, ms []material) (verdict, bool, error) {
	if w.opts.Library == nil {
		return verdict{}, false, nil
	}
	for _, status := range []kb.DraftStatus{kb.InReview, kb.InDraft, kb.ChangesRequested, kb.Rejected} {
		page, err := w.opts.Library.Drafts(ctx, kb.DraftFilter{Status: status, Limit: draftsScanned})
		if err != nil {
			return verdict{}, false, fmt.Errorf("compare with drafts: %w", err)
		}
		for _, d := range page.Drafts {
			if !tellsSame(d, t, ms) {
				continue
			}
			if status == kb.Rejected {
				return verdict{decision: DecideNone, reason: fmt.Sprintf("A reviewer rejected the same proposal before: %q.", d.Title)}, true, nil
			}
			return verdict{
				decision: string(d.Decision), review: d.ID, article: kb.Article{ID: d.ArticleID},
				reason: fmt.Sprintf("The same resolution is under review already: %q.", d.Title),
			}, true, nil
		}
	}
	return verdict{}, false, nil
}

// tellsSame reports whether a draft is about the same symptom and holds the
// resolution.
func tellsSame(d kb.Draft, t desk.Ticket, ms []material) bool {
	symptom := stems(cleanSubject(t.Subject))
	about := stems(d.Title)
	for _, s := range d.Subjects {
		for w := range stems(s) {
			about[w] = true
		}
	}
	if !slices.Contains(d.Tickets, t.ID) && overlap(symptom, about) < sameTitle {
		return false
	}
	share, added := compare(ms, kb.Article{Title: d.Title, Markdown: d.Markdown})
	return share >= sameDraft && len(added) == 0
}
