package desk

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Merge merges the ticket into another one, in one transaction: the ticket is closed as a
// duplicate with a link to the other, which receives its request as a note.
func (s *Service) Merge(ctx context.Context, actor access.Actor, id, into string) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	for attempt := 0; ; attempt++ {
		t, err := s.mergeOnce(ctx, actor, id, into)
		if fault.Is(err, fault.Conflict) && attempt < maxAttempts {
			continue // one of the two has changed in the meantime
		}
		return t, err
	}
}

func (s *Service) mergeOnce(ctx context.Context, actor access.Actor, id, into string) (Ticket, error) {
	from, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return Ticket{}, err
	}
	to, err := s.Store.Ticket(ctx, into, readScope(actor))
	if fault.Is(err, fault.NotFound) {
		return Ticket{}, fault.InvalidField("into", "there is no ticket %q", into)
	}
	if err != nil {
		return Ticket{}, err
	}
	if from.ID == to.ID {
		return Ticket{}, fault.InvalidField("into", "a ticket cannot be merged into itself")
	}
	if from.MergedInto != "" {
		return Ticket{}, fault.InvalidField("id",
			"ticket %s has already been merged into ticket %s", from.ID, from.MergedInto)
	}
	if to.MergedInto != "" {
		return Ticket{}, fault.InvalidField("into", "ticket %s has itself been merged into ticket %s", to.ID, to.MergedInto)
	}
	now := s.clock()
	n := s.append(&from, actor, Message{
		Kind: Merging, Visibility: InternalNote, Text: "Merged into ticket " + to.ID + ": " + to.Subject,
	})
	from.Links = append(from.Links, Link{
		Kind: DuplicateLink, Target: to.ID, Title: to.Subject, By: actor.ID, At: now, Message: n,
	})
	from.MergedInto, from.Status, from.ClosedAt = to.ID, Closed, now
	s.append(&to, actor, Message{
		Kind: Merging, Visibility: InternalNote,
		Text: fmt.Sprintf("Ticket %s of %s was merged into this one.\n\n%s\n\n%s",
			from.ID, from.RequesterName, from.Subject, from.Body()),
		Files: from.allFiles(),
	})
	entry := s.event(actor, from.ID, "merged", map[string]any{"into": to.ID})
	entry.Events = append(entry.Events, s.event(actor, to.ID, "absorbed", map[string]any{"ticket": from.ID}).Events...)
	for _, t := range []*Ticket{&from, &to} {
		t.Version++
		t.UpdatedAt = now
		entry.Changes = append(entry.Changes, journal.Change{Object: journal.Ticket, ID: t.ID})
	}
	for _, t := range []*Ticket{&from, &to} {
		if err := s.timed(ctx, t, entry); err != nil {
			return Ticket{}, err
		}
	}
	if err := s.Store.SaveTickets(ctx, []Ticket{from, to}, entry); err != nil {
		return Ticket{}, err
	}
	return s.visibleTo(ctx, actor, from)
}
