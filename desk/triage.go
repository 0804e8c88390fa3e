package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// ProposalState says how a proposal relates to the value of the field.
type ProposalState string

// The states.
const (
	ProposalOffered ProposalState = "offered"     // differs from the value, which no agent has decided
	ProposalAgrees  ProposalState = "agrees"      // is the value
	ProposalSet     ProposalState = "set_by_rule" // was set by triage and is not confirmed yet
	ProposalDecided ProposalState = "decided"     // an agent has decided; the proposal does not matter
	ProposalUnknown ProposalState = "unknown"     // nothing is likely enough
)

// Proposal is what triage proposes for one field of a ticket.
type Proposal struct {
	Opinion
	Current string // the value of the field
	State   ProposalState
	// Boundary is how far triage may go here, and Rule the path of the rule that says so.
	Boundary model.Boundary
	Rule     string
}

// Triage is what triage proposes for a ticket.
type Triage struct {
	Boundary  model.Boundary // for the ticket's category
	Rule      string
	Proposals []Proposal // at most one per field
}

// Offered lists the proposals that an agent can take.
func (t Triage) Offered() []Proposal { return t.in(ProposalOffered) }

// SetByRule lists the fields that triage has set and that are not confirmed yet.
func (t Triage) SetByRule() []Proposal { return t.in(ProposalSet) }

func (t Triage) in(s ProposalState) []Proposal {
	var out []Proposal
	for _, p := range t.Proposals {
		if p.State == s {
			out = append(out, p)
		}
	}
	return out
}

// Triage returns the proposals for a ticket. Only agents may see them.
func (s *Service) Triage(ctx context.Context, actor access.Actor, id string) (Triage, error) {
	if err := requireWork(actor); err != nil {
		return Triage{}, err
	}
	t, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return Triage{}, err
	}
	return s.triage(ctx, actor, t)
}

func (s *Service) triage(ctx context.Context, actor access.Actor, t Ticket) (Triage, error) {
	m := s.Model()
	out := Triage{
		Boundary: m.Boundary(t.Category, model.ActionTriage), Rule: m.BoundaryRule(t.Category, model.ActionTriage),
		Proposals: []Proposal{},
	}
	if s.Triager == nil || !out.Boundary.Allows() || t.MergedInto != "" || t.Status.Ended() {
		return out, nil
	}
	events, err := s.Store.TicketEvents(ctx, t.ID, readScope(actor))
	if err != nil {
		return Triage{}, err
	}
	origins := Origins(t, events)
	opinions, err := s.opinions(ctx, t, origins)
	if err != nil {
		return Triage{}, fmt.Errorf("triage ticket %s: %w", t.ID, err)
	}
	for _, o := range opinions {
		p := Proposal{Opinion: o, Current: fieldValue(t, o.Field)}
		if p.Boundary, p.Rule = stricter(m, t.Category, o); !p.Boundary.Allows() {
			continue
		}
		p.State = stateOf(p, origins[o.Field])
		out.Proposals = append(out.Proposals, p)
	}
	return out, nil
}

// addUnconfirmed adds an empty opinion for each field that triage has set and has no
// opinion on any more, so that an agent can still confirm it.
func addUnconfirmed(list map[Field]Opinion, origins map[Field]Origin) {
	for f, by := range origins {
		if _, ok := list[f]; !ok && by == ByRule {
			list[f] = Opinion{Field: f, Basis: FromHistory}
		}
	}
}

func stateOf(p Proposal, by Origin) ProposalState {
	switch {
	case by == ByDesk:
		return ProposalDecided
	case by == ByRule:
		return ProposalSet
	case p.Value == "":
		return ProposalUnknown
	case p.Value == p.Current:
		return ProposalAgrees
	}
	return ProposalOffered
}

