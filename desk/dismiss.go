package desk

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Dismiss records that a suggested article does not help with this ticket, and why. The
// article is not suggested there again.
func (s *Service) Dismiss(ctx context.Context, actor access.Actor, id, article, reason string) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	if article == "" {
		return Ticket{}, fault.InvalidField("article", "is empty")
	}
	reason, err := cleanText("reason", reason, MaxReason, true)
	if err != nil {
		return Ticket{}, err
	}
	a, err := s.Articles.Article(ctx, actor, article)
	if err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if slices.ContainsFunc(t.Dismissed, func(d Dismissal) bool { return d.Article == a.ID }) {
			return journal.Entry{}, errUnchanged
		}
		t.Dismissed = append(t.Dismissed, Dismissal{Article: a.ID, Reason: reason, By: actor.ID, At: s.clock()})
		return s.event(actor, t.ID, "suggestion_dismissed", map[string]any{"article": a.ID, "reason": reason}), nil
	})
}
