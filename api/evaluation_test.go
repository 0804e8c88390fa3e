package api_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// fakeRanker returns fixed training results and records which weights are used.
type fakeRanker struct {
	next  ranker.Trained
	given []string // the weights in force at each training
	used  []string
}

func (f *fakeRanker) Train(_ context.Context, _ truth.Source, inForce string) (ranker.Trained, error) {
	f.given = append(f.given, inForce)
	return f.next, nil
}

func (f *fakeRanker) Use(weights string) error {
	f.used = append(f.used, weights)
	return nil
}

// resolveWith opens a ticket as rita and has anna resolve it with the article.
func (e *env) resolveWith(subject, article string) {
	e.Helper()
	ctx := e.Context()
	t, err := e.desk.OpenTicket(ctx, e.actor("rita"), desk.NewTicket{Subject: subject, Body: "It says " + subject})
	if err != nil {
		e.Fatal(err)
	}
	in := desk.ResolveInput{Code: desk.Fixed, Note: "done", Articles: []string{article}}
	if _, err := e.desk.Resolve(ctx, e.actor("anna"), t.ID, in); err != nil {
		e.Fatal(err)
	}
}

func TestEvaluations(t *testing.T) {
	e := newEnv(t)
	a, err := e.kb.Create(t.Context(), e.actor("kim"), kb.NewArticleInput{
		Title:    "Printer queue is stuck",
		Markdown: "## Issue\n\nThe printer queue is stuck.\n\n## Resolution\n\nRestart the spooler.\n",
		Audience: access.AudiencePublic, Confidence: kb.Validated,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{"Printer queue stuck", "My printer queue is stuck again"} {
		e.resolveWith(subject, a.ID)
	}
	const path = "/api/v1/evaluations"
	first := e.post("sven", path, nil).want(http.StatusAccepted)
	if first.str("state") != "waiting" || first.header.Get("Location") != path+"/1" || first.str("weights") != "shipped" {
		t.Errorf("started %s", first.body)
	}
	if again := e.post("kim", path, nil).want(http.StatusAccepted); again.str("id") != first.str("id") {
		t.Errorf("a second run was started: %s", again.body)
	}
	waiting := e.get("sven", path+"/1").want(http.StatusOK)
	if waiting.get("report") != nil {
		t.Errorf("a report before the run: %s", waiting.body)
	}
	if err := e.learning.WorkEvaluation(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	run := e.get("sven", path+"/1").want(http.StatusOK)
	if run.str("state") != "done" || run.get("done") != 2.0 || run.get("report.tickets") != 2.0 ||
		run.get("report.learned.hit@1") != 1.0 {
		t.Errorf("ended as %s", run.body)
	}
	rows, err := csv.NewReader(strings.NewReader(string(e.get("kim", path+"/1", "Accept", "text/csv").
		want(http.StatusOK).body))).ReadAll()
	if err != nil || len(rows) != 2 || rows[0][0] != "month" || rows[1][1] != "2" || rows[1][5] != "1" {
		t.Errorf("months as CSV: %v %v", rows, err)
	}
	e.post("sven", path, nil).want(http.StatusAccepted)
	page := e.get("kim", path+"?limit=1").want(http.StatusOK)
	if page.str("evaluations.0.id") != "2" || page.str("next") != "2" {
		t.Errorf("first page %s", page.body)
	}
	last := e.get("kim", path+"?limit=1&cursor=2").want(http.StatusOK)
	if last.str("evaluations.0.id") != "1" || last.str("next") != "" || last.get("evaluations.0.learned.hit@1") != 1.0 {
		t.Errorf("last page %s", last.body)
	}
	e.get("sven", path+"/99").want(http.StatusNotFound)
	e.get("sven", path+"?cursor=x").want(http.StatusBadRequest)
	for _, who := range []string{"anna", "rita", "admin"} {
		e.post(who, path, nil).want(http.StatusForbidden)
		e.get(who, path+"/1").want(http.StatusForbidden)
	}
	e.get("", path).want(http.StatusUnauthorized)
}

func TestRanker(t *testing.T) {
	e := newEnv(t)
	const path = "/api/v1/ranker"
	train := func(next ranker.Trained) string {
		t.Helper()
		e.ranker.next = next
		id := e.post("sven", path, nil).want(http.StatusAccepted).str("id")
		if again := e.post("sven", path, nil).want(http.StatusAccepted).str("id"); again != id {
			t.Errorf("a second training run was started: %s", again)
		}
		if err := e.learning.WorkTraining(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	inForce := func(want string) {
		t.Helper()
		if got := e.get("kim", path).want(http.StatusOK).str("in_force"); got != want {
			t.Errorf("%s is in force, want %s", got, want)
		}
	}
	inForce("shipped")
	report := ranker.TrainingReport{
		Trained: 80, Compared: 20, InForce: .5, Candidate: .6, Gain: measure.Difference{Mean: .1, Low: .05, High: .15},
	}
	one := train(ranker.Trained{Weights: `{"v":1}`, Report: report, Better: true, Reason: "better by 0.100"})
	inForce(one)
	two := train(ranker.Trained{Weights: `{"v":2}`, Report: report, Reason: "not significantly better"})
	inForce(one)
	three := train(ranker.Trained{Weights: `{"v":3}`, Report: report, Better: true, Reason: "better"})
	inForce(three)
	for _, step := range []struct{ activate, inForce string }{
		{one, one},
		{one, one},
		{two, two},
		{"shipped", "shipped"},
		{three, three},
	} {
		e.post("sven", path+"/"+step.activate+"/activate", nil).want(http.StatusOK)
		inForce(step.inForce)
	}
	want := []string{`{"v":1}`, `{"v":3}`, `{"v":1}`, `{"v":2}`, "", `{"v":3}`}
	if d := cmp.Diff(want, e.ranker.used); d != "" {
		t.Errorf("weights in use (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"", `{"v":1}`, `{"v":1}`}, e.ranker.given); d != "" {
		t.Errorf("compared with (-want +got):\n%s", d)
	}
	events, err := e.store.Events(t.Context(), "weights", one)
	if err != nil || len(events) != 3 || events[2].Actor != "u_sven" ||
		!strings.Contains(string(events[2].Data), `"before":"`+three+`"`) {
		t.Errorf("events of the first version: %+v %v", events, err)
	}
	list := e.get("sven", path).want(http.StatusOK)
	if list.str("versions.0.state") != "in_force" || list.str("versions.1.state") != "reverted" ||
		list.get("versions.0.report.compared") != 20.0 {
		t.Errorf("versions %s", list.body)
	}
	e.post("sven", path+"/99/activate", nil).want(http.StatusNotFound)
	e.post("kim", path, nil).want(http.StatusForbidden)
	e.post("kim", path+"/shipped/activate", nil).want(http.StatusForbidden)
	e.get("anna", path).want(http.StatusForbidden)
}
