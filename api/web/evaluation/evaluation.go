// Package evaluation is the page that shows how well the ranking performs on the
// team's own tickets, how much learning improves it, and which weights are in force.
//
// It promises to show only tickets and articles that the reader may see, and to draw
// its charts without scripts. It imports no store.
package evaluation

import (
	"cmp"
	"embed"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/version"
)

//go:embed evaluation.html training.html
var files embed.FS

const (
	shownRuns     = 20
	shownVersions = 20
	shownMisses   = 20
	shownGroups   = 10  // services; smaller ones are collapsed
	refreshEvery  = "5" // seconds, while a job is running
)

// Deps holds the page's dependencies.
type Deps struct {
	Learning port.Learning
	Tickets  port.Ticket
	Articles port.Article
	People   port.People
}

// Page serves the evaluation page.
type Page struct {
	Deps
	view layout.View[Evaluation]
}

// Evaluation is what the page shows.
type Evaluation struct {
	Problem  layout.Problem
	Running  *Progress // the run in progress
	Failed   string    // why the latest run failed
	Shown    *Shown    // nil before the first report
	Runs     []RunRow
	Training Training
}

// Progress is the progress of a run.
type Progress struct {
	ID          string
	Done, Total int
}

// New parses the page's templates.
func New(site *layout.Site, d Deps) (*Page, error) {
	p := &Page{Deps: d}
	return p, layout.Load(site, files, &p.view, "evaluation.html", "training.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/evaluation", access.ReadReports, p.show, "Evaluation of the ranking"),
		route.New(http.MethodPost, "/evaluation", access.ReadReports, p.start, "Start an evaluation"),
		route.New(http.MethodPost, "/evaluation/training", access.EditModel, p.train, "Train the ranking"),
		route.New(http.MethodPost, "/evaluation/weights/:version", access.EditModel, p.activate, "Activate weights"),
		route.New(http.MethodGet, "/evaluation/training", access.ReadReports, layout.BackTo("/evaluation"),
			"Redirect from a form to the evaluation"),
		route.New(http.MethodGet, "/evaluation/weights/:version", access.ReadReports, layout.BackTo("/evaluation"),
			"Redirect from a form to the evaluation"),
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
	names, err := p.People.Names(ctx, requesters(runs, versions))
	if err != nil {
		return err
	}
	e := Evaluation{Problem: problem, Training: training(versions, names, actor.Can(access.EditModel))}
	shown, err := p.selectedRun(c, runs)
	if err != nil {
		return err
	}
	for _, r := range runs {
		e.Runs = append(e.Runs, runRow(r, names, shown != nil && r.ID == shown.ID))
	}
	if len(runs) > 0 {
		switch newest := runs[0]; {
		case !newest.Ended():
			e.Running = &Progress{ID: newest.ID, Done: newest.Done, Total: newest.Total}
		case newest.State == learning.RunFailed:
			e.Failed = cmp.Or(route.Sentence(newest.Reason), "See the server's log for the reason.")
		}
	}
	if shown != nil {
		if e.Shown, err = p.report(c, *shown, previousRun(runs, *shown)); err != nil {
			return err
		}
	}
	if e.Running != nil || e.Training.Running {
		c.Response().Header().Set("Refresh", refreshEvery)
	}
	return p.view.Render(c, status, "Evaluation", e)
}

// selectedRun returns the requested run, else the newest finished one, else one in
// progress that already has figures, else nil.
func (p *Page) selectedRun(c echo.Context, runs []learning.EvaluationRun) (*learning.EvaluationRun, error) {
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

// previousRun returns the last finished run before the shown one, or nil.
func previousRun(runs []learning.EvaluationRun, shown learning.EvaluationRun) *learning.EvaluationRun {
	for i := range runs {
		if runs[i].CreatedAt.Before(shown.CreatedAt) && runs[i].State == learning.RunDone && runs[i].Report != nil {
			return &runs[i]
		}
	}
	return nil
}

func requesters(runs []learning.EvaluationRun, versions []version.Version) []string {
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
	Name      string // who requested it
	Shown     bool
	HasReport bool
	Tickets   int
	NDCG      string
	Text      string
	Hit1      string
	Version   string
}

func runRow(r learning.EvaluationRun, names map[string]string, shown bool) RunRow {
	row := RunRow{EvaluationRun: r, Name: nameOf(r.By, names), Shown: shown, Version: weightsLabel(r)}
	if r.Report != nil {
		row.HasReport, row.Tickets = true, r.Report.Tickets
		row.NDCG, row.Text = figure(r.Report.Learned.NDCG10), figure(r.Report.Text.NDCG10)
		row.Hit1 = share(r.Report.Learned.Hit1)
	}
	row.Report = nil // the row holds all figures that are shown
	return row
}

func nameOf(id string, names map[string]string) string {
	if id == access.SystemID {
		return "automatic"
	}
	return cmp.Or(names[id], "Unknown")
}

func weightsName(id string) string {
	if id == "" || id == version.Shipped {
		return "shipped"
	}
	return "version " + id
}

// weightsLabel returns the name of a run's weights. The shipped weights change between
// versions of Deskbook, so they are distinguished by their hash.
func weightsLabel(r learning.EvaluationRun) string {
	name := weightsName(r.Weights)
	if r.Weights == "" && r.Report != nil && len(r.Report.Ranker) >= 6 {
		name += " " + r.Report.Ranker[:6]
	}
	return name
}

// figure formats a measure, share a share.
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
