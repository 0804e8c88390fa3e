package kb

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/plain"
)

// ResolutionHolds is the check that no ticket a draft rests on was reopened.
const ResolutionHolds = "resolution_holds"

// TicketReopened records that a ticket's resolution did not hold, with the reason that was
// given. Every draft that rests on the ticket is marked. An undecided one that rests on no
// other ticket leaves the review queue until somebody submits it again, or the ticket's next
// resolution replaces its text. For an article that was published from no other ticket, a
// review is opened. Recording it twice changes nothing.
func (s *Service) TicketReopened(ctx context.Context, actor access.Actor, ticket, reason string) error {
	found, err := s.drafts(ctx, DraftFilter{Ticket: ticket})
	if err != nil {
		return fmt.Errorf("drafts of ticket %s: %w", ticket, err)
	}
	for i, d := range found {
		if d.Status == Rejected || !d.Source(ticket).Reopened.IsZero() {
			continue
		}
		mark := func() (Draft, error) { return s.markReopened(ctx, actor, d.ID, ticket, reason) }
		if found[i], err = s.retry(ctx, d.ID, mark); err != nil {
			return fmt.Errorf("draft %s of reopened ticket %s: %w", d.ID, ticket, err)
		}
	}
	return s.reviewReopened(ctx, actor, found, ticket, reason)
}

// markReopened marks one draft as resting on a ticket that was reopened.
func (s *Service) markReopened(ctx context.Context, actor access.Actor, id, ticket, reason string) (Draft, error) {
	d, err := s.store.Draft(ctx, id)
	if err != nil || d.Status == Rejected || !d.Source(ticket).Reopened.IsZero() {
		return d, err
	}
	from := d.Source(ticket)
	from.Reopened = s.Clock()
	d.setSource(from)
	if !d.Open() {
		return s.saveDraft(ctx, actor, d, "ticket_reopened", "", "")
	}
	if !d.Holds() {
		d.Status = InDraft
	}
	d.TextVersion = d.Version + 1 // whoever read an earlier version must see this first
	if d.Checks, err = s.check(ctx, d); err != nil {
		return Draft{}, err
	}
	return s.saveDraft(ctx, actor, d, "ticket_reopened", "note", reopenedNote(ticket, reason))
}

func reopenedNote(ticket, reason string) string {
	return fmt.Sprintf("Ticket %s was reopened, so this resolution did not hold: %s", ticket,
		plain.Clip(plain.OneLine(reason), 500))
}

// reviewReopened opens a review of every article that rests on this reopened ticket alone.
// The review proposes the article as it is, until the ticket's next resolution replaces it.
// found are all drafts of the ticket.
func (s *Service) reviewReopened(
	ctx context.Context, actor access.Actor, found []Draft, ticket, reason string,
) error {
	if slices.ContainsFunc(found, Draft.Open) {
		return nil
	}
	for _, d := range found {
		if d.Status != Approved || d.Holds() {
			continue
		}
		a, err := s.store.Article(ctx, d.ArticleID, Everything())
		if err != nil {
			return fmt.Errorf("article of draft %s: %w", d.ID, err)
		}
		if a.Confidence == Archived || slices.ContainsFunc(a.SourceTickets, func(t string) bool { return t != ticket }) {
			continue
		}
		_, err = s.Propose(ctx, actor, Proposal{
			ArticleID: a.ID, Title: a.Title, Markdown: a.Markdown, Confidence: a.Confidence,
			Tickets: []string{ticket}, Subjects: d.Subjects[:min(1, len(d.Subjects))],
			Sources: []Source{d.Source(ticket)}, Evidence: d.Evidence, Engine: ByRules,
			Submit: true, Comment: reopenedNote(ticket, reason),
		})
		if err != nil && !fault.Is(err, fault.Conflict) { // the same review may have been rejected before
			return err
		}
		return nil // a ticket causes one draft at a time
	}
	return nil
}

// Holds reports whether the draft rests on no ticket, or on one that was not reopened.
func (d Draft) Holds() bool { return len(d.Tickets) == 0 || d.reopened() < len(d.Tickets) }

// reopened returns how many of the draft's tickets were reopened.
func (d Draft) reopened() int {
	n := 0
	for _, t := range d.Tickets {
		if !d.Source(t).Reopened.IsZero() {
			n++
		}
	}
	return n
}

// setSource replaces what is known of a source ticket, without writing to what the draft
// shares with copies.
func (d *Draft) setSource(from Source) {
	d.Sources = slices.Clone(d.Sources)
	i := slices.IndexFunc(d.Sources, func(s Source) bool { return s.Ticket == from.Ticket })
	if i < 0 {
		d.Sources = append(d.Sources, from)
		return
	}
	d.Sources[i] = from
}

// replaceable reports whether the ticket's next resolution may replace the text: nobody has
// worked on the draft, and its resolution did not hold.
func (d Draft) replaceable() bool {
	return d.Author == access.System().ID && len(d.Editors) == 0 && !d.Holds()
}

// replace makes d the next version of an open draft of the same ticket.
func (d *Draft) replace(old Draft) {
	d.ID, d.Version, d.TextVersion = old.ID, old.Version+1, old.Version+1
	d.CreatedAt, d.Comments = old.CreatedAt, slices.Clone(old.Comments)
}

func checkHolds(in CheckInput) Check {
	switch {
	case in.Reopened == 0:
		return answer(ResolutionHolds, true, "no ticket that it rests on was reopened")
	case in.Reopened == 1 && len(in.Subjects) <= 1:
		return answer(ResolutionHolds, false, "its ticket was reopened: the resolution did not hold")
	}
	return answer(ResolutionHolds, false, "%d of %d tickets were reopened: find out whether the resolution holds",
		in.Reopened, max(in.Reopened, len(in.Subjects)))
}
