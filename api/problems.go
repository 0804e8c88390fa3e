package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/problem"
)

// recordJSON is a problem.
type recordJSON struct {
	ID            string           `json:"id"`
	Version       int              `json:"version"`
	Title         string           `json:"title"`
	Service       string           `json:"service"`
	State         problem.State    `json:"state"`
	CauseCategory problem.Category `json:"cause_category"`
	Cause         string           `json:"cause"`
	Tickets       []string         `json:"tickets"`
	Changes       []string         `json:"changes"`
	KnownError    *knownErrorJSON  `json:"known_error"`
	By            string           `json:"by"`
	CreatedAt     time.Time        `json:"created_at"`
	UpdatedAt     time.Time        `json:"updated_at"`
}

// knownErrorJSON is a problem's known error.
type knownErrorJSON struct {
	Number     string                  `json:"number"`
	Title      string                  `json:"title"`
	Symptom    string                  `json:"symptom"`
	Workaround string                  `json:"workaround"`
	Signature  []string                `json:"signature"`
	Versions   string                  `json:"versions"`
	State      problem.KnownErrorState `json:"state"`
	FixChange  string                  `json:"fix_change"`
	ReviewBy   time.Time               `json:"review_by"`
	Review     string                  `json:"review"`
	Article    string                  `json:"article"`
	ToldAt     *time.Time              `json:"told_at"`
	Outcome    outcomeJSON             `json:"outcome"` // of the workaround
}

// outcomeJSON says how often an article was applied and held.
type outcomeJSON struct {
	Applied int      `json:"applied"`
	Held    int      `json:"held"`
	Rate    *float64 `json:"rate"` // null below ten applications
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
}

// articleOutcome shows in how many tickets an article was applied, and held.
func (s *Server) articleOutcome(c echo.Context) error {
	ctx := c.Request().Context()
	a, err := s.deps.Articles.Article(ctx, route.Actor(c), c.Param("ref"))
	if err != nil {
		return err
	}
	outcomes, err := s.deps.Problems.Outcomes(ctx, a.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, outcomeView(outcomes[a.ID]))
}

func outcomeView(o problem.Outcome) outcomeJSON {
	v := outcomeJSON{Applied: o.Applied, Held: o.Held}
	rate, low, high, ok := o.Rate()
	if ok {
		v.Low, v.High = &low, &high
	}
	if o.Applied >= problem.Enough {
		v.Rate = &rate
	}
	return v
}

// problemViews returns problems with what became of their workarounds.
func (s *Server) problemViews(c echo.Context, found ...problem.Problem) ([]recordJSON, error) {
	var articles []string
	for _, p := range found {
		if p.KnownError != nil && p.KnownError.Article != "" {
			articles = append(articles, p.KnownError.Article)
		}
	}
	outcomes, err := s.deps.Problems.Outcomes(c.Request().Context(), articles...)
	views := make([]recordJSON, len(found))
	for i, p := range found {
		views[i] = recordView(p, outcomes)
	}
	return views, err
}

