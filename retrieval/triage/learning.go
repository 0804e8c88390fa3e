package triage

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/version"
)

// JobTrain is the kind of the job that trains; its payload is a version.Job.
const JobTrain = "triage_train"

const (
	maxSamples = 20_000 // the newest tickets; older ones show how it used to be
	pageSize   = 200
)

// Deps is what a Service works on. All fields but Log are required.
type Deps struct {
	Ledger Ledger
	Model  func() *model.Service // the service model, which has the lists of values
	Now    func() time.Time
	Log    *slog.Logger // nil discards
}

// Service proposes with the classifiers in force and trains new ones on the team's own
// tickets. It is the desk's Triager.
type Service struct {
	*version.Service
	d       Deps
	current atomic.Pointer[Classifiers] // nil until something was learned
}

// New returns the service. Call Load before the first ticket.
func New(d Deps) *Service {
	s := &Service{d: d}
	s.Service = version.New(version.Deps{
		Rules: version.Rules{
			Kind: version.Triage, Job: JobTrain, Object: journal.Triage, Discard: true,
			Verb: func(s version.State) string { return "training_" + string(s) },
		},
		Ledger: d.Ledger, Trainer: trainer{s}, Now: d.Now, Log: d.Log,
	})
	return s
}

// Triage returns the opinions of the classifiers in force on a ticket.
func (s *Service) Triage(_ context.Context, r desk.TriageRequest) ([]desk.Opinion, error) {
	return s.current.Load().Opinions(r), nil
}

// trainer trains the classifiers of a Service.
type trainer struct{ s *Service }

// Use implements version.Trainer.
func (t trainer) Use(weights string) error {
	if weights == "" {
		t.s.current.Store(nil)
		return nil
	}
	m, err := Parse(weights)
	if err == nil {
		t.s.current.Store(m)
	}
	return err
}

// Train implements version.Trainer. What was trained is put into force whatever was in
// force before: each field has its own floor, so that a field that was learned badly
// proposes nothing.
func (t trainer) Train(ctx context.Context, _ string) (version.Outcome, error) {
	begin := t.s.d.Now()
	samples, err := t.s.samples(ctx)
	if err != nil {
		return version.Outcome{}, err
	}
	m, err := Train(ctx, samples, desk.TriageChoices(t.s.d.Model()))
	if err != nil {
		return version.Outcome{}, err
	}
	r := Report{Tickets: len(samples), Fields: m.Reports(), Seconds: t.s.d.Now().Sub(begin).Seconds()}
	if len(r.Fields) == 0 {
		const reason = "there is too little to learn from: " +
			"%d tickets with a decided field, and no field with %d of them and two different values"
		return version.Outcome{State: version.Failed, Reason: fmt.Sprintf(reason, len(samples), MinExamples)}, nil
	}
	return version.Outcome{
		State: version.InForce, Reason: fmt.Sprintf("learned from %d tickets", len(samples)), Weights: m.JSON(), Report: r,
	}, nil
}

// samples reads the newest tickets with fields that people decided.
func (s *Service) samples(ctx context.Context) ([]Sample, error) {
	var out []Sample
	for before := ""; len(out) < maxSamples; {
		page, err := s.d.Ledger.TriageRecords(ctx, before, pageSize)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			before = r.Ticket.ID
			if labels := desk.Labels(r.Ticket, r.Events); len(labels) > 0 {
				out = append(out, NewSample(r.Ticket.Subject, r.Ticket.Body(), r.Ticket.CreatedAt, labels))
			}
		}
		if len(page) < pageSize {
			break
		}
	}
	return out, nil
}
