package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
)

// clockJSON is the clock of a target.
type clockJSON struct {
	Target  string        `json:"target"`
	Cycle   int           `json:"cycle"`
	Goal    float64       `json:"goal_seconds"`
	Spent   float64       `json:"spent_seconds"`
	Left    float64       `json:"left_seconds"`
	Due     *time.Time    `json:"due"`
	State   clock.Phase   `json:"state"`
	Started time.Time     `json:"started"`
	Ended   *time.Time    `json:"ended"`
	Parts   []segmentJSON `json:"segments"`
}

type segmentJSON struct {
	From     time.Time   `json:"from"`
	To       *time.Time  `json:"to"`
	State    clock.Phase `json:"state"`
	Calendar string      `json:"calendar"`
}

// dueJSON is when the targets of a ticket in a list are due.
type dueJSON struct {
	FirstResponse *time.Time `json:"first_response"`
	Resolution    *time.Time `json:"resolution"`
	Update        *time.Time `json:"update"`
}

func dueView(t *desk.Timing) *dueJSON {
	if t == nil {
		return nil
	}
	return &dueJSON{timeOrNull(t.FirstResponseDue), timeOrNull(t.ResolutionDue), timeOrNull(t.UpdateDue)}
}

func clockView(c clock.Clock) clockJSON {
	v := clockJSON{
		Target: c.Target, Cycle: c.Cycle, Goal: c.Goal.Seconds(), Spent: c.Spent.Seconds(), Left: c.Left().Seconds(),
		Due: timeOrNull(c.Due), State: c.Phase, Started: c.Started, Ended: timeOrNull(c.Ended), Parts: []segmentJSON{},
	}
	for _, s := range c.Segments {
		v.Parts = append(v.Parts, segmentJSON{s.From, timeOrNull(s.To), s.Phase, s.Calendar})
	}
	return v
}

func (s *Server) getClocks(c echo.Context) error {
	clocks, err := s.deps.Tickets.Clocks(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	views := make([]clockJSON, len(clocks))
	for i, k := range clocks {
		views[i] = clockView(k)
	}
	return c.JSON(http.StatusOK, map[string]any{"clocks": views})
}

// levelView returns the targets that go with a hand-off, nil for a ticket without any.
func levelView(clocks []clock.Clock) *serviceLevel {
	var out serviceLevel
	for _, c := range clocks {
		switch c.Kind {
		case model.FirstResponse:
			out.FirstResponse = targetView(c)
		case model.Resolution:
			out.Resolution, out.Calendar = targetView(c), c.Segments[len(c.Segments)-1].Calendar
		case model.UpdateTarget, model.OLATarget, model.SupplierTarget:
		}
	}
	if out.Calendar == "" {
		return nil
	}
	return &out
}