func recordView(p problem.Problem, outcomes map[string]problem.Outcome) recordJSON {
	v := recordJSON{
		ID: p.ID, Version: p.Version, Title: p.Title, Service: p.Service, State: p.State, CauseCategory: p.CauseCategory,
		Cause: p.Cause, Tickets: list(p.Tickets), Changes: list(p.Changes), By: p.By,
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
	if p.KnownError == nil {
		return v
	}
	ke := *p.KnownError
	v.KnownError = &knownErrorJSON{
		Number: ke.Number(p.ID), Title: ke.Title, Symptom: ke.Symptom, Workaround: ke.Workaround,
		Signature: list(ke.Signature), Versions: ke.Versions, State: ke.State,
		FixChange: ke.FixChange, ReviewBy: ke.ReviewBy, Review: ke.Review,
		Article: ke.Article, ToldAt: timeOrNull(ke.ToldAt), Outcome: outcomeView(outcomes[ke.Article]),
	}
	return v
}

func (s *Server) showProblem(c echo.Context, status int, p problem.Problem) error {
	v, err := s.problemViews(c, p)
	if err != nil {
		return err
	}
	return c.JSON(status, v[0])
}

func (s *Server) listProblems(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	state, err := choice(c, "state", problem.States()...)
	if err != nil {
		return err
	}
	found, err := s.deps.Problems.Problems(c.Request().Context(), route.Actor(c), state, p.Cursor, p.Limit)
	if err != nil {
		return err
	}
	views, err := s.problemViews(c, found...)
	if err != nil {
		return err
	}
	next := ""
	if n := len(found); n == p.Limit {
		next = found[n-1].ID
	}
	return c.JSON(http.StatusOK, map[string]any{"problems": views, "next": next})
}

func (s *Server) createProblem(c echo.Context) error {
	var in struct {
		Candidate string   `json:"candidate"`
		Tickets   []string `json:"tickets"`
		Title     string   `json:"title"`
		Service   string   `json:"service"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	key, err := idempotency(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	p, err := once(s, c, key, func() (problem.Problem, error) {
		return s.deps.Problems.Create(ctx, actor, problem.NewProblem{
			Candidate: in.Candidate, Tickets: in.Tickets, Title: in.Title, Service: in.Service, Idempotency: key,
		})
	}, func(id string) (problem.Problem, error) { return s.deps.Problems.Problem(ctx, actor, id) })
	if err != nil {
		return err
	}
	return s.showProblem(c, http.StatusCreated, p)
}

func (s *Server) getProblem(c echo.Context) error {
	p, err := s.deps.Problems.Problem(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.showProblem(c, http.StatusOK, p)
}

func (s *Server) patchProblem(c echo.Context) error {
	var in struct {
		Title         *string           `json:"title"`
		Service       *string           `json:"service"`
		Cause         *string           `json:"cause"`
		CauseCategory *problem.Category `json:"cause_category"`
		State         *problem.State    `json:"state"`
		Tickets       []string          `json:"tickets"`
		Changes       []string          `json:"changes"`
		Version       int               `json:"version"`
		KnownError    *struct {
			State     *problem.KnownErrorState `json:"state"`
			FixChange *string                  `json:"fix_change"`
			Versions  *string                  `json:"versions"`
		} `json:"known_error"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	patch := problem.Patch{
		Title: in.Title, Service: in.Service, Cause: in.Cause, CauseCategory: in.CauseCategory, State: in.State,
		Tickets: in.Tickets, Changes: in.Changes, Version: in.Version,
	}
	if ke := in.KnownError; ke != nil {
		patch.KnownError = &problem.KnownErrorPatch{State: ke.State, FixChange: ke.FixChange, Versions: ke.Versions}
	}
	p, err := s.deps.Problems.Update(c.Request().Context(), route.Actor(c), c.Param("id"), patch)
	if err != nil {
		return err
	}
	return s.showProblem(c, http.StatusOK, p)
}

func (s *Server) recordKnownError(c echo.Context) error {
	var in struct {
		Title      string   `json:"title"`
		Symptom    string   `json:"symptom"`
		Workaround string   `json:"workaround"`
		Signature  []string `json:"signature"`
		Versions   string   `json:"versions"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := s.deps.Problems.RecordKnownError(c.Request().Context(), route.Actor(c), c.Param("id"), problem.NewKnownError{
		Title: in.Title, Symptom: in.Symptom, Workaround: in.Workaround, Signature: in.Signature, Versions: in.Versions,
	})
	if err != nil {
		return err
	}
	return s.showProblem(c, http.StatusCreated, p)
}

func (s *Server) tellRequesters(c echo.Context) error {
	var in struct {
		Text string `json:"text"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	told, err := s.deps.Problems.Tell(c.Request().Context(), route.Actor(c), c.Param("id"), in.Text)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"told": list(told.Tickets), "ended": list(told.Ended)})
}
