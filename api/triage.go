package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/triage"
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
	Boundary   desk.Boundary      `json:"boundary"`
	Rule       string             `json:"rule"`
}

// triageJSON is the triage of one ticket.
type triageJSON struct {
	Boundary  desk.Boundary  `json:"boundary"`
	Rule      string         `json:"rule"`
	Proposals []proposalJSON `json:"proposals"`
}

// triageVersionJSON is a trained version of the triage classifiers.
type triageVersionJSON struct {
	ID        string         `json:"id"`
	State     triage.State   `json:"state"`
	By        string         `json:"by"`
	CreatedAt time.Time      `json:"created_at"`
	DecidedAt *time.Time     `json:"decided_at"`
	Reason    string         `json:"reason"`
	Report    *triage.Report `json:"report,omitempty"`
}

func triageVersionView(v triage.Trained) triageVersionJSON {
	return triageVersionJSON{
		ID: v.ID, State: v.State, By: v.By, CreatedAt: v.CreatedAt, DecidedAt: timeOrNull(v.DecidedAt), Reason: v.Reason,
		Report: v.Outcome,
	}
}

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
	versions, err := s.deps.Triage.Versions(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	inForce, views := "", make([]triageVersionJSON, len(versions))
	for i, v := range versions {
		views[i] = triageVersionView(v)
		if v.State == triage.InForce {
			inForce = v.ID
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"in_force": inForce, "versions": views})
}

// trainTriage requests a training run. While one is running, it returns that one
// instead of starting another.
func (s *Server) trainTriage(c echo.Context) error {
	v, _, err := s.deps.Triage.Start(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, triageVersionView(triage.Trained{Version: v}))
}
