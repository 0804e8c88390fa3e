package desk

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// LinkReviewed links a ticket to the article that already covers its resolution, as a
// reviewer of its draft has decided. The link is the reviewer's. On a resolved ticket it
// counts as applied, so that it votes for the article on similar tickets. The knowledge
// decision becomes that link.
func (s *Service) LinkReviewed(ctx context.Context, reviewer access.Actor, id, draft, article, title string) error {
	if !reviewer.Can(access.ReviewArticles) {
		return fault.New(fault.Forbidden, "only reviewers can link an article this way")
	}
	_, err := s.change(ctx, reviewer, id, func(t *Ticket) (journal.Entry, error) {
		linked := s.linkArticle(t, reviewer, article, title, t.Resolution != nil)
		decided := t.Knowledge != nil && t.Knowledge.Review == draft && t.Knowledge.Decision != "link"
		if decided {
			t.Knowledge = &Knowledge{
				Decision: "link", Article: article, Review: draft,
				Reason: fmt.Sprintf("%s found that %q already covers this resolution.", reviewer.DisplayName(), title),
			}
		}
		if !linked && !decided {
			return journal.Entry{}, errUnchanged
		}
		return s.event(reviewer, t.ID, "article_linked", map[string]any{"article": article, "review": draft}), nil
	})
	return err
}
