package triage_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/triage"
)

// ledger keeps versions in memory.
type ledger struct {
	records  []triage.Record // newest first
	versions []triage.Version
	events   []journal.Event
	jobs     []journal.Job
	decided  int // events since any training
	err      error
}

func (l *ledger) TriageRecords(_ context.Context, before string, limit int) ([]triage.Record, error) {
	from := 0
	if before != "" {
		from = 1 + slices.IndexFunc(l.records, func(r triage.Record) bool { return r.Ticket.ID == before })
	}
	return l.records[from:min(from+limit, len(l.records))], l.err
}

func (l *ledger) TriageEvents(context.Context, int64) (int, int64, error) {
	return l.decided, 77, l.err
}

func (l *ledger) StartTriage(_ context.Context, v triage.Version, entry func(string) journal.Entry) (triage.Version, error) {
	if slices.ContainsFunc(l.versions, func(x triage.Version) bool { return x.State == triage.Training }) {
		return v, fault.New(fault.Conflict, "another one")
	}
	v.ID = strconv.Itoa(len(l.versions) + 1)
	l.versions = slices.Insert(l.versions, 0, v)
	l.commit(entry(v.ID))
	return v, l.err
}

func (l *ledger) commit(e journal.Entry) {
	l.events = append(l.events, e.Events...)
	l.jobs = append(l.jobs, e.Jobs...)
}

func (l *ledger) DecideTriage(_ context.Context, v triage.Version, e journal.Entry) error {
	for i, x := range l.versions {
		switch {
		case x.ID == v.ID:
			l.versions[i] = v
		case x.State == triage.InForce && v.State == triage.InForce:
			l.versions[i].State, l.versions[i].Weights = triage.Replaced, ""
		}
	}
	l.commit(e)
	return l.err
}

func (l *ledger) TriageVersion(_ context.Context, id string) (triage.Version, error) {
	for _, v := range l.versions {
		if v.ID == id {
			return v, l.err
		}
	}
	return triage.Version{}, fault.New(fault.NotFound, "no version %s", id)
}

func (l *ledger) TriageVersions(context.Context, int) ([]triage.Version, error) {
	out := slices.Clone(l.versions)
	for i := range out {
		out[i].Weights = ""
	}
	return out, l.err
}

// filled is a ledger with tickets that somebody of the desk has sorted.
func filled(n int) *ledger {
	l := &ledger{}
	for i, p := range history(n, 1, begin) {
		t := desk.Ticket{
			ID: strconv.Itoa(1001 + i), Subject: p.Subject, Messages: []desk.Message{{N: 1, Text: p.Body}},
			CreatedAt: p.At, Category: p.Labels[desk.FieldCategory],
		}
		e := journal.Event{Actor: "u_ada", Verb: "updated", Data: journal.Data(map[string]any{"category": [2]string{"", t.Category}})}
		l.records = slices.Insert(l.records, 0, triage.Record{Ticket: t, Events: []journal.Event{e}})
	}
	return l
}

var sven = access.Actor{ID: "u_sven", Roles: []access.Role{access.ServiceManager}}

