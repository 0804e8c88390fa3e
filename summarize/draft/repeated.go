package draft

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The thresholds of the comparison with other drafts.
const (
	sameDraft     = 0.75  // share of the resolution's words that the same draft must contain
	sameBack      = 0.6   // share of the draft's resolution that the ticket's must contain
	sameTitle     = 0.5   // share of the subject's words that its titles must contain
	draftsScanned = 1_000 // newest drafts of each status to compare
	draftsPage    = 200
)

// maxConfirm bounds the sentence shown with a source, in runes.
const maxConfirm = 240

// Addition is what a ticket adds to a draft that already covers its resolution: its
// evidence, cleaned like that of a draft.
type Addition struct {
	Source   kb.Source
	Evidence []kb.DraftEvidence
}

// unlessRepeated replaces a decision to edit if the same edit of the article is under
// review or was rejected.
func (w *Writer) unlessRepeated(ctx context.Context, th *thread.Thread, ms []statement, v verdict) (verdict, error) {
	if v.decision != DecideEdit {
		return v, nil
	}
	repeated, err := w.decideRepeated(ctx, th, ms, v.article.ID)
	if err != nil || repeated.decided() {
		return repeated, err
	}
	v.earlier = repeated.earlier
	return v, nil
}

// decideRepeated looks for drafts with the same resolution: among those of the article if
// one is given, else by their words. An open draft gains the ticket as a source instead of
// being duplicated. What a reviewer rejected is proposed again only if another requester
// is affected or the article in question has changed; the reviewer is then told about the
// earlier rejection.
func (w *Writer) decideRepeated(
	ctx context.Context, th *thread.Thread, ms []statement, article string,
) (verdict, error) {
	if w.deps.Library == nil {
		return verdict{}, nil
	}
	for _, status := range []kb.DraftStatus{kb.InReview, kb.InDraft, kb.ChangesRequested} {
		same, err := w.sameDrafts(ctx, kb.DraftFilter{Status: status, ArticleID: article}, th, ms)
		if err != nil {
			return verdict{}, err
		}
		if len(same) > 0 {
			d := same[0]
			return verdict{
				decision: string(d.Decision), review: d.ID, article: kb.Article{ID: d.ArticleID},
				reason: fmt.Sprintf("The same resolution is already under review: %q.", d.Title),
			}, nil
		}
	}
	rejected, err := w.sameDrafts(ctx, kb.DraftFilter{Status: kb.Rejected, ArticleID: article}, th, ms)
	if err != nil {
		return verdict{}, err
	}
	var v verdict
	for _, d := range rejected {
		changed, err := w.articleChanged(ctx, d)
		if err != nil {
			return verdict{}, err
		}
		if fromSameRequester(d, th) && !changed {
			return none("A reviewer has already rejected the same proposal: %q%s.", d.Title, reasonFor(d)), nil
		}
		v.earlier = append(v.earlier, d.ID)
	}
	return v, nil
}

// reasonFor returns the reason for a rejection in parentheses, "" if there is none.
func reasonFor(d kb.Draft) string {
	why := d.Why()
	if why == "" {
		return ""
	}
	return " (" + thread.Shorten(thread.Tidy(why), 160) + ")"
}

// fromSameRequester reports whether the draft rests on this ticket or another one of its
// requester. A draft that rests on no ticket was judged by its words alone, so another
// ticket changes nothing. Where a draft does not name the requester of its ticket, they
// count as different people: asking a reviewer again is the smaller loss.
func fromSameRequester(d kb.Draft, th *thread.Thread) bool {
	return len(d.Tickets) == 0 || slices.Contains(d.Tickets, th.Ticket.ID) ||
		slices.ContainsFunc(d.Sources, func(s kb.Source) bool { return s.Requester == th.Ticket.Requester })
}

// articleChanged reports whether the article that a rejected draft duplicates or would
// have edited has changed since.
func (w *Writer) articleChanged(ctx context.Context, d kb.Draft) (bool, error) {
	id := d.Rejection.Article
	if id == "" && d.Decision == kb.EditArticle {
		id = d.ArticleID
	}
	if id == "" {
		return false, nil
	}
	a, found, err := w.article(ctx, id)
	if err != nil {
		return false, err
	}
	return !found || a.UpdatedAt.After(d.DecidedAt), nil
}

