package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/retrieval/version"
)

// proposalJSON is the proposal for one field.
type proposalJSON struct {
	Field      desk.Field         `json:"field"`
	Value      string             `json:"value"`
	Current    string             `json:"current"`
	State      desk.ProposalState `json:"state"`
	Confidence float64            `json:"confidence"`
	Basis      desk.Basis         `json:"basis"`
	Words      []string           `json:"words"`
	Boundary   model.Boundary     `json:"boundary"`
	Rule       string             `json:"rule"`
}

// triageJSON is the triage of one ticket.
type triageJSON struct {
	Boundary  model.Boundary `json:"boundary"`
	Rule      string         `json:"rule"`
	Proposals []proposalJSON `json:"proposals"`
}

// shownTrainings is how many trainings of triage are listed.
const shownTrainings = 20

// getTriage returns the proposals for a ticket.
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

type acceptance struct {
	Values map[desk.Field]string `json:"values"`
}

// takeProposals accepts proposed values, or confirms values that triage has set.
func (s *Server) takeProposals(c echo.Context) error {
	return changeTicket(s, c, http.StatusOK,
		func(ctx context.Context, actor access.Actor, id string, in acceptance) (desk.Ticket, error) {
			return s.deps.Tickets.TakeProposals(ctx, actor, id, in.Values)
		})
}

// listTriageVersions lists the trained versions with their quality.
func (s *Server) listTriageVersions(c echo.Context) error {
	versions, err := s.deps.Triage.ListVersions(c.Request().Context(), route.Actor(c), shownTrainings)
	if err != nil {
		return err
	}
	inForce, views := "", make([]versionJSON[triage.Report], len(versions))
	for i, v := range versions {
		views[i] = versionView[triage.Report](v)
		if v.State == version.InForce {
			inForce = v.ID
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"in_force": inForce, "versions": views})
}

// trainTriage requests a training run. While one is running, it returns that one
// instead of starting another.
func (s *Server) trainTriage(c echo.Context) error {
	v, _, err := s.deps.Triage.StartTraining(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, versionView[triage.Report](v))
}
