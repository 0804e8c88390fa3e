package learning_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/truth"
	"github.com/deskbook/deskbook/retrieval/version"
)

// trainer is a Ranker with an outcome set beforehand.
type trainer struct {
	next ranker.Trained
	err  error
	used []string
}

func (f *trainer) Train(context.Context, truth.Source, string) (ranker.Trained, error) {
	return f.next, f.err
}

func (f *trainer) Use(weights string) error {
	f.used = append(f.used, weights)
	return nil
}

// node is a Service over a real store.
type node struct {
	*learning.Service
	t      *testing.T
	store  *store.Store
	ranker *trainer
	now    time.Time
}

func newNode(t *testing.T) *node {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	x := &node{t: t, store: s, ranker: &trainer{}, now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.Local)}
	none := 0.0
	x.Service = learning.New(learning.Deps{
		Evaluations: s, Versions: s, Source: s, Ranker: x.ranker, Dir: filepath.Join(dir, "evaluation"),
		Now: func() time.Time { return x.now }, Rest: &none, Budget: time.Nanosecond,
	})
	return x
}

func (x *node) fill(p pastOf) {
	x.t.Helper()
	if err := x.store.SaveArticles(x.t.Context(), p.articles, journal.Entry{}); err != nil {
		x.t.Fatal(err)
	}
	for _, ticket := range p.tickets {
		_, err := x.store.CreateTicket(x.t.Context(), func(id string) (desk.Ticket, journal.Entry) {
			ticket.ID, ticket.Version = id, 1
			return ticket, journal.Entry{}
		})
		if err != nil {
			x.t.Fatal(err)
		}
	}
}

// work leases the next job of learning and does it; false when there is none.
func (x *node) work() bool {
	x.t.Helper()
	ctx := x.t.Context()
	j, ok, err := x.store.LeaseJob(ctx, []string{learning.JobEvaluate, learning.JobTrain}, "me", x.now, time.Minute)
	if err != nil || !ok {
		return false
	}
	var p version.Job
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		x.t.Fatal(err)
	}
	do := x.WorkEvaluation
	if j.Kind == learning.JobTrain {
		do = x.WorkTraining
	}
	if err := do(ctx, p.ID); err != nil {
		x.t.Fatal(err)
	}
	if err := x.store.FinishJob(ctx, j.ID, "me", x.now); err != nil {
		x.t.Fatal(err)
	}
	return true
}

// TestEvaluationInPieces: an evaluation whose time is up leaves a job that goes on,
// and ends as one that had all the time.
func TestEvaluationInPieces(t *testing.T) {
	x, ctx, p := newNode(t), t.Context(), invent(5)
	x.fill(p)
	want := replayed(t, x.store)
	if _, fresh, err := x.StartEvaluation(ctx, access.System()); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	pieces := 0
	for x.work() {
		pieces++
	}
	run, err := x.Evaluation(ctx, access.System(), "1")
	if err != nil {
		t.Fatal(err)
	}
	if run.State != learning.RunDone || run.Checkpoint != "" || run.Done != run.Total || pieces < len(want.Months) {
		t.Errorf("after %d pieces %+v", pieces, run)
	}
	if run.Report == nil || run.Report.Learned != want.Learned || len(run.Report.Misses) != len(want.Misses) {
		t.Errorf("report %+v, want %+v", run.Report, want)
	}
	if err := x.WorkEvaluation(ctx, "1"); err != nil { // a job that comes twice changes nothing
		t.Error(err)
	}
	if err := x.FailEvaluation(ctx, "1", "too late"); err != nil {
		t.Error(err)
	}
	if run, err = x.Evaluation(ctx, access.System(), "1"); err != nil || run.State != learning.RunDone {
		t.Errorf("an ended run became %s, %v", run.State, err)
	}
}

func TestEvaluationFails(t *testing.T) {
	x, ctx := newNode(t), t.Context()
	run, _, err := x.StartEvaluation(ctx, access.System())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.FailEvaluation(ctx, run.ID, "the disk is full"); err != nil {
		t.Fatal(err)
	}
	run, err = x.Evaluation(ctx, access.System(), run.ID)
	if err != nil || run.State != learning.RunFailed || run.Reason != "the disk is full" || run.FinishedAt.IsZero() {
		t.Errorf("failed as %+v, %v", run, err)
	}
	if next, fresh, err := x.StartEvaluation(ctx, access.System()); err != nil || !fresh || next.ID == run.ID {
		t.Errorf("after a failure %+v starts, %v %v", next, fresh, err)
	}
}

func TestLearningPermissions(t *testing.T) {
	x, ctx := newNode(t), t.Context()
	as := func(roles ...access.Role) access.Actor { return access.Actor{ID: "u", Roles: roles} }
	ask := map[string]func(a access.Actor) error{
		"evaluate": func(a access.Actor) error { _, _, err := x.StartEvaluation(ctx, a); return err },
		"list":     func(a access.Actor) error { _, _, err := x.ListEvaluations(ctx, a, "", 5); return err },
		"read":     func(a access.Actor) error { _, err := x.Evaluation(ctx, a, "1"); return err },
	}
	for name, do := range ask {
		t.Run(name, func(t *testing.T) {
			for _, tt := range []struct {
				who access.Actor
				may bool
			}{
				{access.Actor{}, false},
				{as(access.Agent, access.Admin), false},
				{as(access.KnowledgeManager), true},
				{as(access.ServiceManager), true},
			} {
				if err := do(tt.who); fault.Is(err, fault.Forbidden) == tt.may {
					t.Errorf("%v: %v", tt.who.Roles, err)
				}
			}
		})
	}
}

// TestNightly: work is asked for at night, once, and only when something was resolved.
func TestNightly(t *testing.T) {
	x, ctx := newNode(t), t.Context()
	asked := func() (runs, versions int) {
		t.Helper()
		if err := x.Nightly(ctx); err != nil {
			t.Fatal(err)
		}
		r, err := x.store.Evaluations(ctx, "", 50)
		if err != nil {
			t.Fatal(err)
		}
		v, err := x.store.Versions(ctx, version.Ranker, 50)
		if err != nil {
			t.Fatal(err)
		}
		return len(r), len(v)
	}
	night := func(day int) time.Time { return time.Date(2026, 1, day, 3, 0, 0, 0, time.Local) }
	step := func(name string, now time.Time, want int) {
		t.Helper()
		x.now = now
		if r, v := asked(); r != want || v != want {
			t.Errorf("%s: %d evaluations and %d training runs, want %d", name, r, v, want)
		}
	}
	step("nothing was ever resolved", night(2), 0)
	x.fill(pastOf{tickets: invent(1).tickets[:1]}) // of 2025
	step("by day", night(2).Add(9*time.Hour), 0)
	step("the first night", night(3), 1)
	step("later in the night", night(3).Add(time.Hour), 1)
	for x.work() {
	}
	step("nothing new", night(4), 1)
	later := invent(1).tickets[1]
	later.ResolvedAt = night(4)
	x.fill(pastOf{tickets: []desk.Ticket{later}})
	step("something new", night(5), 2)
}