func newLearning(t *testing.T, l *ledger, now *time.Time) *triage.Learning {
	t.Helper()
	m, err := desk.ParseModel(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	return triage.NewLearning(triage.Deps{Ledger: l, Model: func() *desk.ServiceModel { return m }, Now: func() time.Time { return *now }})
}

func category(t *testing.T, s *triage.Learning) desk.Opinion {
	t.Helper()
	list, err := s.Triage(context.Background(), desk.TriageRequest{Subject: "mailbox is full", Body: "outlook does not open", Choices: choices()})
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
	ctx, now, l := context.Background(), begin.AddDate(0, 2, 0), filled(450)
	s, other := newLearning(t, l, &now), newLearning(t, l, &now)
	if o := category(t, s); o.Value != "" {
		t.Errorf("before a training: %+v", o)
	}
	v, fresh, err := s.Start(ctx, sven)
	if err != nil || !fresh || v.LastEvent != 77 {
		t.Fatalf("started %+v, %v, %v", v, fresh, err)
	}
	if again, fresh, err := s.Start(ctx, sven); err != nil || fresh || again.ID != v.ID {
		t.Errorf("started again %+v, %v, %v", again, fresh, err)
	}
	if len(l.jobs) != 1 || l.jobs[0].Kind != triage.JobTrain {
		t.Errorf("jobs %+v", l.jobs)
	}
	for range 2 { // a job may run twice
		if err := s.Work(ctx, v.ID); err != nil {
			t.Fatal(err)
		}
	}
	if o := category(t, s); o.Value != "email" {
		t.Errorf("after the training: %+v", o)
	}
	if err := other.Load(ctx); err != nil || category(t, other).Value != "email" {
		t.Errorf("another node does not follow: %v", err)
	}
	var verbs []string
	for _, e := range l.events {
		verbs = append(verbs, e.Verb)
	}
	if d := cmp.Diff([]string{"training_started", "training_in_force"}, verbs); d != "" {
		t.Error(d)
	}
	shown, err := s.Versions(ctx, sven)
	if err != nil || len(shown) != 1 || shown[0].Outcome.Tickets != 450 || shown[0].Outcome.Fields[desk.FieldCategory].Checked != 90 {
		t.Errorf("shown %+v, %v", shown, err)
	}
	l.versions[0].ID, l.versions[0].Weights = "2", "torn"
	if err := s.Load(ctx); err != nil || category(t, s).Value != "email" {
		t.Errorf("weights that cannot be read took those in use away: %v", err)
	}
}

// TestLikely: categories have probabilities once they were learned, and only for texts with
// a known word.
func TestLikely(t *testing.T) {
	ctx, now, l := context.Background(), begin.AddDate(0, 2, 0), filled(450)
	s := newLearning(t, l, &now)
	if p := s.Likely("mailbox is full"); p != nil {
		t.Errorf("before a training: %v", p)
	}
	v, _, err := s.Start(ctx, sven)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Work(ctx, v.ID); err != nil {
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

func TestTrainingThatCannotWork(t *testing.T) {
	ctx, now := context.Background(), begin
	l := filled(20)
	s := newLearning(t, l, &now)
	v, _, err := s.Start(ctx, sven)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Work(ctx, v.ID); err != nil || l.versions[0].State != triage.Failed || l.versions[0].Reason == "" {
		t.Errorf("version %+v, %v", l.versions[0], err)
	}
	l = filled(100)
	s = newLearning(t, l, &now)
	if v, _, err = s.Start(ctx, sven); err != nil {
		t.Fatal(err)
	}
	l.err = errors.New("disk")
	if err := s.Work(ctx, v.ID); err == nil {
		t.Error("a store that fails was not told")
	}
	l.err = nil
	if err := s.Fail(ctx, v.ID, "the disk is full"); err != nil || l.versions[0].Reason != "the disk is full" {
		t.Errorf("version %+v, %v", l.versions[0], err)
	}
	if err := s.Work(ctx, v.ID); err != nil || l.versions[0].State != triage.Failed {
		t.Errorf("an ended version was worked on: %+v, %v", l.versions[0], err)
	}
}

func TestWhoMayTrain(t *testing.T) {
	now := begin
	s := newLearning(t, filled(0), &now)
	for _, role := range []access.Role{access.Requester, access.Agent, access.KnowledgeManager, access.Admin} {
		if _, _, err := s.Start(context.Background(), access.Actor{ID: "u", Roles: []access.Role{role}}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s starts a training: %v", role, err)
		}
	}
	if _, err := s.Versions(context.Background(), access.Actor{ID: "u", Roles: []access.Role{access.Agent}}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent reads reports: %v", err)
	}
}

func TestWhenATrainingIsDue(t *testing.T) {
	day := time.Date(2026, 5, 4, 14, 0, 0, 0, time.Local)
	night := time.Date(2026, 5, 4, 3, 0, 0, 0, time.Local)
	version := func(state triage.State, at time.Time) []triage.Version {
		return []triage.Version{{ID: "1", State: state, CreatedAt: at}}
	}
	tests := []struct {
		name     string
		now      time.Time
		versions []triage.Version
		decided  int
		due      bool
	}{
		{"the first, once there is enough", day, nil, 50, true},
		{"the first, too little", night, nil, 49, false},
		{"at night, something decided", night, version(triage.InForce, night.Add(-21*time.Hour)), 1, true},
		{"at night, nothing decided", night, version(triage.InForce, night.Add(-21*time.Hour)), 0, false},
		{"at night, just trained", night, version(triage.InForce, night.Add(-19*time.Hour)), 99, false},
		{"by day, little decided", day, version(triage.InForce, day.Add(-48*time.Hour)), 99, false},
		{"by day, much decided", day, version(triage.InForce, day.Add(-2*time.Hour)), 100, true},
		{"by day, much decided at once", day, version(triage.InForce, day.Add(-time.Minute)), 1000, false},
		{"one is under way", day, version(triage.Training, day.Add(-2*time.Hour)), 1000, false},
		{"the last one failed just now", day, version(triage.Failed, day.Add(-2*time.Hour)), 1000, false},
		{"the last one failed long ago", day, version(triage.Failed, day.Add(-7*time.Hour)), 1000, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := filled(0)
			l.versions, l.decided = tt.versions, tt.decided
			if err := newLearning(t, l, &tt.now).Nightly(context.Background()); err != nil {
				t.Fatal(err)
			}
			if due := len(l.jobs) == 1; due != tt.due {
				t.Errorf("due %v, want %v", due, tt.due)
			}
		})
	}
}
