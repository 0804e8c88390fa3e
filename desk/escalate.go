package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Escalate hands the ticket over to another group and unassigns it. The reason becomes a
// message of the thread.
func (s *Service) Escalate(ctx context.Context, actor access.Actor, id, group, reason string) (Ticket, error) {
	return s.EscalateWith(ctx, actor, id, group, reason, nil)
}

// EscalateWith is Escalate with a hand-off summary, which is stored as sent, in the same
// transaction. summary receives the ticket as it is after the escalation, and may be
// called again when the ticket has changed in the meantime. Its error ends the
// escalation.
func (s *Service) EscalateWith(
	ctx context.Context, actor access.Actor, id, group, reason string, summary func(after Ticket) (string, error),
) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	reason, err := cleanText("reason", reason, MaxReason, false)
	if err != nil {
		return Ticket{}, err
	}
	m := s.Model()
	if !m.HasGroup(group) {
		return Ticket{}, fault.InvalidField("group", "must be one of %s", strings.Join(m.GroupNames(), ", "))
	}
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if err := requireOpen(*t); err != nil {
			return journal.Entry{}, err
		}
		if t.Group == group {
			return journal.Entry{}, fault.New(fault.Conflict, "ticket %s is already with %s", t.ID, group)
		}
		from := t.Group
		deviates, err := mayHandOver(m, from, group)
		if err != nil {
			return journal.Entry{}, err
		}
		t.Group, t.Assignee = group, ""
		if t.Status == New {
			t.Status = Open
		}
		n := s.append(t, actor, Message{
			Kind: Escalation, Visibility: InternalNote,
			Text: fmt.Sprintf("Escalated from %s to %s: %s", from, group, reason),
		})
		if summary != nil {
			text, err := summary(*t)
			if err != nil {
				return journal.Entry{}, fmt.Errorf("hand over ticket %s: %w", t.ID, err)
			}
			t.Handoffs = append(slices.Clone(t.Handoffs), Handoff{
				Message: n, By: actor.ID, At: t.Messages[n-1].At, Summary: text,
			})
		}
		entry := s.event(actor, t.ID, "escalated", map[string]any{"from": from, "to": group, "message": n})
		s.deviate(&entry, actor, *t, deviates)
		return entry, nil
	})
}
