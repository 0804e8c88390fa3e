package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/retrieval/version"
)

// TicketTriage proposes how tickets are sorted. *desk.Service implements it.
type TicketTriage interface {
	Triage(ctx context.Context, actor access.Actor, id string) (desk.Triage, error)
	TakeProposals(ctx context.Context, actor access.Actor, id string, values map[desk.Field]string) (desk.Ticket, error)
}

// proposalJSON is what triage proposes for one field.
type proposalJSON struct {
	Field      desk.Field         `json:"field"`
	Value      string             `json:"value"`
	Current    string             `json:"current"`
	State      desk.ProposalState `json:"state"`
	Confidence float64            `json:"confidence"`
	Basis      desk.Basis         `json:"basis"`
	Words      []string           `json:"words"`
	Boundary   desk.Boundary      `json:"boundary"`
	Rule       string             `json:"rule"`
}

// triageJSON is what triage thinks of a ticket.
type triageJSON struct {
	Boundary  desk.Boundary  `json:"boundary"`
	Rule      string         `json:"rule"`
	Proposals []proposalJSON `json:"proposals"`
}

// shownTrainings is how many trainings of triage are listed.
const shownTrainings = 20

// getTriage shows the proposals for a ticket.
func (s *Server) getTriage(c echo.Context) error {
	t, err := s.deps.Tickets.Triage(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	view := triageJSON{Boundary: t.Boundary, Rule: t.Rule, Proposals: make([]proposalJSON, len(t.Proposals))}
	for i, p := range t.Proposals {
		view.Proposals[i] = proposalJSON{
			Field: p.Field, Value: p.Value, Current: p.Current, State: p.State, Confidence: p.Confidence,
			Basis: p.Basis, Words: list(p.Words), Boundary: p.Boundary, Rule: p.Rule,
		}
	}
	return c.JSON(http.StatusOK, view)
}

// takeProposals takes what triage proposes, or confirms what it has set.
func (s *Server) takeProposals(c echo.Context) error {
	var in struct {
		Values map[desk.Field]string `json:"values"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	t, err := s.deps.Tickets.TakeProposals(c.Request().Context(), route.Actor(c), c.Param("id"), in.Values)
	if err != nil {
		return err
	}
	return s.ticketReply(c, http.StatusOK, t)
}

func (s *Server) triageLearning() (Training, error) {
	if s.deps.Triage == nil {
		return nil, fault.New(fault.Unavailable, "this server does not learn how tickets are sorted")
	}
	return s.deps.Triage, nil
}

// listTriageVersions shows what triage has learned, and how well.
func (s *Server) listTriageVersions(c echo.Context) error {
	l, err := s.triageLearning()
	if err != nil {
		return err
	}
	versions, err := l.ListVersions(c.Request().Context(), route.Actor(c), shownTrainings)
	if err != nil {
		return err
	}
	in, views := "", make([]versionJSON[triage.Report], len(versions))
	for i, v := range versions {
		views[i] = versionView[triage.Report](v)
		if v.State == version.InForce {
			in = v.ID
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"in_force": in, "versions": views})
}

// trainTriage asks for a training; one that is under way is answered instead of
// starting a second.
func (s *Server) trainTriage(c echo.Context) error {
	l, err := s.triageLearning()
	if err != nil {
		return err
	}
	v, _, err := l.StartTraining(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, versionView[triage.Report](v))
}
