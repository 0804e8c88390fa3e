package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/version"
)

type fakeLearning struct {
	calls
	runs     []learning.EvaluationRun
	versions []version.Version
	busy     bool
}

func score(x float64) learning.Score {
	return learning.Score{
		NDCG10: x, Low: x - .02, High: x + .02, Hit1: x - .1, Hit3: x, Hit10: x + .1, Coverage: .8, Precision: .55,
	}
}

func historyReport(learned float64) *learning.HistoryReport {
	month := func(name string, x float64) learning.GroupScore {
		return learning.GroupScore{Name: name, Tickets: 40, Known: 10, Learned: score(x), Text: score(.42)}
	}
	return &learning.HistoryReport{
		From: noon.AddDate(0, -3, 0), To: noon, Tickets: 120, Later: 4, Quiet: .5, Without: 9, Articles: 30, Floor: .15,
		Learned: score(learned), Text: score(.42), Gain: measure.Difference{Mean: learned - .42, Low: .1, High: .3},
		Months: []learning.GroupScore{
			month("2026-08", .45), month("2026-09", .55),
			{Name: "2026-10"},
			month("2026-11", .65),
		},
		Services:  []learning.GroupScore{month("remote-access "+hostile, .6), month("", .5)},
		Languages: []learning.GroupScore{month("en", .6), month("ar", .5), month("", .4)},
		Bins: []learning.Reliability{
			{From: 0, To: .1, Tickets: 20, Said: .07, Right: .2},
			{From: .9, To: 1, Tickets: 80, Said: .97, Right: .8},
			{From: .5, To: .6},
		},
		CalibrationError: .091, Seconds: 12.3,
		Misses: []learning.Miss{
			{Ticket: "1001", Opened: noon, First: "a_1", FirstP: .99, Wanted: []string{"a_1", "a_gone"}, Rank: 4},
			{Ticket: "777", Opened: noon, First: "a_gone", FirstP: .9, Wanted: []string{"a_1"}, TextRank: 12},
		},
	}
}

func newLearning() *fakeLearning {
	run := func(id string, state learning.RunState, at time.Time) learning.EvaluationRun {
		return learning.EvaluationRun{ID: id, State: state, By: knower.ID, CreatedAt: at, StartedAt: at}
	}
	running, second, first := run("3", learning.RunRunning, noon), run("2", learning.RunDone,
		noon.Add(-time.Hour)), run("1", learning.RunDone, noon.Add(-2*time.Hour))
	running.Done, running.Total = 40, 120
	second.Report, second.Weights, second.FinishedAt = historyReport(.61), "7", noon
	first.Report, first.By = historyReport(.58), access.SystemID
	report := string(journal.Data(ranker.TrainingReport{
		Trained: 80, Compared: 40, InForce: .58, Candidate: .61, Gain: measure.Difference{Mean: .03, Low: .01, High: .05},
	}))
	return &fakeLearning{
		runs: []learning.EvaluationRun{running, second, first},
		versions: []version.Version{
			{
				ID: "7", State: version.InForce, By: access.SystemID, CreatedAt: noon, DecidedAt: noon, Trained: true,
				Report: report, Reason: "better " + hostile,
			},
			{
				ID: "6", State: version.Rejected, By: knower.ID, CreatedAt: noon, DecidedAt: noon, Trained: true, Report: report,
				Reason: "no sure difference",
			},
			{ID: "5", State: version.Replaced, By: knower.ID, CreatedAt: noon, DecidedAt: noon, Trained: true, Report: report},
			{ID: "4", State: version.Failed, By: "u_gone", CreatedAt: noon, DecidedAt: noon, Reason: "the disk was full"},
		},
	}
}

func (f *fakeLearning) StartEvaluation(_ context.Context, a access.Actor) (learning.EvaluationRun, bool, error) {
	return learning.EvaluationRun{ID: "9"}, !f.busy, f.say("evaluate as %s", a.ID)
}

func (f *fakeLearning) Evaluation(_ context.Context, _ access.Actor, id string) (learning.EvaluationRun, error) {
	for _, r := range f.runs {
		if r.ID == id {
			return r, nil
		}
	}
	return learning.EvaluationRun{}, fault.New(fault.NotFound, "there is no evaluation %q", id)
}

func (f *fakeLearning) ListEvaluations(context.Context, access.Actor, string, int) ([]learning.EvaluationRun, string,
	error,
) {
	return f.runs, "", nil
}

func (f *fakeLearning) StartTraining(_ context.Context, a access.Actor) (version.Version, bool, error) {
	return version.Version{ID: "8"}, !f.busy, f.say("train as %s", a.ID)
}

func (f *fakeLearning) ListVersions(context.Context, access.Actor, int) ([]version.Version, error) {
	return f.versions, nil
}