// opinions returns the triager's opinions. When it proposes a category, type and group
// follow from that as they would have at intake.
func (s *Service) opinions(ctx context.Context, t Ticket, origins map[Field]Origin) ([]Opinion, error) {
	m := s.Model()
	list, err := s.Triager.Triage(ctx, TriageRequest{Subject: t.Subject, Body: t.Body(), Choices: TriageChoices(m)})
	if err != nil {
		return nil, err
	}
	known := make(map[Field]Opinion)
	for _, o := range list {
		if known[o.Field].Value == "" {
			known[o.Field] = o
		}
	}
	undecided := origins[FieldCategory] == ByDefault || origins[FieldCategory] == ByRequester
	if c := known[FieldCategory]; c.Value != "" && c.Value != t.Category && undecided {
		follow := func(f Field, before, value string) {
			if known[f].Value == "" && origins[f] == ByDefault && fieldValue(t, f) == before {
				known[f] = Opinion{Field: f, Value: value, Confidence: c.Confidence, Basis: FromCategory}
			}
		}
		follow(FieldGroup, m.DefaultGroup(t.Category), m.DefaultGroup(c.Value))
		follow(FieldType, string(m.DefaultType(t.Category)), string(m.DefaultType(c.Value)))
	}
	addUnconfirmed(known, origins)
	var out []Opinion
	for _, f := range Fields() {
		if o, ok := known[f]; ok {
			out = append(out, o)
		}
	}
	return out, nil
}

// stricter returns the boundary for an opinion and its rule: that of the ticket's category
// or, for a proposed category, the stricter of the two, so that a category reserved for
// human decisions is not set without one.
func stricter(m *model.Service, category string, o Opinion) (model.Boundary, string) {
	b, rule := m.Boundary(category, model.ActionTriage), m.BoundaryRule(category, model.ActionTriage)
	if o.Field != FieldCategory || o.Value == "" {
		return b, rule
	}
	to := m.Boundary(o.Value, model.ActionTriage)
	if slices.Index(model.Boundaries(), to) < slices.Index(model.Boundaries(), b) {
		return to, m.BoundaryRule(o.Value, model.ActionTriage)
	}
	return b, rule
}

// TakeProposals sets fields to the values that triage proposes, or confirms those that it
// has set. values are those that the agent saw: when a proposal has changed in the
// meantime, it is fault.Conflict and nothing is set.
func (s *Service) TakeProposals(
	ctx context.Context, actor access.Actor, id string, values map[Field]string,
) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	if len(values) == 0 {
		return Ticket{}, fault.InvalidField("values", "must have at least one field")
	}
	for f := range values {
		if !slices.Contains(Fields(), f) {
			return Ticket{}, fault.InvalidField("values", "triage does not propose a %q", f)
		}
	}
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if err := requireOpen(*t); err != nil {
			return journal.Entry{}, err
		}
		now, err := s.triage(ctx, actor, *t)
		if err != nil {
			return journal.Entry{}, err
		}
		confirmed, confidence, err := match(*t, now, values)
		if err != nil {
			return journal.Entry{}, err
		}
		before := *t
		if err := s.apply(t, actor, patchOf(values)); err != nil {
			return journal.Entry{}, err
		}
		data := map[string]any{"rule": now.Rule}
		for name, diff := range Changes(before, *t) {
			data[name] = diff
		}
		if len(data) == 1 && len(confirmed) == 0 {
			return journal.Entry{}, errUnchanged
		}
		if len(confirmed) > 0 {
			data["confirmed"] = confirmed
		}
		if len(confidence) > 0 {
			data["confidence"] = confidence
		}
		return s.event(actor, t.ID, verbProposalTaken, data), nil
	})
}

// match compares the values to be set with the current proposals. It returns the fields
// that the ticket has already, which are confirmed, and the confidence of the others.
func match(
	t Ticket, now Triage, values map[Field]string,
) (confirmed []Field, confidence map[Field]float64, err error) {
	confidence = make(map[Field]float64)
	for _, f := range Fields() {
		want, ok := values[f]
		if !ok {
			continue
		}
		i := slices.IndexFunc(now.Proposals, func(p Proposal) bool { return p.Field == f })
		switch {
		case i < 0:
		case fieldValue(t, f) == want && now.Proposals[i].State == ProposalDecided:
			continue // already decided, perhaps by a double click
		case fieldValue(t, f) == want:
			confirmed = append(confirmed, f)
			continue
		case now.Proposals[i].Value == want:
			confidence[f] = round(now.Proposals[i].Confidence)
			continue
		}
		return nil, nil, fault.New(fault.Conflict,
			"the proposal for the %s of ticket %s has changed; reload the ticket", f, t.ID)
	}
	return confirmed, confidence, nil
}

// round rounds a probability to three digits, for events.
func round(p float64) float64 { return float64(int(p*1000+0.5)) / 1000 }
