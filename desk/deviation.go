package desk

import (
	"fmt"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// deviation is something that was done although a rule of the service model says otherwise.
type deviation struct {
	Rule string // "membership" or "hand_overs"
	What string
	to   model.Recipient
}

// enforce returns a deviation, nil where there is none or the service model allows it, and an
// error where it refuses it.
func enforce(how model.Enforcement, field string, d deviation) (*deviation, error) {
	switch how {
	case model.Refuse:
		return nil, fault.InvalidField(field, "is not allowed by the service model (%s): %s", d.Rule, d.What)
	case model.Warn:
		return &d, nil
	case model.Allow:
	}
	return nil, nil
}

// mayTake checks that a person may take the tickets of a group.
func mayTake(m *model.Service, group string, person access.Actor) (*deviation, error) {
	if m.IsMember(group, person.Email) {
		return nil, nil
	}
	return enforce(m.Membership, "assignee", deviation{
		Rule: "membership", What: fmt.Sprintf("%s is not a member of %s", person.DisplayName(), group), to: model.ToPeopleLead,
	})
}

// mayHandOver checks that a group may hand tickets over to another.
func mayHandOver(m *model.Service, from, to string) (*deviation, error) {
	if m.MayHandOver(from, to) {
		return nil, nil
	}
	return enforce(m.HandOver, "group", deviation{
		Rule: "hand_overs", What: fmt.Sprintf("%s does not hand over to %s", from, to), to: model.ToProcessOwner,
	})
}

// deviate records deviations with an entry and tells who answers for the rule, once a ticket
// and event.
func (s *Service) deviate(entry *journal.Entry, actor access.Actor, t Ticket, list ...*deviation) {
	for _, d := range list {
		if d == nil {
			continue
		}
		e := s.event(actor, t.ID, "deviated", map[string]any{"rule": d.Rule, "what": d.What})
		entry.Events = append(entry.Events, e.Events...)
		for _, to := range recipientsOf(s.Model(), t, d.to) {
			entry.Notices = append(entry.Notices, journal.Notice{
				Key: fmt.Sprintf("ticket/%s/%d/%s/%s", t.ID, t.Version, d.Rule, to), Recipient: to,
				Title: fmt.Sprintf("Ticket %s: %s", t.ID, d.What), Detail: t.Subject, Object: journal.Ticket, ID: t.ID,
			})
		}
	}
}

// declare records who declared priority 1, under which roles and by which rule.
func (s *Service) declare(entry *journal.Entry, actor access.Actor, before, after Ticket) {
	if after.Priority != 1 || before.Priority == 1 {
		return
	}
	e := s.event(actor, after.ID, "priority_1_declared", map[string]any{
		"rule": "priority.may_declare_1", "roles": actor.Roles, "impact": after.Impact, "urgency": after.Urgency,
	})
	entry.Events = append(entry.Events, e.Events...)
}
