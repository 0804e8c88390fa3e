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
	sameDraft     = 0.75  // share of the resolution's words that an open or rejected draft holds
	sameBack      = 0.6   // share of the draft's resolution that the ticket's holds
	sameTitle     = 0.5   // and of the subject's words
	draftsScanned = 1_000 // newest drafts of each status that are compared
	draftsPage    = 200
)

// maxConfirm bounds the sentence that a source is shown with, in runes.
const maxConfirm = 240

// Further is what a ticket adds to a draft that tells its resolution already: its
// evidence, cleaned as a draft's is.
type Further struct {
	Source   kb.Source
	Evidence []kb.DraftEvidence
}

// orRepeated lets an edit that the gate decided on give way to one of the same article
// that is under review or was rejected.
func (w *Writer) orRepeated(ctx context.Context, th *thread.Thread, ms []statement, v verdict) (verdict, error) {
	if v.decision != DecideEdit {
		return v, nil
	}
	again, done, err := w.decideRepeated(ctx, th, ms, v.article.ID)
	if err != nil || done {
		return again, err
	}
	v.earlier = again.earlier
	return v, nil
}

// decideRepeated looks for the same resolution among the drafts: of the article, when
// one is named, else by the words. An open one gains the ticket as a source instead
// of another draft being made. What a reviewer rejected comes back only when somebody
// else asks or the article in question has changed; then the reviewer is told of it.
func (w *Writer) decideRepeated(ctx context.Context, th *thread.Thread, ms []statement, article string) (verdict, bool, error) {
	if w.Library == nil {
		return verdict{}, false, nil
	}
	for _, status := range []kb.DraftStatus{kb.InReview, kb.InDraft, kb.ChangesRequested} {
		same, err := w.sameDrafts(ctx, kb.DraftFilter{Status: status, ArticleID: article}, th, ms)
		if err != nil {
			return verdict{}, false, err
		}
		if len(same) > 0 {
			d := same[0]
			return verdict{
				decision: string(d.Decision), review: d.ID, article: kb.Article{ID: d.ArticleID},
				reason: fmt.Sprintf("The same resolution is under review already: %q.", d.Title),
			}, true, nil
		}
	}
	rejected, err := w.sameDrafts(ctx, kb.DraftFilter{Status: kb.Rejected, ArticleID: article}, th, ms)
	if err != nil {
		return verdict{}, false, err
	}
	var v verdict
	for _, d := range rejected {
		changed, err := w.articleChanged(ctx, d)
		if err != nil {
			return verdict{}, false, err
		}
		if askedBefore(d, th) && !changed {
			return verdict{decision: DecideNone, reason: rejectedBefore(d)}, true, nil
		}
		v.earlier = append(v.earlier, d.ID)
	}
	return v, false, nil
}

func rejectedBefore(d kb.Draft) string {
	if why := d.Why(); why != "" {
		return fmt.Sprintf("A reviewer rejected the same proposal before: %q (%s).", d.Title, thread.Shorten(thread.Tidy(why), 160))
	}
	return fmt.Sprintf("A reviewer rejected the same proposal before: %q.", d.Title)
}

// askedBefore reports whether the draft rests on this ticket or on one of its
// requester. A draft that rests on no ticket was judged by its words alone, so another
// ticket changes nothing; of one that does not say who asked, another ticket's
// requester counts as somebody else: asking a reviewer again loses less.
func askedBefore(d kb.Draft, th *thread.Thread) bool {
	return len(d.Tickets) == 0 || slices.Contains(d.Tickets, th.Ticket.ID) ||
		slices.ContainsFunc(d.Sources, func(s kb.Source) bool { return s.Requester == th.Ticket.Requester })
}

// articleChanged reports whether the article that a rejected draft was about, the one
// it duplicates or would have edited, is another by now.
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

// sameDrafts gives those of the filter that tell the same, newest first.
func (w *Writer) sameDrafts(ctx context.Context, f kb.DraftFilter, th *thread.Thread, ms []statement) ([]kb.Draft, error) {
	var same []kb.Draft
	f.Limit = draftsPage
	for seen := 0; seen < draftsScanned; {
		page, err := w.Library.Drafts(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("compare with drafts: %w", err)
		}
		for _, d := range page.Drafts {
			if tellsSame(d, th, ms, f.ArticleID) {
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

// tellsSame reports whether a draft is about the same symptom, or edits the same
// article, and holds the resolution.
func tellsSame(d kb.Draft, th *thread.Thread, ms []statement, article string) bool {
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
	told := resolutionText(d)
	share, added := compare(ms, kb.Article{Title: d.Title, Markdown: told})
	if share < sameDraft || len(added) > 0 {
		return false
	}
	// A long resolution holds many a short one; the same it is only both ways.
	own := map[string]bool{}
	for _, m := range ms {
		for w := range m.Stems {
			own[w] = true
		}
	}
	return thread.Overlap(thread.Stems(kb.PlainText(told)), own) >= sameBack
}

// tellingHeading finds where a draft begins to tell the cause and what is to be done.
var tellingHeading = regexp.MustCompile(`(?mi)^##+[ \t]+(?:cause|resolution|workaround|solution|fix)\b.*$`)

// resolutionText is the part of a draft that tells the resolution: of a new article the
// text from there on, of an edit what its first ticket said.
func resolutionText(d kb.Draft) string {
	if d.Decision == kb.EditArticle {
		var said []string
		for _, e := range d.Evidence {
			if s := d.Source(e.Ticket); len(d.Tickets) > 0 && e.Ticket == d.Tickets[0] && (s.Message == 0 || s.Message == e.Message) {
				said = append(said, e.Text)
			}
		}
		return strings.Join(said, "\n\n")
	}
	if at := tellingHeading.FindStringIndex(d.Markdown); at != nil {
		return tellingHeading.ReplaceAllString(d.Markdown[at[0]:], "")
	}
	return d.Markdown
}

// further gives what the ticket adds to a draft that tells its resolution.
func (w *Writer) further(th *thread.Thread, ms []statement) *Further {
	c := newComposer(th, w.Client.Redactor())
	c.internal = anyInternal(ms)
	c.article(ms)
	return &Further{Source: c.source(ms), Evidence: c.evidence}
}

// source describes the ticket as the source of a draft, with the sentence that
// confirms the resolution: a report that it worked, else what was done.
func (c *composer) source(ms []statement) kb.Source {
	s := kb.Source{Ticket: c.ticket.ID, Requester: c.ticket.Requester, Subject: c.clean(c.ticket.Subject)}
	best := slices.MaxFunc(append([]statement{{}}, ms...), func(a, b statement) int {
		return cmp.Or(cmp.Compare(confirming(a), confirming(b)), cmp.Compare(thread.CountContent(a.Text), thread.CountContent(b.Text)))
	})
	if best.Text != "" {
		s.Message, s.Confirms = best.message, thread.Shorten(c.clean(best.Text), maxConfirm)
	}
	return s
}

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
