package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/fault"
)

// candidateJSON is a pattern in incidents with its evidence.
type candidateJSON struct {
	ID         string                 `json:"id"`
	Title      string                 `json:"title"`
	Rule       problem.Rule           `json:"rule"`
	State      problem.CandidateState `json:"state"`
	Services   []string               `json:"services"`
	Tickets    []string               `json:"tickets"`
	Terms      []string               `json:"terms"`
	Reopenings int                    `json:"reopenings"`
	Changes    []string               `json:"changes"`
	Since      time.Time              `json:"since"`
	OutageAt   *time.Time             `json:"outage_at"`
	UpdatedAt  time.Time              `json:"updated_at"`
}

func candidateView(c problem.Candidate) candidateJSON {
	changes := make([]string, len(c.Changes))
	for i, x := range c.Changes {
		changes[i] = x.ID
	}
	return candidateJSON{
		ID: c.ID, Title: c.Title, Rule: c.Rule, State: c.State, Services: list(c.Services), Tickets: list(c.Tickets),
		Terms: list(c.Terms), Reopenings: c.Reopenings, Changes: changes, Since: c.Since,
		OutageAt: timeOrNull(c.OutageAt), UpdatedAt: c.UpdatedAt,
	}
}

func (s *Server) listCandidates(c echo.Context) error {
	found, err := s.deps.Problems.List(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	views := make([]candidateJSON, len(found))
	for i, x := range found {
		views[i] = candidateView(x)
	}
	return c.JSON(http.StatusOK, map[string]any{"candidates": views})
}

func (s *Server) dismissCandidate(c echo.Context) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	got, err := s.deps.Problems.Dismiss(c.Request().Context(), route.Actor(c), c.Param("id"), in.Reason)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, candidateView(got))
}

// mergeCandidate makes a candidate part of another one, or of a problem.
func (s *Server) mergeCandidate(c echo.Context) error {
	var in struct {
		Candidate string `json:"candidate"`
		Problem   string `json:"problem"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	switch {
	case (in.Candidate == "") == (in.Problem == ""):
		return fault.New(fault.Invalid, "Name either a candidate or a problem to merge into.")
	case in.Problem != "":
		p, err := s.deps.Problems.MergeIntoProblem(ctx, actor, id, in.Problem)
		if err != nil {
			return err
		}
		return s.showProblem(c, http.StatusOK, p)
	}
	got, err := s.deps.Problems.MergeCandidate(ctx, actor, id, in.Candidate)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, candidateView(got))
}
