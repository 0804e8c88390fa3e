// Package problem is the pages of problem candidates, problems and changes.
//
// It promises that every candidate is shown with its evidence, and that what preceded it is
// called a correlation. It imports no store.
package problem

import (
	"embed"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
)

//go:embed list.html show.html
var files embed.FS

const pageSize = 25

// Page serves the pages.
type Page struct {
	problems port.ProblemManagement
	list     layout.View[List]
	show     layout.View[Show]
}

// List is the page of candidates, problems and recent changes.
type List struct {
	Problem    layout.Problem
	Candidates []problem.Candidate
	Problems   []problem.Problem
	Open       []problem.Problem // those that a candidate can be merged into
	Changes    []problem.Change
	CanManage  bool
	Pager      layout.Pager
}

// Show is the page of a problem.
type Show struct {
	Problem    layout.Problem
	P          problem.Problem
	Outcome    Rate
	Changes    []problem.Change
	Categories []problem.Category
	CanManage  bool
}

// Rate is how often a workaround held, as a person reads it.
type Rate struct{ problem.Outcome }

// New parses the pages' templates.
func New(site *layout.Site, problems port.ProblemManagement) (*Page, error) {
	p := &Page{problems: problems}
	if err := layout.Load(site, files, &p.list, "list.html"); err != nil {
		return nil, err
	}
	return p, layout.Load(site, files, &p.show, "show.html")
}

// Routes returns the pages' routes.
func (p *Page) Routes() []route.Route {
	const read, manage = access.ReadProblems, access.ManageProblems
	return []route.Route{
		route.New(http.MethodGet, "/problems", read, p.index, "Problem candidates and problems").Costs(route.Reporting),
		route.New(http.MethodGet, "/problems/:id", read, p.view, "A problem"),
		route.New(http.MethodPost, "/problems/candidates/:id/accept", manage, p.accept, "Accept a candidate as a problem"),
		route.New(http.MethodPost, "/problems/candidates/:id/dismiss", manage, p.dismiss, "Dismiss a candidate"),
		route.New(http.MethodPost, "/problems/candidates/:id/merge", manage, p.merge, "Merge a candidate"),
		route.New(http.MethodPost, "/problems/:id", manage, p.update, "Update a problem"),
		route.New(http.MethodPost, "/problems/:id/known-error", manage, p.knownError, "Record a known error"),
		route.New(http.MethodPost, "/problems/:id/tell", manage, p.tell, "Tell the requesters that a problem is fixed"),
	}
}

func (p *Page) index(c echo.Context) error {
	return p.renderList(c, http.StatusOK, layout.Problem{})
}

func (p *Page) renderList(c echo.Context, status int, wrong layout.Problem) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	l := List{Problem: wrong, CanManage: actor.Can(access.ManageProblems)}
	var err error
	if l.Candidates, err = p.problems.List(ctx, actor); err != nil {
		return err
	}
	if l.Problems, err = p.problems.Problems(ctx, actor, "", layout.Cursor(c), pageSize); err != nil {
		return err
	}
	if l.Open, err = p.problems.Problems(ctx, actor, problem.Open, "", pageSize); err != nil {
		return err
	}
	if l.Changes, err = p.problems.Changes(ctx, actor, "", pageSize); err != nil {
		return err
	}
	next := ""
	if n := len(l.Problems); n == pageSize {
		next = l.Problems[n-1].ID
	}
	l.Pager = layout.NewPager(c, next)
	return p.list.Render(c, status, "Problems", l)
}

func (p *Page) view(c echo.Context) error { return p.renderShow(c, http.StatusOK, layout.Problem{}) }

func (p *Page) renderShow(c echo.Context, status int, wrong layout.Problem) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	found, err := p.problems.Problem(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := Show{Problem: wrong, P: found, Categories: problem.Categories(), CanManage: actor.Can(access.ManageProblems)}
	if ke := found.KnownError; ke != nil && ke.Article != "" {
		outcomes, err := p.problems.Outcomes(ctx, ke.Article)
		if err != nil {
			return err
		}
		v.Outcome = Rate{outcomes[ke.Article]}
	}
	for _, id := range found.Changes {
		x, err := p.problems.Change(ctx, actor, id)
		if err != nil {
			return err
		}
		v.Changes = append(v.Changes, x)
	}
	return p.show.Render(c, status, found.Title, v)
}

// inList ends a form of the list: it goes on to an address, or shows the list with what is wrong.
func (p *Page) inList(c echo.Context, err error, to, notice string) error {
	if err == nil {
		return layout.SeeOther(c, to, notice)
	}
	wrong, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.renderList(c, status, wrong)
}

func (p *Page) accept(c echo.Context) error {
	made, err := p.problems.Create(c.Request().Context(), route.Actor(c),
		problem.NewProblem{Candidate: c.Param("id"), Title: layout.Line(c, "title")})
	return p.inList(c, err, "/problems/"+url.PathEscape(made.ID), "problem-made")
}

func (p *Page) dismiss(c echo.Context) error {
	_, err := p.problems.Dismiss(c.Request().Context(), route.Actor(c), c.Param("id"), layout.Field(c, "reason"))
	return p.inList(c, err, "/problems", "candidate-dismissed")
}

func (p *Page) merge(c echo.Context) error {
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	kind, into := "", layout.Line(c, "into")
	if len(into) > 2 {
		kind, into = into[:2], into[2:]
	}
	if kind == "p:" {
		_, err := p.problems.MergeIntoProblem(ctx, actor, id, into)
		return p.inList(c, err, "/problems/"+url.PathEscape(into), "candidate-merged")
	}
	_, err := p.problems.MergeCandidate(ctx, actor, id, into)
	return p.inList(c, err, "/problems", "candidate-merged")
}

// inShow ends a form of a problem.
func (p *Page) inShow(c echo.Context, err error, notice string) error {
	if err == nil {
		return layout.SeeOther(c, "/problems/"+url.PathEscape(c.Param("id")), notice)
	}
	wrong, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.renderShow(c, status, wrong)
}

func (p *Page) update(c echo.Context) error {
	var patch problem.Patch
	if c.FormValue("part") == "known-error" {
		state := problem.KnownErrorState(layout.Line(c, "state"))
		patch.KnownError = &problem.KnownErrorPatch{State: &state}
	} else {
		category, cause := problem.Category(layout.Line(c, "cause_category")), layout.Field(c, "cause")
		state := problem.State(layout.Line(c, "state"))
		patch.CauseCategory, patch.Cause, patch.State = &category, &cause, &state
	}
	_, err := p.problems.Update(c.Request().Context(), route.Actor(c), c.Param("id"), patch)
	return p.inShow(c, err, "updated")
}

func (p *Page) knownError(c echo.Context) error {
	_, err := p.problems.RecordKnownError(c.Request().Context(), route.Actor(c), c.Param("id"), problem.NewKnownError{
		Title: layout.Line(c, "title"), Symptom: layout.Field(c, "symptom"), Workaround: layout.Field(c, "workaround"),
		Signature: lines(layout.Field(c, "signature")), Versions: layout.Line(c, "versions"),
	})
	return p.inShow(c, err, "submitted")
}

func (p *Page) tell(c echo.Context) error {
	_, err := p.problems.Tell(c.Request().Context(), route.Actor(c), c.Param("id"), layout.Field(c, "text"))
	return p.inShow(c, err, "told")
}
