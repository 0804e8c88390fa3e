package triage_test

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/retrieval/version"
)

// ledger stores versions; the tickets to learn from are given.
type ledger struct {
	*store.Store
	records []triage.Record // newest first
	decided int             // events since any training run
}

func (l *ledger) TriageRecords(_ context.Context, before string, limit int) ([]triage.Record, error) {
	from := 0
	if before != "" {
		from = 1 + slices.IndexFunc(l.records, func(r triage.Record) bool { return r.Ticket.ID == before })
	}
	return l.records[from:min(from+limit, len(l.records))], nil
}

func (l *ledger) TriageEvents(context.Context, int64) (int, error) { return l.decided, nil }

// filled returns a ledger with tickets that the desk has sorted.
func filled(t *testing.T, n int) *ledger {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	l := &ledger{Store: s}
	for i, p := range history(n, 1, begin) {
		t := desk.Ticket{
			ID: strconv.Itoa(1001 + i), Subject: p.Subject, Messages: []desk.Message{{N: 1, Text: p.Body}},
			CreatedAt: p.At, Category: p.Labels[desk.FieldCategory],
		}
		e := journal.Event{
			Actor: "u_ada", Verb: "updated", Data: journal.Data(map[string]any{"category": [2]string{"", t.Category}}),
		}
		l.records = slices.Insert(l.records, 0, triage.Record{Ticket: t, Events: []journal.Event{e}})
	}
	return l
}

var sven = access.Actor{ID: "u_sven", Roles: []access.Role{access.ServiceManager}}

