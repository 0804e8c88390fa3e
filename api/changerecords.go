package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/fault"
)

// changeJSON is a change in services.
type changeJSON struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Class     problem.Class    `json:"class"`
	Services  []string         `json:"services"`
	Starts    time.Time        `json:"starts"`
	Ends      time.Time        `json:"ends"`
	Approval  problem.Approval `json:"approval"`
	Source    string           `json:"source"`
	By        string           `json:"by"`
	CreatedAt time.Time        `json:"created_at"`
}

func changeView(x problem.Change) changeJSON {
	return changeJSON{
		ID: x.ID, Title: x.Title, Class: x.Class, Services: list(slices.Clone(x.Services)), Starts: x.Starts, Ends: x.Ends,
		Approval: x.Approval, Source: x.Source, By: x.By, CreatedAt: x.CreatedAt,
	}
}

func (s *Server) addChange(c echo.Context) error {
	var in struct {
		Title    string           `json:"title"`
		Class    problem.Class    `json:"class"`
		Services []string         `json:"services"`
		Starts   string           `json:"starts"`
		Ends     string           `json:"ends"`
		Approval problem.Approval `json:"approval"`
		Source   string           `json:"source"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	key, err := idempotency(c)
	if err != nil {
		return err
	}
	change := problem.NewChange{
		Title: in.Title, Class: in.Class, Services: in.Services, Approval: in.Approval, Source: in.Source, Idempotency: key,
	}
	for _, f := range []struct {
		name, text string
		to         *time.Time
	}{{"starts", in.Starts, &change.Starts}, {"ends", in.Ends, &change.Ends}} {
		if f.text == "" {
			continue
		}
		if *f.to, err = time.Parse(time.RFC3339, f.text); err != nil {
			return fault.InvalidField(f.name, "must be a time such as 2026-03-04T12:00:00Z")
		}
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	x, err := once(s, c, key, func() (problem.Change, error) {
		return s.deps.Problems.AddChange(ctx, actor, change)
	}, func(id string) (problem.Change, error) { return s.deps.Problems.Change(ctx, actor, id) })
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, changeView(x))
}

func (s *Server) listChanges(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	found, err := s.deps.Problems.Changes(c.Request().Context(), route.Actor(c), p.Cursor, p.Limit)
	if err != nil {
		return err
	}
	views, next := make([]changeJSON, len(found)), ""
	for i, x := range found {
		views[i] = changeView(x)
	}
	if n := len(found); n == p.Limit {
		next = found[n-1].ID
	}
	return c.JSON(http.StatusOK, map[string]any{"changes": views, "next": next})
}
