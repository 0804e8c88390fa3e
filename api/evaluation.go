package api

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/version"
)

// evaluationRow is a run in a list.
type evaluationRow struct {
	ID         string              `json:"id"`
	State      learning.RunState   `json:"state"`
	By         string              `json:"by"`
	CreatedAt  time.Time           `json:"created_at"`
	StartedAt  *time.Time          `json:"started_at"`
	FinishedAt *time.Time          `json:"finished_at"`
	Done       int                 `json:"done"`
	Total      int                 `json:"total"`
	Weights    string              `json:"weights"`
	Reason     string              `json:"reason"`
	Tickets    int                 `json:"tickets"`
	Learned    *learning.Score     `json:"learned,omitempty"` // once there is a report
	Text       *learning.Score     `json:"text_only,omitempty"`
	Gain       *measure.Difference `json:"gain,omitempty"`
}

// evaluationJSON is a run including its report.
type evaluationJSON struct {
	evaluationRow
	Report *learning.HistoryReport `json:"report,omitempty"`
}

// versionJSON is a trained version with the report of its kind.
type versionJSON[Report any] struct {
	ID        string        `json:"id"`
	State     version.State `json:"state"`
	By        string        `json:"by"`
	CreatedAt time.Time     `json:"created_at"`
	DecidedAt *time.Time    `json:"decided_at"`
	Reason    string        `json:"reason"`
	Report    *Report       `json:"report,omitempty"`
}

func evaluationView(r learning.EvaluationRun) evaluationRow {
	view := evaluationRow{
		ID: r.ID, State: r.State, By: r.By, CreatedAt: r.CreatedAt, StartedAt: timeOrNull(r.StartedAt),
		FinishedAt: timeOrNull(r.FinishedAt), Done: r.Done, Total: r.Total, Weights: r.Weights, Reason: r.Reason,
	}
	if view.Weights == "" {
		view.Weights = version.Shipped
	}
	if r.Report != nil {
		view.Tickets, view.Learned, view.Text, view.Gain = r.Report.Tickets, &r.Report.Learned, &r.Report.Text, &r.Report.Gain
	}
	return view
}

func versionView[Report any](v version.Version) versionJSON[Report] {
	return versionJSON[Report]{
		ID: v.ID, State: v.State, By: v.By, CreatedAt: v.CreatedAt, DecidedAt: timeOrNull(v.DecidedAt), Reason: v.Reason,
		Report: version.ReportOf[Report](v),
	}
}

// weightsView shows a version of the ranker's weights. One in training has been called a
// candidate here from the beginning.
func weightsView(v version.Version) versionJSON[ranker.TrainingReport] {
	view := versionView[ranker.TrainingReport](v)
	view.ID = cmp.Or(view.ID, version.Shipped)
	if view.State == version.Training {
		view.State = "candidate"
	}
	return view
}

// startEvaluation requests an evaluation. While one is running, it returns that one
// instead of starting another.
func (s *Server) startEvaluation(c echo.Context) error {
	run, _, err := s.deps.Learning.StartEvaluation(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/evaluations/"+run.ID)
	return c.JSON(http.StatusAccepted, evaluationView(run))
}

func (s *Server) listEvaluations(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	runs, next, err := s.deps.Learning.ListEvaluations(c.Request().Context(), route.Actor(c), p.Cursor, p.Limit)
	if err != nil {
		return err
	}
	views := make([]evaluationRow, len(runs))
	for i, r := range runs {
		views[i] = evaluationView(r)
	}
	return c.JSON(http.StatusOK, map[string]any{"evaluations": views, "next": next})
}

// getEvaluation returns a run, or its monthly figures as CSV.
func (s *Server) getEvaluation(c echo.Context) error {
	run, err := s.deps.Learning.Evaluation(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	if wantsCSV(c) {
		body, err := monthsCSV(run.Report)
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, "text/csv; charset=utf-8", body)
	}
	return c.JSON(http.StatusOK, evaluationJSON{evaluationRow: evaluationView(run), Report: run.Report})
}

// monthsCSV returns one line per month; without a report, only the header line.
func monthsCSV(r *learning.HistoryReport) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	lines := [][]string{{
		"month", "tickets", "known", "articles", "ndcg@10", "hit@1", "hit@3", "hit@10", "coverage", "precision",
		"text_ndcg@10", "text_hit@1", "text_hit@3", "text_hit@10", "text_coverage", "text_precision",
	}}
	if r != nil {
		for _, m := range r.Months {
			line := []string{m.Name, strconv.Itoa(m.Tickets), strconv.Itoa(m.Known), strconv.Itoa(m.Articles)}
			lines = append(lines, append(append(line, cells(m.Learned)...), cells(m.Text)...))
		}
	}
	err := w.WriteAll(lines)
	return out.Bytes(), err
}

func cells(s learning.Score) []string {
	var out []string
	for _, x := range []float64{s.NDCG10, s.Hit1, s.Hit3, s.Hit10, s.Coverage, s.Precision} {
		out = append(out, strconv.FormatFloat(x, 'f', -1, 64))
	}
	return out
}

// getRanker lists the trained weights and reports which ones are in force.
func (s *Server) getRanker(c echo.Context) error {
	versions, err := s.deps.Learning.ListVersions(c.Request().Context(), route.Actor(c), maxLimit)
	if err != nil {
		return err
	}
	inForce, views := version.Shipped, make([]versionJSON[ranker.TrainingReport], len(versions))
	for i, v := range versions {
		views[i] = weightsView(v)
		if v.State == version.InForce {
			inForce = v.ID
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"in_force": inForce, "versions": views})
}

func (s *Server) trainRanker(c echo.Context) error {
	v, _, err := s.deps.Learning.StartTraining(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, weightsView(v))
}

func (s *Server) activateWeights(c echo.Context) error {
	v, err := s.deps.Learning.Activate(c.Request().Context(), route.Actor(c), c.Param("version"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, weightsView(v))
}
