package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/version"
)

// TestMigrateVersions opens a database in which the versions of the ranker and those of
// triage are in tables of their own: every row is still there with its number.
func TestMigrateVersions(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), store.FileName)
	db := rawDB(t, path)
	must(t, store.MigrateTo(ctx, db, 8))
	must(t, db.Close())
	const (
		ranker = `INSERT INTO weights_version
			(id, state, actor, created_at, decided_at, reason, weights, report) VALUES `
		triage = `INSERT INTO triage_version
			(id, state, actor, created_at, decided_at, last_event, reason, weights, report) VALUES `
	)
	run(t, path,
		ranker+"(1, 'replaced', 'u_sven', 1000000, 2000000, 'better', '{\"w\":1}', '{\"r\":1}')",
		ranker+"(2, 'in_force', 'system', 3000000, 4000000, 'better still', '{\"w\":2}', '')",
		ranker+"(5, 'candidate', 'u_sven', 5000000, NULL, '', '', '')",
		triage+"(1, 'replaced', 'u_sven', 1000000, 2000000, 7, 'learned', '', '{\"t\":1}')",
		triage+"(2, 'in_force', 'system', 3000000, 4000000, 8, 'learned', '{\"c\":2}', '')",
		triage+"(3, 'training', 'system', 5000000, NULL, 9, '', '', '')",
	)
	s := openAt(t, path)
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	want := map[version.Kind][]version.Version{
		version.Ranker: {
			{ID: "5", State: version.Training, By: "u_sven", CreatedAt: at(5)},
			{
				ID: "2", State: version.InForce, By: "system", CreatedAt: at(3), DecidedAt: at(4),
				Reason: "better still", Weights: `{"w":2}`,
			},
			{
				ID: "1", State: version.Replaced, By: "u_sven", CreatedAt: at(1), DecidedAt: at(2),
				Reason: "better", Weights: `{"w":1}`, Report: `{"r":1}`,
			},
		},
		version.Triage: {
			{ID: "3", State: version.Training, By: "system", CreatedAt: at(5), LastEvent: 9},
			{
				ID: "2", State: version.InForce, By: "system", CreatedAt: at(3), DecidedAt: at(4),
				LastEvent: 8, Reason: "learned", Weights: `{"c":2}`,
			},
			{
				ID: "1", State: version.Replaced, By: "u_sven", CreatedAt: at(1), DecidedAt: at(2),
				LastEvent: 7, Reason: "learned", Report: `{"t":1}`,
			},
		},
	}
	for kind, versions := range want {
		list, err := s.Versions(ctx, kind, 10)
		must(t, err)
		for i, v := range list {
			list[i], err = s.Version(ctx, kind, v.ID)
			must(t, err)
		}
		for i := range versions {
			versions[i].Kind, versions[i].Trained = kind, versions[i].Weights != ""
		}
		if diff := cmp.Diff(versions, list); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		v := versions[0]
		v.State = version.Failed
		must(t, s.DecideVersion(ctx, v, "", false, journal.Entry{}))
		next, err := s.StartVersion(ctx, version.Version{Kind: kind, State: version.Training, CreatedAt: at(6)},
			func(string) journal.Entry { return journal.Entry{} })
		if err != nil || next.ID != map[version.Kind]string{version.Ranker: "6", version.Triage: "4"}[kind] {
			t.Errorf("%s: the next version is %q, %v", kind, next.ID, err)
		}
	}
}
