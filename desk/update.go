package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Patch changes fields of a ticket; nil fields stay as they are.
type Patch struct {
	Status   *Status
	Supplier *string // with the status on hold
	Assignee *string // user id or e-mail address; "" unassigns
	Group    *string
	Type     *Type
	Impact   *int
	Urgency  *int
	Service  *string
	Category *string
	Subject  *string
	// Version must be the ticket's version if it is not 0; otherwise it is fault.Conflict.
	Version int
}

// transitions lists the statuses that an agent can set directly. Resolving, merging and
// reopening have methods of their own.
var transitions = map[Status][]Status{
	New:      {Open, Pending, OnHold},
	Open:     {Pending, OnHold},
	Pending:  {Open, OnHold},
	OnHold:   {Open, Pending},
	Resolved: {Closed},
}

// Update changes fields of a ticket and records the old and new value of each.
func (s *Service) Update(ctx context.Context, actor access.Actor, id string, p Patch) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	var person access.Actor
	if p.Assignee != nil && *p.Assignee != "" {
		var err error
		person, err = s.People.Person(ctx, *p.Assignee)
		if fault.Is(err, fault.NotFound) || (err == nil && !person.Has(access.Agent)) {
			return Ticket{}, fault.InvalidField("assignee", "there is no agent %q", *p.Assignee)
		}
		if err != nil {
			return Ticket{}, err
		}
		p.Assignee = &person.ID
	}
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if p.Version != 0 && p.Version != t.Version {
			return journal.Entry{}, fault.New(fault.Conflict,
				"ticket %s has been changed in the meantime (version %d, yours is %d); reload it", t.ID, t.Version, p.Version)
		}
		before := *t
		if err := s.apply(t, actor, p); err != nil {
			return journal.Entry{}, err
		}
		deviations, err := s.deviations(before, *t, person)
		if err != nil {
			return journal.Entry{}, err
		}
		diff := map[string]any{}
		for field, pair := range Changes(before, *t) {
			diff[field] = pair
		}
		if t.Supplier != before.Supplier && t.Supplier != "" {
			diff["status"], diff["supplier"] = [2]any{before.Status, t.Status}, t.Supplier
		}
		if len(diff) == 0 {
			return journal.Entry{}, errUnchanged
		}
		entry := s.event(actor, t.ID, "updated", diff)
		s.deviate(&entry, actor, *t, deviations...)
		s.declare(&entry, actor, before, *t)
		return entry, nil
	})
}

func (s *Service) apply(t *Ticket, actor access.Actor, p Patch) error {
	if t.MergedInto != "" {
		return requireOpen(*t)
	}
	if p.Status != nil && *p.Status != t.Status {
		if t.Order != nil && t.Order.Approval == ApprovalOpen {
			return fault.New(fault.Conflict, "ticket %s waits for its approval", t.ID)
		}
		if !slices.Contains(transitions[t.Status], *p.Status) {
			return fault.New(fault.Conflict, "the status cannot be changed from %s to %s", t.Status, *p.Status)
		}
		t.Status = *p.Status
		if t.Status == Closed {
			t.ClosedAt = s.clock()
		}
	}
	if err := s.setSupplier(t, p.Supplier); err != nil {
		return err
	}
	set(&t.Assignee, p.Assignee)
	if p.Assignee != nil && *p.Assignee != "" && t.Status == New {
		t.Status = Open
	}
	set(&t.Group, p.Group)
	set(&t.Type, p.Type)
	set(&t.Impact, p.Impact)
	set(&t.Urgency, p.Urgency)
	set(&t.Service, p.Service)
	set(&t.Category, p.Category)
	if p.Subject != nil {
		subject, err := cleanText("subject", strings.Join(strings.Fields(*p.Subject), " "), MaxSubject, false)
		if err != nil {
			return err
		}
		t.Subject = subject
	}
	m := s.Model()
	bad := checkLists(*t)
	if p.Group != nil && !m.HasGroup(t.Group) {
		bad = append(bad, fault.Field{Field: "group", Message: "is not in the service model"})
	}
	if p.Category != nil && t.Category != "" && !m.HasCategory(t.Category) {
		bad = append(bad, fault.Field{Field: "category", Message: "is not in the service model"})
	}
	if p.Service != nil && t.Service != "" && !m.HasService(t.Service) {
		bad = append(bad, fault.Field{Field: "service", Message: "is not in the service model"})
	}
	if len(bad) > 0 {
		return fault.InvalidFields(bad)
	}
	old := t.Priority
	t.Priority = m.Priority(t.Impact, t.Urgency)
	if t.Priority == 1 && old != 1 && !m.MayDeclareP1(actor.Roles) {
		return fault.New(fault.Forbidden, "your roles may not declare priority 1; the service model says which ones may")
	}
	return nil
}

// deviations returns what a change does although the service model says otherwise. person is
// the new assignee.
func (s *Service) deviations(before, after Ticket, person access.Actor) ([]*deviation, error) {
	m := s.Model()
	var out []*deviation
	if after.Group != before.Group {
		d, err := mayHandOver(m, before.Group, after.Group)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	if after.Assignee != "" && after.Assignee != before.Assignee {
		d, err := mayTake(m, after.Group, person)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// maxSupplier bounds the name of a supplier, in runes.
const maxSupplier = 200

// setSupplier sets the supplier of a ticket on hold, and takes it from others. A service
// model that lists suppliers allows no other.
func (s *Service) setSupplier(t *Ticket, name *string) error {
	set(&t.Supplier, name)
	if t.Status != OnHold {
		if name != nil && *name != "" {
			return fault.InvalidField("supplier", "goes with the status on_hold")
		}
		t.Supplier = ""
	}
	m := s.Model()
	if name == nil || *name == "" || len(m.Suppliers) == 0 {
		return nil
	}
	x, ok := m.Supplier(*name)
	if !ok {
		return fault.InvalidField("supplier", "is not in the service model")
	}
	t.Supplier = x.Name
	return nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// checkLists checks the fields that have a fixed set of values.
func checkLists(t Ticket) []fault.Field {
	var bad []fault.Field
	if !slices.Contains([]Type{Incident, Request, Question, Change}, t.Type) {
		bad = append(bad, fault.Field{Field: "type", Message: "must be incident, request, question or change"})
	}
	if t.Impact < 1 || t.Impact > 3 {
		bad = append(bad, fault.Field{Field: "impact", Message: "must be 1, 2 or 3"})
	}
	if t.Urgency < 1 || t.Urgency > 3 {
		bad = append(bad, fault.Field{Field: "urgency", Message: "must be 1, 2 or 3"})
	}
	return bad
}

// Changes returns the fields that differ, each with its value before and after: what the
// event of an update records.
func Changes(before, after Ticket) map[string][2]any {
	diff := make(map[string][2]any)
	add := func(name string, a, b any) {
		if a != b {
			diff[name] = [2]any{a, b}
		}
	}
	add("status", before.Status, after.Status)
	add("assignee", before.Assignee, after.Assignee)
	add("group", before.Group, after.Group)
	add("type", before.Type, after.Type)
	add("impact", before.Impact, after.Impact)
	add("urgency", before.Urgency, after.Urgency)
	add("priority", before.Priority, after.Priority)
	add("service", before.Service, after.Service)
	add("category", before.Category, after.Category)
	add("subject", before.Subject, after.Subject)
	return diff
}