func (f *fakeLearning) Activate(_ context.Context, a access.Actor, id string) (version.Version, error) {
	return version.Version{ID: id}, f.say("activate %s as %s", id, a.ID)
}

func TestEvaluation(t *testing.T) {
	s := newSite(t)
	rec := s.get(everyone, "/evaluation")
	s.shows(rec, 200,
		"Evaluation 3 is running", "40 of 120 tickets",
		"Evaluation 2: 120 tickets", "Learning from earlier resolutions improves the ranking",
		"+0.190 (95% interval +0.100 to +0.300)", "version 7",
		"With learning 120 0.610 0.590–0.630 51% 61% 80% 55%", "Text only 120 0.420",
		"Previous run, with learning (shipped) 120 0.580", "Change from the previous run 0 +0.030 – +3 pt +3 pt",
		"trained on some of the tickets evaluated here", "9 tickets resolved without an article",
		"For 4 tickets the article was written only afterwards; for 50%",
		"2026-10 0 0 – –", "No service 40", "Unknown 40", "Mean distance from the line: 0.091",
		"#1001 VPN drops", "beyond 100", "An article you don't have access to", "A ticket you don't have access to",
		"In force: version 7", "Go back to the previous weights (version 5)", "0.580 → 0.610", "the disk was full",
		"automatic",
	)
	if got := rec.Header().Get("Refresh"); got != "5" {
		t.Errorf("the page refreshes after %q seconds while a run is in progress", got)
	}
	s.lacks(rec, "777", "a_gone")
	dots, lines := 0, 0
	walk(parse(t, rec.Body.String()), func(n *html.Node) {
		switch n.Data {
		case "circle":
			dots++
		case "polyline":
			lines++
		}
	})
	if dots != 3+3+3+3+2 || lines != 2+2+1 {
		t.Errorf("%d dots and %d lines are drawn", dots, lines)
	}
}

func TestEvaluationAtRest(t *testing.T) {
	s := newSite(t)
	s.learn.runs = s.learn.runs[1:]
	rec := s.get(knower, "/evaluation?run=1")
	s.shows(rec, 200, "Evaluation 1: 120 tickets", "The next evaluation will be compared", "Evaluate now")
	if got := rec.Header().Get("Refresh"); got != "" {
		t.Errorf("the page refreshes although nothing is running: %q", got)
	}
	s.lacks(rec, "/evaluation/training", "/evaluation/weights")
	s.learn.runs[0].State, s.learn.runs[0].Reason = learning.RunFailed, "the disk was full"
	s.shows(s.get(knower, "/evaluation"), 200, "The latest evaluation failed.", "The disk was full.",
		"Evaluation 1: 120 tickets")
	if rec := s.get(knower, "/evaluation?run=99"); rec.Code != 404 {
		t.Errorf("a run that does not exist: status %d", rec.Code)
	}
}

func TestEvaluationForms(t *testing.T) {
	tests := []struct {
		path, said, to string
		as             access.Actor
		busy           bool
	}{
		{"/evaluation", "evaluate as u_k", "/evaluation?done=evaluating", knower, false},
		{"/evaluation", "evaluate as u_k", "/evaluation?done=underway", knower, true},
		{"/evaluation/training", "train as u_x", "/evaluation?done=training", everyone, false},
		{"/evaluation/weights/5", "activate 5 as u_x", "/evaluation?done=activated", everyone, false},
		{"/evaluation/weights/shipped", "activate shipped as u_x", "/evaluation?done=activated", everyone, false},
	}
	for _, tt := range tests {
		t.Run(strings.TrimPrefix(tt.path, "/"), func(t *testing.T) {
			s := newSite(t)
			s.learn.busy = tt.busy
			s.sent(s.post(tt.as, tt.path), tt.to)
			if got := s.learn.last(); got != tt.said {
				t.Errorf("got call %q, want %q", got, tt.said)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		s := newSite(t)
		s.learn.err = fault.New(fault.Conflict, "version 4 has no weights that could be used")
		s.shows(s.post(everyone, "/evaluation/weights/4"), 409, "Version 4 has no weights that could be used.",
			"In force: version 7")
	})
	for _, path := range []string{"/evaluation/training", "/evaluation/weights/5"} {
		s := newSite(t)
		if rec := s.post(knower, path); rec.Code != 403 || len(s.learn.said) > 0 {
			t.Errorf("%s without permission: %d, %v", path, rec.Code, s.learn.said)
		}
	}
	s := newSite(t)
	if rec := s.get(agent, "/evaluation"); rec.Code != 403 {
		t.Errorf("an agent gets %d", rec.Code)
	}
	s.lacks(s.get(agent, "/"), `href="/evaluation"`)
	s.shows(s.get(knower, "/"), 200, "Evaluation")
}
