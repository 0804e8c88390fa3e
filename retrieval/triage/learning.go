package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// JobTrain is the kind of the job that trains; its payload is a TrainingJob.
const JobTrain = "triage_train"

// TrainingJob names the version that a job trains.
type TrainingJob struct {
	ID string `json:"id"`
}

const (
	maxLessons = 20_000 // the newest tickets; older ones tell how it was once
	pageSize   = 200
)

// Deps is what Learning works on. All fields but Log are required.
type Deps struct {
	Ledger Ledger
	Model  func() *desk.ServiceModel // the service model, whose lists are the closed ones
	Now    func() time.Time
	Log    *slog.Logger // nil discards
}

// Learning proposes with the model in force and trains new ones on the team's own
// tickets. It is the desk's Triager.
type Learning struct {
	Deps
	current atomic.Pointer[loaded]
}

// loaded is the version that proposes.
type loaded struct {
	id    string
	model *Classifiers
}

// NewLearning makes the service. Call Load before the first ticket.
func NewLearning(d Deps) *Learning {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Learning{Deps: d}
}

// Triage gives what the model in force thinks of a ticket.
func (l *Learning) Triage(_ context.Context, r desk.TriageRequest) ([]desk.Opinion, error) {
	var m *Classifiers
	if c := l.current.Load(); c != nil {
		m = c.model
	}
	return m.Opinions(r), nil
}

// Load makes the newest version in force propose. Weights that cannot be read leave
// those in use as they are.
func (l *Learning) Load(ctx context.Context) error {
	versions, err := l.Ledger.TriageVersions(ctx, listed)
	if err != nil {
		return err
	}
	id := ""
	for _, v := range versions {
		if v.State == InForce {
			id = v.ID
			break
		}
	}
	if c := l.current.Load(); c != nil && c.id == id || c == nil && id == "" {
		return nil
	}
	next := &loaded{id: id}
	if id != "" {
		v, err := l.Ledger.TriageVersion(ctx, id)
		if err != nil {
			return err
		}
		if next.model, err = Parse(v.Weights); err != nil {
			l.Log.ErrorContext(ctx, "triage cannot use what it learned", "version", id, "reason", err.Error())
			if c := l.current.Load(); c != nil {
				next.model = c.model
			}
		}
	}
	l.current.Store(next)
	return nil
}

func mayAsk(a access.Actor, p access.Permission) error {
	if a.ID == access.SystemID || a.Can(p) {
		return nil
	}
	return fault.New(fault.Forbidden, "this needs the permission %s", p)
}

// Start asks for a training. While one is under way it gives that one, and fresh is
// false.
func (l *Learning) Start(ctx context.Context, actor access.Actor) (v Version, fresh bool, err error) {
	if err := mayAsk(actor, access.EditModel); err != nil {
		return Version{}, false, err
	}
	_, last, err := l.Ledger.TriageEvents(ctx, 0)
	if err != nil {
		return Version{}, false, fmt.Errorf("start a training of triage: %w", err)
	}
	now := l.Now().UTC().Truncate(time.Microsecond)
	v, err = l.Ledger.StartTriage(ctx, Version{State: Training, By: actor.ID, CreatedAt: now, LastEvent: last}, func(id string) journal.Entry {
		return journal.Entry{
			Events: []journal.Event{{At: now, Actor: actor.ID, Object: journal.Triage, ID: id, Verb: "training_started"}},
			Jobs:   []journal.Job{{Kind: JobTrain, Key: JobTrain + " " + id, Payload: journal.Data(TrainingJob{ID: id})}},
		}
	})
	if fault.Is(err, fault.Conflict) {
		versions, lerr := l.Ledger.TriageVersions(ctx, listed)
		for _, x := range versions {
			if x.State == Training {
				return x, false, nil
			}
		}
		if lerr != nil {
			err = lerr
		}
	}
	if err != nil {
		return Version{}, false, fmt.Errorf("start a training of triage: %w", err)
	}
	return v, true, nil
}

// Work trains a version and puts it into force. Each field carries its own floor, so
// that a field that was learned badly proposes nothing.
func (l *Learning) Work(ctx context.Context, id string) error {
	v, err := l.Ledger.TriageVersion(ctx, id)
	if err != nil || v.State != Training {
		return err
	}
	begin := l.Now()
	lessons, err := l.lessons(ctx)
	if err != nil {
		return fmt.Errorf("train triage: %w", err)
	}
	m, err := Train(ctx, lessons, desk.TriageChoices(l.Model()))
	if err != nil {
		return fmt.Errorf("train triage: %w", err)
	}
	r := Report{Tickets: len(lessons), Fields: m.Reports(), Seconds: l.Now().Sub(begin).Seconds()}
	if len(r.Fields) == 0 {
		return l.decide(ctx, v, Failed, fmt.Sprintf("there is too little to learn from: %d tickets with a decided field, and no field with %d of them and two different values", len(lessons), MinExamples))
	}
	v.Weights, v.Report = m.JSON(), text(r)
	return l.decide(ctx, v, InForce, fmt.Sprintf("learned from %d tickets", len(lessons)))
}

// lessons reads the newest tickets that teach anything.
func (l *Learning) lessons(ctx context.Context) ([]Lesson, error) {
	var out []Lesson
	for before := ""; len(out) < maxLessons; {
		page, err := l.Ledger.TriageRecords(ctx, before, pageSize)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			before = r.Ticket.ID
			if labels := desk.Labels(r.Ticket, r.Events); len(labels) > 0 {
				out = append(out, NewLesson(Past{Subject: r.Ticket.Subject, Body: r.Ticket.Body(), At: r.Ticket.CreatedAt, Labels: labels}))
			}
		}
		if len(page) < pageSize {
			break
		}
	}
	return out, nil
}

// Fail ends a training that cannot be finished, with the reason.
func (l *Learning) Fail(ctx context.Context, id, reason string) error {
	v, err := l.Ledger.TriageVersion(ctx, id)
	if err != nil || v.State != Training {
		return err
	}
	return l.decide(ctx, v, Failed, reason)
}

// decide writes a version's state as an event and follows it.
func (l *Learning) decide(ctx context.Context, v Version, s State, reason string) error {
	v.State, v.Reason, v.DecidedAt = s, reason, l.Now().UTC().Truncate(time.Microsecond)
	err := l.Ledger.DecideTriage(ctx, v, journal.Entry{Events: []journal.Event{{
		At: v.DecidedAt, Actor: access.SystemID, Object: journal.Triage, ID: v.ID, Verb: "training_" + string(s),
		Data: journal.Data(map[string]string{"reason": reason}),
	}}})
	if err != nil {
		return err
	}
	return l.Load(ctx)
}

// listed is how many versions are looked at and shown.
const listed = 20

// Trained is a version as it is shown.
type Trained struct {
	Version
	Outcome *Report // nil until trained
}

// Versions lists the newest trainings, newest first.
func (l *Learning) Versions(ctx context.Context, actor access.Actor) ([]Trained, error) {
	if err := mayAsk(actor, access.ReadReports); err != nil {
		return nil, err
	}
	versions, err := l.Ledger.TriageVersions(ctx, listed)
	if err != nil {
		return nil, err
	}
	out := make([]Trained, len(versions))
	for i, v := range versions {
		out[i].Version = v
		if v.Report != "" {
			out[i].Outcome = &Report{}
			if err := json.Unmarshal([]byte(v.Report), out[i].Outcome); err != nil {
				return nil, fmt.Errorf("report of triage version %s: %w", v.ID, err)
			}
		}
	}
	return out, nil
}
