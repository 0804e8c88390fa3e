// Package evaluation is the page that shows how well the ranking does on the team's
// own tickets, what learning adds to it, and which weights are in force.
//
// It promises to name only tickets and articles that its reader may see, and to draw
// its charts without scripts. It imports no store.
package evaluation

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/version"
)

//go:embed evaluation.html training.html
var files embed.FS

const (
	shownRuns     = 20
	shownVersions = 20
	shownMisses   = 20
	shownGroups   = 10  // services, the smaller ones are folded away
	refreshEvery  = "5" // seconds, while something runs
)

// Learning evaluates and trains; *retrieval.Learning is one.
type Learning interface {
	StartEvaluation(ctx context.Context, actor access.Actor) (run learning.EvaluationRun, fresh bool, err error)
	Evaluation(ctx context.Context, actor access.Actor, id string) (learning.EvaluationRun, error)
	ListEvaluations(ctx context.Context, actor access.Actor, after string, limit int) (runs []learning.EvaluationRun, next string, err error)
	StartTraining(ctx context.Context, actor access.Actor) (v version.Version, fresh bool, err error)
	ListVersions(ctx context.Context, actor access.Actor, limit int) ([]version.Version, error)
	Activate(ctx context.Context, actor access.Actor, id string) (version.Version, error)
}

// Tickets gives a ticket to whom may see it.
type Tickets interface {
	Ticket(ctx context.Context, actor access.Actor, id string) (desk.Ticket, error)
}

// Articles gives an article to whom may see it.
type Articles interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
}

// People gives the names of users.
type People interface {
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Deps is what the page needs.
type Deps struct {
	Learning Learning
	Tickets  Tickets
	Articles Articles
	People   People
}

// Page handles the evaluation.
type Page struct {
	Deps
	view layout.View[Evaluation]
}

// Evaluation is what the page shows.
type Evaluation struct {
	Problem  layout.Problem
	Under    *Progress // the run under way
	Failed   string    // why the last run failed
	Shown    *Shown    // nil before the first report
	Runs     []RunRow
	Training Training
}

// Progress is a run under way.
type Progress struct {
	ID          string
	Done, Total int
}

// New parses the page.
func New(site *layout.Site, d Deps) (*Page, error) {
	view, err := layout.Load[Evaluation](site, files, "evaluation.html", "training.html")
	return &Page{Deps: d, view: view}, err
}

// Routes lists the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/evaluation", access.ReadReports, p.show, "How well the ranking does on the team's tickets"),
		route.New(http.MethodPost, "/evaluation", access.ReadReports, p.start, "Evaluate now"),
		route.New(http.MethodPost, "/evaluation/training", access.EditModel, p.train, "Train now"),
		route.New(http.MethodPost, "/evaluation/weights/:version", access.EditModel, p.activate, "Put weights into force"),
		route.New(http.MethodGet, "/evaluation/training", access.ReadReports, layout.BackTo("/evaluation"), "Back from a form to the evaluation"),
		route.New(http.MethodGet, "/evaluation/weights/:version", access.ReadReports, layout.BackTo("/evaluation"), "Back from a form to the evaluation"),
	}
}

func (p *Page) show(c echo.Context) error { return p.render(c, http.StatusOK, layout.Problem{}) }

func (p *Page) start(c echo.Context) error {
	_, fresh, err := p.Learning.StartEvaluation(c.Request().Context(), route.Actor(c))
	return p.done(c, err, fresh, "evaluating")
}

func (p *Page) train(c echo.Context) error {
	_, fresh, err := p.Learning.StartTraining(c.Request().Context(), route.Actor(c))
	return p.done(c, err, fresh, "training")
}

func (p *Page) activate(c echo.Context) error {
	_, err := p.Learning.Activate(c.Request().Context(), route.Actor(c), c.Param("version"))
	return p.done(c, err, true, "activated")
}

func (p *Page) done(c echo.Context, err error, fresh bool, notice string) error {
	if err == nil {
		if !fresh {
			notice = "underway"
		}
		return layout.SeeOther(c, "/evaluation", notice)
	}
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.render(c, status, problem)
}

