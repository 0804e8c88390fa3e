package draft

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/thread"
)

// decideReopened decides about a ticket that was reopened after an article had been published
// from its resolution: the resolution that held belongs into that article, not into a second
// one. The article's text is replaced if it is still the one that was published, and if it
// rests on this ticket alone.
func (w *Writer) decideReopened(ctx context.Context, th *thread.Thread, ms []statement) (verdict, error) {
	if w.deps.Library == nil || th.Ticket.Reopens == 0 || len(ms) == 0 {
		return verdict{}, nil
	}
	page, err := w.deps.Library.Drafts(ctx, kb.DraftFilter{Ticket: th.Ticket.ID, Status: kb.Approved, Limit: draftsPage})
	if err != nil {
		return verdict{}, fmt.Errorf("drafts of reopened ticket %s: %w", th.Ticket.ID, err)
	}
	for _, d := range page.Drafts {
		if d.Holds() {
			continue
		}
		a, found, err := w.article(ctx, d.ArticleID)
		if err != nil {
			return verdict{}, err
		}
		if !found || a.Confidence == kb.Archived {
			continue
		}
		_, added := compare(ms, a)
		if len(added) == 0 {
			return link(a, "%q already covers this resolution.", a.Title), nil
		}
		v := edit(a, added)
		v.reason = fmt.Sprintf("%q was published from this ticket's earlier resolution, which did not hold.", a.Title)
		v.rewrite = a.Markdown == d.Markdown && !slices.ContainsFunc(a.SourceTickets,
			func(t string) bool { return t != th.Ticket.ID })
		return v, nil
	}
	return verdict{}, nil
}

// rewrite proposes new text for the article that was published from the ticket's earlier
// resolution.
func (c *composer) rewrite(a kb.Article, ms []statement) kb.Proposal {
	written := c.article(slices.DeleteFunc(slices.Clone(ms), func(m statement) bool { return m.internal && !c.internal }))
	return kb.Proposal{
		ArticleID: a.ID, BaseRevision: a.Revision, Title: a.Title, Markdown: written.Markdown,
		Evidence: written.Evidence, Redactions: written.Redactions,
	}
}