// sameDrafts returns the drafts of the filter with the same content, newest first.
func (w *Writer) sameDrafts(
	ctx context.Context, f kb.DraftFilter, th *thread.Thread, ms []statement,
) ([]kb.Draft, error) {
	var same []kb.Draft
	f.Limit = draftsPage
	for seen := 0; seen < draftsScanned; {
		page, err := w.deps.Library.Drafts(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("compare with drafts: %w", err)
		}
		for _, d := range page.Drafts {
			if sameContent(d, th, ms, f.ArticleID) {
				same = append(same, d)
			}
		}
		if page.Next == "" {
			break
		}
		seen += len(page.Drafts)
		f.After = page.Next
	}
	return same, nil
}

// sameContent reports whether a draft is about the same symptom or edits the same
// article, and contains the resolution.
func sameContent(d kb.Draft, th *thread.Thread, ms []statement, article string) bool {
	if article != "" && d.Decision != kb.EditArticle {
		return false
	}
	if article == "" && !slices.Contains(d.Tickets, th.Ticket.ID) {
		about := thread.Stems(d.Title)
		for _, s := range d.Subjects {
			for w := range thread.Stems(s) {
				about[w] = true
			}
		}
		if thread.Overlap(th.Subject.Stems, about) < sameTitle {
			return false
		}
	}
	text := resolutionText(d)
	share, added := compare(ms, kb.Article{Title: d.Title, Markdown: text})
	if share < sameDraft || len(added) > 0 {
		return false
	}
	// A long resolution contains many short ones; to be the same, each must contain the other.
	stems := map[string]bool{}
	for _, m := range ms {
		for w := range m.Stems {
			stems[w] = true
		}
	}
	return thread.Overlap(thread.Stems(kb.PlainText(text)), stems) >= sameBack
}

// resolutionStart matches the heading at which a draft begins with cause or resolution.
var resolutionStart = regexp.MustCompile(`(?mi)^##+[ \t]+(?:cause|resolution|workaround|solution|fix)\b.*$`)

// resolutionText returns the part of a draft with the resolution: the text of a new
// article from resolutionStart on, or what the first ticket of an edit said.
func resolutionText(d kb.Draft) string {
	if d.Decision == kb.EditArticle {
		var sentences []string
		for _, e := range d.Evidence {
			first := len(d.Tickets) > 0 && e.Ticket == d.Tickets[0]
			if s := d.Source(e.Ticket); first && (s.Message == 0 || s.Message == e.Message) {
				sentences = append(sentences, e.Text)
			}
		}
		return strings.Join(sentences, "\n\n")
	}
	if at := resolutionStart.FindStringIndex(d.Markdown); at != nil {
		return resolutionStart.ReplaceAllString(d.Markdown[at[0]:], "")
	}
	return d.Markdown
}

// addition returns what the ticket adds to a draft that covers its resolution.
func (w *Writer) addition(th *thread.Thread, ms []statement) *Addition {
	c := newComposer(th, w.deps.Client.Redactor())
	c.internal = anyInternal(ms)
	c.article(ms)
	return &Addition{Source: c.source(ms), Evidence: c.evidence}
}

// source returns the ticket as the source of a draft, with the sentence that confirms the
// resolution: a report that it worked, else what was done.
func (c *composer) source(ms []statement) kb.Source {
	s := kb.Source{Ticket: c.Ticket.ID, Requester: c.Ticket.Requester, Subject: c.clean(c.Ticket.Subject)}
	best := slices.MaxFunc(append([]statement{{}}, ms...), func(a, b statement) int {
		return cmp.Or(cmp.Compare(confirming(a), confirming(b)),
			cmp.Compare(thread.CountContent(a.Text), thread.CountContent(b.Text)))
	})
	if best.Text != "" {
		s.Message, s.Confirms = best.message, thread.Shorten(c.clean(best.Text), maxConfirm)
	}
	return s
}

// confirming ranks a statement by how well it confirms the resolution.
func confirming(m statement) int {
	switch {
	case m.Text == "":
		return 0
	case m.reading.Result == thread.Worked:
		return 3
	case thread.IsAction(m.Text) || m.Form == thread.Step:
		return 2
	}
	return 1
}
