package storetest

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/version"
)

// versions tests the versions of each kind while there are versions of the other.
func versions(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, s, other *store.Store, kind, another version.Kind)
	}{{"one in training", oneInTraining}, {"in force", versionInForce}, {"discarded", discardedVersion}}
	for _, x := range cases {
		for _, kinds := range [][2]version.Kind{{version.Ranker, version.Triage}, {version.Triage, version.Ranker}} {
			t.Run(x.name+", "+string(kinds[0]), func(t *testing.T) {
				open := fresh(t)
				x.run(t, open(t), open(t), kinds[0], kinds[1])
			})
		}
	}
}

// startVersion writes a version in training.
func startVersion(t *testing.T, s *store.Store, kind version.Kind) (version.Version, error) {
	t.Helper()
	return s.StartVersion(t.Context(), inTraining(kind), of(journal.Weights, "training_started"))
}

func inTraining(kind version.Kind) version.Version {
	return version.Version{Kind: kind, State: version.Training, By: "u_anna", CreatedAt: noon}
}

// decideVersion starts a version and decides on it a minute later.
func decideVersion(t *testing.T, s *store.Store, kind version.Kind, state version.State, discard bool) version.Version {
	t.Helper()
	v, err := startVersion(t, s, kind)
	must(t, err)
	v.State, v.DecidedAt, v.Reason = state, noon.Add(time.Minute), "why "+v.ID
	v.Weights, v.Trained, v.Report = `{"v":`+v.ID+`}`, true, `{"r":1}`
	must(t, s.DecideVersion(t.Context(), v, version.Replaced, discard, entry(journal.Weights, v.ID, string(state))))
	return v
}

func oneInTraining(t *testing.T, s, other *store.Store, kind, another version.Kind) {
	ctx := t.Context()
	saveArticle(t, s, article("a_1", 1)) // the last event of the version
	errs, started := make([]error, 8), make([]version.Version, 8)
	together(len(errs), func(i int) {
		v := []*store.Store{s, other}[i%2]
		started[i], errs[i] = v.StartVersion(ctx, inTraining(kind), of(journal.Weights, "training_started"))
	})
	var begun []version.Version
	for i, err := range errs {
		if err == nil {
			begun = append(begun, started[i])
			continue
		}
		wantKind(t, err, fault.Conflict)
	}
	want := inTraining(kind)
	want.ID, want.LastEvent = "1", 1
	wantEqual(t, begun, []version.Version{want})
	counts, err := s.JobCounts(ctx)
	must(t, err)
	wantEqual(t, counts["ready"], 1)
	got, err := other.Version(ctx, kind, "1")
	must(t, err)
	wantEqual(t, got, want)

	v, err := startVersion(t, s, another)
	must(t, err)
	wantEqual(t, v.ID, "1") // each kind has ids of its own
	want.State, want.DecidedAt, want.Reason = version.Failed, noon, "broken"
	must(t, s.DecideVersion(ctx, want, "", false, entry(journal.Weights, "1", "failed")))
	v, err = startVersion(t, other, kind)
	must(t, err)
	wantEqual(t, v.ID, "2")
	list, err := other.Versions(ctx, kind, 10)
	must(t, err)
	wantEqual(t, list, []version.Version{v, want})
	for _, id := range []string{"", "x", "-1", "01", "99"} {
		_, err = s.Version(ctx, kind, id)
		wantKind(t, err, fault.NotFound)
	}
}

func versionInForce(t *testing.T, s, other *store.Store, kind, another version.Kind) {
	ctx := t.Context()
	_, err := s.VersionInForce(ctx, kind)
	wantKind(t, err, fault.NotFound)
	foreign := decideVersion(t, s, another, version.InForce, false)
	states := func(want ...version.State) {
		t.Helper()
		list, err := other.Versions(ctx, kind, 10)
		must(t, err)
		var got []version.State
		for _, v := range list {
			got = append(got, v.State)
		}
		wantEqual(t, got, want)
		still, err := other.Version(ctx, another, foreign.ID)
		must(t, err)
		wantEqual(t, still, foreign)
	}
	first := decideVersion(t, s, kind, version.InForce, false)
	decideVersion(t, s, kind, version.Rejected, false)
	third := decideVersion(t, s, kind, version.InForce, false)
	states(version.InForce, version.Rejected, version.Replaced)
	in, err := other.VersionInForce(ctx, kind)
	must(t, err)
	listed := third
	listed.Weights = "" // lists leave it out
	wantEqual(t, in, listed)
	got, err := other.Version(ctx, kind, first.ID)
	must(t, err)
	wantEqual(t, got.Weights, first.Weights) // it can be activated again

	first.DecidedAt = noon.Add(time.Hour)
	must(t, s.DecideVersion(ctx, first, version.Reverted, false, entry(journal.Weights, first.ID, "activated")))
	states(version.Reverted, version.Rejected, version.InForce)

	shipped := version.Version{Kind: kind, State: version.InForce, DecidedAt: noon}
	must(t, s.DecideVersion(ctx, shipped, version.Reverted, false, entry(journal.Weights, version.Shipped, "activated")))
	states(version.Reverted, version.Rejected, version.Reverted)
	_, err = s.VersionInForce(ctx, kind)
	wantKind(t, err, fault.NotFound)

	before := state(ctx, t, s)
	unknown := version.Version{Kind: kind, ID: "99", State: version.InForce, DecidedAt: noon}
	err = s.DecideVersion(ctx, unknown, version.Replaced, false, entry(journal.Weights, "99", "activated"))
	wantKind(t, err, fault.NotFound)
	wantEqual(t, state(ctx, t, s), before)
}

func discardedVersion(t *testing.T, s, other *store.Store, kind, _ version.Kind) {
	first := decideVersion(t, s, kind, version.InForce, true)
	second := decideVersion(t, s, kind, version.InForce, true)
	first.State, first.Weights, first.Trained = version.Replaced, "", false
	for _, want := range []version.Version{first, second} {
		got, err := other.Version(t.Context(), kind, want.ID)
		must(t, err)
		wantEqual(t, got, want)
	}
}
