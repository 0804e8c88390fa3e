package ticket

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
)

// Triage holds the proposals for a ticket.
type Triage struct {
	Ticket     string
	Show       bool // whether there is anything to accept or confirm
	Supervised bool // whether the proposals are one change to approve
	Offered    []Proposed
	Several    bool // whether there is more than one
	Set        []Proposed
	SeveralSet bool
	Problem    layout.Problem
}

// Proposed is a proposal with the service model's titles.
type Proposed struct {
	desk.Proposal
	Ticket              string
	Title, CurrentTitle string
}

// triage adds the proposals if the actor may accept them. If that fails, the page is
// shown without them.
func (p *Pages) triage(ctx context.Context, actor access.Actor, s *Show) {
	if !s.CanWork || s.Ticket.Status.Ended() {
		return
	}
	got, err := p.Desk.Triage(ctx, actor, s.Ticket.ID)
	if err != nil {
		p.Log.WarnContext(ctx, "ticket page without triage", "ticket", s.Ticket.ID, "error", err)
		return
	}
	m := p.ServiceModel()
	named := func(list []desk.Proposal) []Proposed {
		var out []Proposed
		for _, x := range list {
			out = append(out, Proposed{
				Proposal: x, Ticket: s.Ticket.ID,
				Title: title(m, x.Field, x.Value), CurrentTitle: title(m, x.Field, x.Current),
			})
		}
		return out
	}
	s.Triage = Triage{
		Ticket: s.Ticket.ID, Supervised: got.Boundary == model.BoundarySupervised,
		Offered: named(got.Offered()), Set: named(got.SetByRule()),
	}
	s.Triage.Several, s.Triage.SeveralSet = len(s.Triage.Offered) > 1, len(s.Triage.Set) > 1
	s.Triage.Show = len(s.Triage.Offered)+len(s.Triage.Set) > 0
}

// title returns the display text of a value.
func title(m *model.Service, f desk.Field, value string) string {
	if value == "" {
		return "none"
	}
	switch f {
	case desk.FieldImpact, desk.FieldUrgency:
		for _, l := range levels {
			if strconv.Itoa(l.N) == value && f == desk.FieldImpact {
				return value + " – " + l.Impact
			} else if strconv.Itoa(l.N) == value {
				return value + " – " + l.Urgency
			}
		}
	case desk.FieldType:
		return layout.Words(value)
	case desk.FieldCategory:
		if c, ok := m.Category(value); ok {
			return orName(c.Title, value)
		}
	case desk.FieldService:
		if x, ok := m.Service(value); ok {
			return orName(x.Title, value)
		}
	case desk.FieldGroup:
		if g, ok := m.Group(value); ok {
			return orName(g.Title, value)
		}
	}
	return value
}

// acceptProposals accepts the fields and values in the form, which the user has seen.
func (p *Pages) acceptProposals(c echo.Context) error {
	values := make(map[desk.Field]string)
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	for _, f := range desk.Fields() {
		if form.Has(string(f)) {
			values[f] = layout.Line(c, string(f))
		}
	}
	if _, err := p.Desk.TakeProposals(c.Request().Context(), route.Actor(c), c.Param("id"), values); err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			s.Triage.Problem, s.Triage.Show = problem, true
		})
	}
	return layout.SeeOther(c, here(c)+"#triage", "accepted")
}