func newService(t *testing.T, l *ledger, now *time.Time) *triage.Service {
	t.Helper()
	m, err := model.Parse(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	return triage.New(triage.Deps{
		Ledger: l, Model: func() *model.Service { return m }, Now: func() time.Time { return *now },
	})
}

func category(t *testing.T, s *triage.Service) desk.Opinion {
	t.Helper()
	list, err := s.Triage(
		t.Context(), desk.TriageRequest{Subject: "mailbox is full", Body: "outlook does not open", Choices: choices()},
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Field == desk.FieldCategory {
			return o
		}
	}
	return desk.Opinion{}
}

func TestTrainingIsPutIntoForce(t *testing.T) {
	ctx, now, l := t.Context(), begin.AddDate(0, 2, 0), filled(t, 450)
	s, other := newService(t, l, &now), newService(t, l, &now)
	if o := category(t, s); o.Value != "" {
		t.Errorf("before any training: %+v", o)
	}
	train := func() version.Version {
		t.Helper()
		v, _, err := s.StartTraining(ctx, sven)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.WorkTraining(ctx, v.ID); err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := train()
	if o := category(t, s); o.Value != "email" {
		t.Errorf("after the training: %+v", o)
	}
	if err := other.Load(ctx); err != nil || category(t, other).Value != "email" {
		t.Errorf("another node does not follow: %v", err)
	}
	job, ok, err := l.LeaseJob(ctx, []string{triage.JobTrain}, "me", time.Now(), time.Minute)
	if err != nil || !ok || job.Key != "triage_train 1" {
		t.Errorf("job %+v, %v %v", job, ok, err)
	}
	events, err := l.Events(ctx, journal.Triage, first.ID)
	if err != nil || len(events) != 2 || events[0].Verb != "training_started" || events[1].Verb != "training_in_force" {
		t.Errorf("events %+v, %v", events, err)
	}
	v, err := l.Version(ctx, version.Triage, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	r := version.ReportOf[triage.Report](v)
	if r == nil || r.Tickets != 450 || r.Fields[desk.FieldCategory].Checked != 90 {
		t.Errorf("report %+v of %+v", r, v)
	}
	train()
	if v, err = l.Version(ctx, version.Triage, first.ID); err != nil || v.State != version.Replaced || v.Weights != "" {
		t.Errorf("what was replaced is %+v, %v", v, err)
	}
	v, err = l.VersionInForce(ctx, version.Triage)
	if err != nil {
		t.Fatal(err)
	}
	v.ID, v.Weights = first.ID, "torn"
	if err := l.DecideVersion(ctx, v, version.Replaced, false, journal.Entry{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Load(ctx); err != nil || category(t, s).Value != "email" {
		t.Errorf("weights that cannot be read took those in use away: %v", err)
	}
}

// TestLikely: categories have probabilities once they were learned, and only for texts with
// a known word.
func TestLikely(t *testing.T) {
	ctx, now := t.Context(), begin.AddDate(0, 2, 0)
	s := newService(t, filled(t, 450), &now)
	if p := s.Likely("mailbox is full"); p != nil {
		t.Errorf("before a training: %v", p)
	}
	v, _, err := s.StartTraining(ctx, sven)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WorkTraining(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	p, sum := s.Likely("mailbox is full, outlook does not open"), 0.0
	for name, x := range p {
		sum += x
		if name != "email" && x >= p["email"] {
			t.Errorf("%s is as likely as email: %v", name, p)
		}
	}
	if sum < 0.999 || sum > 1.001 {
		t.Errorf("the probabilities add up to %v: %v", sum, p)
	}
	if p := s.Likely("xyzzy"); p != nil {
		t.Errorf("of an unknown word: %v", p)
	}
}

func TestTooLittleToLearnFrom(t *testing.T) {
	ctx, now := t.Context(), begin
	s := newService(t, filled(t, 20), &now)
	v, _, err := s.StartTraining(ctx, sven)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WorkTraining(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	latest, err := s.Latest(ctx)
	if err != nil || latest.State != version.Failed || !strings.Contains(latest.Reason, "20 tickets") || latest.Trained {
		t.Errorf("version %+v, %v", latest, err)
	}
}

func TestWhenATrainingIsDue(t *testing.T) {
	day := time.Date(2026, 5, 4, 14, 0, 0, 0, time.Local)
	night := time.Date(2026, 5, 4, 3, 0, 0, 0, time.Local)
	tests := []struct {
		name    string
		now     time.Time
		state   version.State // of the last training, "" for none
		since   time.Duration
		decided int
		due     bool
	}{
		{"the first, once there is enough", day, "", 0, 50, true},
		{"the first, too little", night, "", 0, 49, false},
		{"at night, something decided", night, version.InForce, 21 * time.Hour, 1, true},
		{"at night, nothing decided", night, version.InForce, 21 * time.Hour, 0, false},
		{"at night, just trained", night, version.InForce, 19 * time.Hour, 99, false},
		{"by day, little decided", day, version.InForce, 48 * time.Hour, 99, false},
		{"by day, much decided", day, version.InForce, 2 * time.Hour, 100, true},
		{"by day, much decided at once", day, version.InForce, time.Minute, 1000, false},
		{"one is under way", day, version.Training, 2 * time.Hour, 1000, false},
		{"the last one failed just now", day, version.Failed, 2 * time.Hour, 1000, false},
		{"the last one failed long ago", day, version.Failed, 7 * time.Hour, 1000, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, l := t.Context(), filled(t, 0)
			l.decided = tt.decided
			want := 0
			if tt.state != "" {
				want++
				v := version.Version{Kind: version.Triage, State: version.Training, CreatedAt: tt.now.Add(-tt.since)}
				v, err := l.StartVersion(ctx, v, func(string) journal.Entry { return journal.Entry{} })
				if err != nil {
					t.Fatal(err)
				}
				v.State = tt.state
				if err := l.DecideVersion(ctx, v, "", false, journal.Entry{}); err != nil {
					t.Fatal(err)
				}
			}
			if tt.due {
				want++
			}
			if err := newService(t, l, &tt.now).Nightly(ctx); err != nil {
				t.Fatal(err)
			}
			list, err := l.Versions(ctx, version.Triage, 10)
			if err != nil || len(list) != want {
				t.Errorf("%d versions, want %d: %v", len(list), want, err)
			}
		})
	}
}
