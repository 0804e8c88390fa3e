package storetest

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/learning"
)

// evaluations tests the runs over the team's history.
func evaluations(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, s, other *store.Store)
	}{
		{"runs", evaluationRuns}, {"one run at a time", oneRun}, {"last resolution", lastResolution},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			open := fresh(t)
			x.run(t, open(t), open(t))
		})
	}
}

// of returns a function that returns the entry of a new object with its id.
func of(object, verb string) func(id string) journal.Entry {
	return func(id string) journal.Entry {
		e := entry(object, id, verb)
		e.Changes = nil
		e.Jobs = []journal.Job{{Kind: "work", Key: object + " " + id}}
		return e
	}
}

func waitingRun() learning.EvaluationRun {
	return learning.EvaluationRun{State: learning.RunWaiting, By: "u_anna", CreatedAt: noon}
}

func evaluationRuns(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	_, err := s.Evaluation(ctx, "1")
	wantKind(t, err, fault.NotFound)
	started, err := s.StartEvaluation(ctx, waitingRun(), of(journal.Evaluation, "started"))
	must(t, err)
	want := waitingRun()
	want.ID = started.ID
	wantEqual(t, started, want)
	got, err := other.Evaluation(ctx, started.ID)
	must(t, err)
	wantEqual(t, got, want)
	events, err := s.Events(ctx, journal.Evaluation, started.ID)
	must(t, err)
	wantEqual(t, len(events), 1)
	jobs, err := s.JobCounts(ctx)
	must(t, err)
	wantEqual(t, jobs["ready"], 1)

	full := filled[learning.EvaluationRun]()
	full.ID, full.By, full.CreatedAt = started.ID, "u_anna", noon
	full.State, full.FinishedAt = learning.RunRunning, time.Time{}
	must(t, s.SaveEvaluation(ctx, full, journal.Entry{}))
	got, err = other.Evaluation(ctx, full.ID)
	must(t, err)
	wantEqual(t, got, full)
	list, err := s.Evaluations(ctx, "", 10)
	must(t, err)
	listed := full
	listed.Checkpoint = ""
	wantEqual(t, list, []learning.EvaluationRun{listed})

	full.State, full.FinishedAt = learning.RunDone, noon.Add(time.Hour)
	must(t, s.SaveEvaluation(ctx, full, of(journal.Evaluation, "finished")(full.ID)))
	wantKind(t, s.SaveEvaluation(ctx, full, entry(journal.Evaluation, full.ID, "again")), fault.Conflict)
	events, err = s.Events(ctx, journal.Evaluation, full.ID)
	must(t, err)
	wantEqual(t, len(events), 2)

	second, err := s.StartEvaluation(ctx, waitingRun(), of(journal.Evaluation, "started"))
	must(t, err)
	list, err = s.Evaluations(ctx, "", 1)
	must(t, err)
	wantEqual(t, list[0].ID, second.ID)
	list, err = s.Evaluations(ctx, second.ID, 10)
	must(t, err)
	wantEqual(t, len(list), 1)
	wantEqual(t, list[0].ID, full.ID)
	_, err = s.Evaluations(ctx, "x", 1)
	wantKind(t, err, fault.Invalid)
	for _, id := range []string{"", "x", "-1", "01", "99"} {
		_, err = s.Evaluation(ctx, id)
		wantKind(t, err, fault.NotFound)
	}
}

// oneRun starts runs concurrently from two stores: only one starts.
func oneRun(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	errs := make([]error, 8)
	together(len(errs), func(i int) {
		_, errs[i] = []*store.Store{s, other}[i%2].StartEvaluation(ctx, waitingRun(), of(journal.Evaluation, "started"))
	})
	oneWinner(t, errs)
	counts, err := s.JobCounts(ctx)
	must(t, err)
	wantEqual(t, counts["ready"], 1)
}

func lastResolution(t *testing.T, s, _ *store.Store) {
	at, err := s.LastResolution(t.Context())
	must(t, err)
	wantEqual(t, at, time.Time{})
	for _, resolved := range []time.Time{{}, noon.Add(time.Hour), noon} {
		x := ticket("printer")
		x.ResolvedAt = resolved
		open(t, s, x)
	}
	at, err = s.LastResolution(t.Context())
	must(t, err)
	wantEqual(t, at, noon.Add(time.Hour))
}
