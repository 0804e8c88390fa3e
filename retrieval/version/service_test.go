package version_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/version"
)

// trainer is a Trainer with an outcome set beforehand.
type trainer struct {
	next    version.Outcome
	err     error
	beaten  []string // what each training run had to beat
	used    []string
	refuses string // weights that it cannot use
}

func (f *trainer) Train(_ context.Context, inForce string) (version.Outcome, error) {
	f.beaten = append(f.beaten, inForce)
	return f.next, f.err
}

func (f *trainer) Use(weights string) error {
	if weights != "" && weights == f.refuses {
		return errors.New("torn")
	}
	f.used = append(f.used, weights)
	return nil
}

// node is a Service over a store, which others may share.
type node struct {
	*version.Service
	t       *testing.T
	store   *store.Store
	trainer *trainer
	now     time.Time
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func newStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newNode(t *testing.T, s *store.Store, discard bool) *node {
	t.Helper()
	n := &node{t: t, store: s, trainer: &trainer{}, now: noon}
	n.Service = version.New(version.Deps{
		Rules: version.Rules{
			Kind: version.Ranker, Job: "train", Object: journal.Weights, Discard: discard,
			Verb: func(s version.State) string { return "became_" + string(s) },
		},
		Ledger: s, Trainer: n.trainer, Now: func() time.Time { return n.now },
	})
	return n
}

// train starts a training run, carries it out as its job does, and returns the version.
func (n *node) train(o version.Outcome) version.Version {
	n.t.Helper()
	n.trainer.next = o
	ctx := n.t.Context()
	v, fresh, err := n.StartTraining(ctx, sven)
	if err != nil || !fresh {
		n.t.Fatal(fresh, err)
	}
	job, ok, err := n.store.LeaseJob(ctx, []string{"train"}, "me", time.Now(), time.Minute)
	if err != nil || !ok {
		n.t.Fatal(ok, err)
	}
	var p version.Job
	if err := json.Unmarshal(job.Payload, &p); err != nil || p.ID != v.ID {
		n.t.Fatal(p, err)
	}
	for range 2 { // a job may run twice
		if err := n.WorkTraining(ctx, p.ID); err != nil {
			n.t.Fatal(err)
		}
	}
	if err := n.store.FinishJob(ctx, job.ID, "me", time.Now()); err != nil {
		n.t.Fatal(err)
	}
	return v
}

// states lists the versions' states, newest first.
func (n *node) states() []version.State {
	n.t.Helper()
	list, err := n.ListVersions(n.t.Context(), sven, 10)
	if err != nil {
		n.t.Fatal(err)
	}
	var out []version.State
	for _, v := range list {
		out = append(out, v.State)
	}
	return out
}

// equal fails unless the states are these.
func (n *node) equal(want ...version.State) {
	n.t.Helper()
	if diff := cmp.Diff(want, n.states()); diff != "" {
		n.t.Errorf("states (-want +got):\n%s", diff)
	}
}

var sven = access.Actor{ID: "u_sven", Roles: []access.Role{access.ServiceManager}}

func better(weights string) version.Outcome {
	return version.Outcome{State: version.InForce, Reason: "better", Weights: weights, Report: map[string]int{"n": 1}}
}

func TestBetterIsPutIntoForce(t *testing.T) {
	n := newNode(t, newStore(t), false)
	v := n.train(better("{1}"))
	n.now = noon.Add(time.Hour)
	n.train(version.Outcome{State: version.Rejected, Reason: "not better", Weights: "{2}"})
	n.train(better("{3}"))
	n.equal(version.InForce, version.Rejected, version.Replaced)
	if diff := cmp.Diff([]string{"", "{1}", "{1}"}, n.trainer.beaten); diff != "" {
		t.Errorf("beaten %s", diff)
	}
	if diff := cmp.Diff([]string{"{1}", "{3}"}, n.trainer.used[len(n.trainer.used)-2:]); diff != "" {
		t.Errorf("used %s", diff)
	}
	got, err := n.store.Version(t.Context(), version.Ranker, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := version.Version{
		Kind: version.Ranker, ID: "1", State: version.Replaced, By: "u_sven", CreatedAt: noon, DecidedAt: n.now,
		Reason: "better", Weights: "{1}", Trained: true, Report: `{"n":1}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r := version.ReportOf[map[string]int](got); r == nil || (*r)["n"] != 1 {
		t.Errorf("report %v", r)
	}
	if r := version.ReportOf[[]int](got); r != nil {
		t.Errorf("a report of another form was read as %v", r)
	}
}

func TestEvents(t *testing.T) {
	n := newNode(t, newStore(t), false)
	n.train(better("{1}"))
	n.train(version.Outcome{State: version.Rejected, Reason: "not better"})
	if _, err := n.Activate(t.Context(), sven, version.Shipped); err != nil {
		t.Fatal(err)
	}
	events, err := n.store.EventsSince(t.Context(), time.Unix(0, 0), 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	type row struct{ ID, Actor, Verb, Data string }
	var got []row
	for _, e := range events {
		if e.Object != journal.Weights {
			t.Errorf("an event of %s", e.Object)
		}
		got = append(got, row{e.ID, e.Actor, e.Verb, string(e.Data)})
	}
	want := []row{
		{"1", "u_sven", "training_started", ""},
		{"1", "system", "became_in_force", `{"after":"1","before":"shipped","reason":"better"}`},
		{"2", "u_sven", "training_started", ""},
		{"2", "system", "became_rejected", `{"after":"1","before":"1","reason":"not better"}`},
		{"shipped", "u_sven", "became_in_force", `{"after":"shipped","before":"1","reason":"chosen by hand"}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOneTrainingAtATime(t *testing.T) {
	s := newStore(t)
	n, other := newNode(t, s, false), newNode(t, s, false)
	v, fresh, err := n.StartTraining(t.Context(), sven)
	if err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	again, fresh, err := other.StartTraining(t.Context(), access.System())
	if err != nil || fresh || again.ID != v.ID {
		t.Errorf("started %+v again, %v %v", again, fresh, err)
	}
	if counts, err := s.JobCounts(t.Context()); err != nil || counts["ready"] != 1 {
		t.Errorf("jobs %v, %v", counts, err)
	}
}

func TestTrainingFails(t *testing.T) {
	n, ctx := newNode(t, newStore(t), false), t.Context()
	n.trainer.err = errors.New("broken")
	v, _, err := n.StartTraining(ctx, sven)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.WorkTraining(ctx, v.ID); !errors.Is(err, n.trainer.err) {
		t.Fatalf("got %v", err)
	}
	n.equal(version.Training) // until its job gives up
	for _, reason := range []string{"it is broken", "a second time"} {
		if err := n.FailTraining(ctx, v.ID, reason); err != nil {
			t.Fatal(err)
		}
	}
	latest, err := n.Latest(ctx)
	if err != nil || latest.State != version.Failed || latest.Reason != "it is broken" {
		t.Errorf("latest %+v, %v", latest, err)
	}
	if _, err := n.Activate(ctx, sven, v.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("weights that were never trained: %v", err)
	}
	if _, fresh, err := n.StartTraining(ctx, sven); err != nil || !fresh {
		t.Errorf("after a failure: %v %v", fresh, err)
	}
}

// TestWayBack: one can go back from every switch, also to what is shipped.
func TestWayBack(t *testing.T) {
	n, ctx := newNode(t, newStore(t), false), t.Context()
	first := n.train(better("{1}"))
	n.train(better("{2}"))
	v, err := n.Activate(ctx, sven, first.ID)
	if err != nil || v.ID != first.ID || v.State != version.InForce || v.Reason != "better" {
		t.Errorf("activated %+v, %v", v, err)
	}
	n.equal(version.Reverted, version.InForce)
	if v, err = n.Activate(ctx, sven, version.Shipped); err != nil || v.ID != "" || v.State != version.InForce {
		t.Errorf("activated %+v, %v", v, err)
	}
	n.equal(version.Reverted, version.Reverted)
	if used := n.trainer.used; used[len(used)-2] != "{1}" || used[len(used)-1] != "" {
		t.Errorf("used %q", used)
	}
	if v, err = n.Activate(ctx, sven, version.Shipped); err != nil || v.State != version.InForce {
		t.Errorf("activated again %+v, %v", v, err)
	}
	if _, err = n.Activate(ctx, sven, "99"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a version that does not exist: %v", err)
	}
}

func TestDiscarded(t *testing.T) {
	n := newNode(t, newStore(t), true)
	first := n.train(better("{1}"))
	n.train(better("{2}"))
	n.equal(version.InForce, version.Replaced)
	if _, err := n.Activate(t.Context(), sven, first.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("weights that were discarded: %v", err)
	}
}

// TestLoad: the version in force is used from the start, and again when another process
// switched; weights that cannot be read leave those in use as they are.
func TestLoad(t *testing.T) {
	s := newStore(t)
	n, other := newNode(t, s, false), newNode(t, s, false)
	load := func(want ...string) {
		t.Helper()
		if err := n.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, n.trainer.used); diff != "" {
			t.Errorf("used (-want +got):\n%s", diff)
		}
	}
	load("")
	load("")
	other.train(better("{1}"))
	load("", "{1}")
	load("", "{1}")
	n.trainer.refuses = "{2}"
	other.train(better("{2}"))
	load("", "{1}")
}

func TestPermissions(t *testing.T) {
	n, ctx := newNode(t, newStore(t), false), t.Context()
	as := func(roles ...access.Role) access.Actor { return access.Actor{ID: "u", Roles: roles} }
	for name, do := range map[string]func(a access.Actor) error{
		"list":     func(a access.Actor) error { _, err := n.ListVersions(ctx, a, 5); return err },
		"train":    func(a access.Actor) error { _, _, err := n.StartTraining(ctx, a); return err },
		"activate": func(a access.Actor) error { _, err := n.Activate(ctx, a, version.Shipped); return err },
	} {
		t.Run(name, func(t *testing.T) {
			for _, tt := range []struct {
				who access.Actor
				may bool
			}{
				{access.Actor{}, false},
				{as(access.Agent, access.Admin), false},
				{as(access.KnowledgeManager), name == "list"},
				{as(access.ServiceManager), true},
				{access.System(), true},
			} {
				if err := do(tt.who); fault.Is(err, fault.Forbidden) == tt.may {
					t.Errorf("%v: %v", tt.who.Roles, err)
				}
			}
		})
	}
}

func TestNightlyDue(t *testing.T) {
	night := time.Date(2026, 5, 4, 3, 0, 0, 0, time.Local)
	for _, tt := range []struct {
		name      string
		now, last time.Time
		due       bool
	}{
		{"never yet", night, time.Time{}, true},
		{"last night", night, night.Add(-24 * time.Hour), true},
		{"this night", night.Add(time.Hour), night, false},
		{"by day", night.Add(9 * time.Hour), time.Time{}, false},
		{"at the end of the night", time.Date(2026, 5, 4, 5, 0, 0, 0, time.Local), time.Time{}, false},
	} {
		if due := version.NightlyDue(tt.now, tt.last); due != tt.due {
			t.Errorf("%s: due %v", tt.name, due)
		}
	}
}