func (p *Page) render(c echo.Context, status int, problem layout.Problem) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	runs, _, err := p.Learning.ListEvaluations(ctx, actor, "", shownRuns)
	if err != nil {
		return err
	}
	versions, err := p.Learning.ListVersions(ctx, actor, shownVersions)
	if err != nil {
		return err
	}
	names, err := p.People.Names(ctx, askedBy(runs, versions))
	if err != nil {
		return err
	}
	e := Evaluation{Problem: problem, Training: training(versions, names, actor.Can(access.EditModel))}
	shown, err := p.chosen(c, runs)
	if err != nil {
		return err
	}
	for _, r := range runs {
		e.Runs = append(e.Runs, runRow(r, names, shown != nil && r.ID == shown.ID))
	}
	if len(runs) > 0 {
		switch newest := runs[0]; {
		case !newest.Ended():
			e.Under = &Progress{ID: newest.ID, Done: newest.Done, Total: newest.Total}
		case newest.State == learning.RunFailed:
			e.Failed = cmp.Or(layout.Sentence(newest.Reason), "The reason is in the server's log.")
		}
	}
	if shown != nil {
		if e.Shown, err = p.report(c, *shown, before(runs, *shown)); err != nil {
			return err
		}
	}
	if e.Under != nil || e.Training.Running {
		c.Response().Header().Set("Refresh", refreshEvery)
	}
	return p.view.Render(c, status, "Evaluation", e)
}

// chosen gives the run asked for, else the newest that is done, else one under way
// that has figures already; nil when there is none.
func (p *Page) chosen(c echo.Context, runs []learning.EvaluationRun) (*learning.EvaluationRun, error) {
	if id := c.QueryParam("run"); id != "" {
		r, err := p.Learning.Evaluation(c.Request().Context(), route.Actor(c), id)
		if err != nil || r.Report == nil {
			return nil, err
		}
		return &r, nil
	}
	var partial *learning.EvaluationRun
	for i := range runs {
		switch r := &runs[i]; {
		case r.Report == nil:
		case r.State == learning.RunDone:
			return r, nil
		case partial == nil:
			partial = r
		}
	}
	return partial, nil
}

// before gives the last finished run before this one.
func before(runs []learning.EvaluationRun, shown learning.EvaluationRun) *learning.EvaluationRun {
	for i := range runs {
		if runs[i].CreatedAt.Before(shown.CreatedAt) && runs[i].State == learning.RunDone && runs[i].Report != nil {
			return &runs[i]
		}
	}
	return nil
}

func askedBy(runs []learning.EvaluationRun, versions []version.Version) []string {
	var ids []string
	for _, r := range runs {
		ids = append(ids, r.By)
	}
	for _, v := range versions {
		ids = append(ids, v.By)
	}
	return ids
}

// RunRow is one run of the list.
type RunRow struct {
	learning.EvaluationRun
	Name      string // who asked for it
	Shown     bool
	HasReport bool
	Tickets   int
	NDCG      string
	Text      string
	Hit1      string
	Version   string
}

func runRow(r learning.EvaluationRun, names map[string]string, shown bool) RunRow {
	row := RunRow{EvaluationRun: r, Name: nameOf(r.By, names), Shown: shown, Version: measured(r)}
	if r.Report != nil {
		row.HasReport, row.Tickets = true, r.Report.Tickets
		row.NDCG, row.Text, row.Hit1 = figure(r.Report.Learned.NDCG10), figure(r.Report.Text.NDCG10), share(r.Report.Learned.Hit1)
	}
	row.Report = nil // the row has what it shows
	return row
}

func nameOf(id string, names map[string]string) string {
	if id == access.SystemID {
		return "by itself"
	}
	return cmp.Or(names[id], "somebody")
}

func weightsName(id string) string {
	if id == "" || id == version.Shipped {
		return "shipped"
	}
	return "version " + id
}

// measured names the weights of a run: those shipped change with the program, so they
// are told apart by their hash.
func measured(r learning.EvaluationRun) string {
	name := weightsName(r.Weights)
	if r.Weights == "" && r.Report != nil && len(r.Report.Ranker) >= 6 {
		name += " " + r.Report.Ranker[:6]
	}
	return name
}

// figure shows a measure, share a share.
func figure(x float64) string { return fmt.Sprintf("%.3f", x) }

func share(x float64) string {
	switch {
	case x > .995 && x < 1:
		return ">99%"
	case x > 0 && x < .005:
		return "<1%"
	}
	return fmt.Sprintf("%.0f%%", 100*x)
}
