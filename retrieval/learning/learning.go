package learning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/truth"
	"github.com/deskbook/deskbook/retrieval/version"
)

// The kinds of background jobs of learning; their payload is a version.Job.
const (
	JobEvaluate = "evaluate"
	JobTrain    = "train"
)

const (
	evaluationBudget = 3 * time.Minute // of one job; the next job does the rest
	evaluationRest   = 1.0             // as much pause as work: half of one processor at most
)

// Ranker trains weights and ranks with them.
type Ranker interface {
	// Train fits weights to the source's links and compares them with those in force
	// ("" for the shipped ones) on later tickets.
	Train(ctx context.Context, source truth.Source, inForce string) (ranker.Trained, error)
	// Use ranks with these weights from now on; "" is the shipped ones.
	Use(weights string) error
}

// Deps is what a Service works on.
type Deps struct {
	Evaluations EvaluationLedger
	Versions    version.Ledger
	Source      truth.Source
	Ranker      Ranker
	Meaning     retrieval.Meaning // nil compares words alone
	Floor       func() float64
	Dir         string // a folder for the indexes of an evaluation
	Now         func() time.Time
	Log         *slog.Logger  // nil discards
	Rest        *float64      // pause for each unit of work, nil for the default
	Newest      int           // most tickets that an evaluation ranks, 0 for the default
	Budget      time.Duration // of one job of an evaluation, 0 for the default
}

// Service measures the ranking on the team's own history and trains it on the team's own
// links. Only what a time-disjoint comparison shows to be better is put into force.
type Service struct {
	*version.Service // of the ranker's weights
	d                Deps
}

// New returns the service. Call Load before the first request.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{d: d, Service: version.New(version.Deps{
		Rules: version.Rules{
			Kind: version.Ranker, Job: JobTrain, Object: journal.Weights, Verb: func(s version.State) string {
				if s == version.InForce {
					return "activated"
				}
				return string(s)
			},
		},
		Ledger: d.Versions, Trainer: trainer{d.Ranker, d.Source}, Now: d.Now, Log: d.Log,
	})}
}

// trainer trains the ranker on the team's own links.
type trainer struct {
	Ranker
	source truth.Source
}

// Train implements version.Trainer.
func (t trainer) Train(ctx context.Context, inForce string) (version.Outcome, error) {
	out, err := t.Ranker.Train(ctx, t.source, inForce)
	state := version.Rejected
	if out.Better {
		state = version.InForce
	}
	return version.Outcome{State: state, Reason: out.Reason, Weights: out.Weights, Report: out.Report}, err
}

// StartEvaluation starts an evaluation. While one is under way it returns that one, and
// fresh is false.
func (s *Service) StartEvaluation(ctx context.Context, actor access.Actor) (run EvaluationRun, fresh bool, err error) {
	if err := version.Require(actor, access.ReadReports); err != nil {
		return EvaluationRun{}, false, err
	}
	run = EvaluationRun{State: RunWaiting, By: actor.ID, CreatedAt: s.d.Now().UTC()}
	run, err = s.d.Evaluations.StartEvaluation(ctx, run, func(id string) journal.Entry {
		return journal.Entry{
			Events: []journal.Event{{At: run.CreatedAt, Actor: actor.ID, Object: journal.Evaluation, ID: id, Verb: "started"}},
			Jobs:   []journal.Job{{Kind: JobEvaluate, Key: JobEvaluate + " " + id, Payload: journal.Data(version.Job{ID: id})}},
		}
	})
	if fault.Is(err, fault.Conflict) {
		runs, lerr := s.d.Evaluations.Evaluations(ctx, "", 1)
		if lerr == nil && len(runs) > 0 {
			return runs[0], false, nil
		}
		err = errors.Join(err, lerr)
	}
	if err != nil {
		return EvaluationRun{}, false, fmt.Errorf("start an evaluation: %w", err)
	}
	return run, true, nil
}

// Evaluation returns a run.
func (s *Service) Evaluation(ctx context.Context, actor access.Actor, id string) (EvaluationRun, error) {
	if err := version.Require(actor, access.ReadReports); err != nil {
		return EvaluationRun{}, err
	}
	return s.d.Evaluations.Evaluation(ctx, id)
}

// ListEvaluations lists runs, newest first; next is the cursor of the next page.
func (s *Service) ListEvaluations(
	ctx context.Context, actor access.Actor, after string, limit int,
) (runs []EvaluationRun, next string, err error) {
	if err := version.Require(actor, access.ReadReports); err != nil {
		return nil, "", err
	}
	runs, err = s.d.Evaluations.Evaluations(ctx, after, limit+1)
	if len(runs) > limit {
		runs = runs[:limit]
		next = runs[limit-1].ID
	}
	return runs, next, err
}

// WorkEvaluation does the next part of an evaluation. After an interruption it continues
// from the last checkpoint.
func (s *Service) WorkEvaluation(ctx context.Context, id string) error {
	run, err := s.d.Evaluations.Evaluation(ctx, id)
	if err != nil || run.Ended() {
		return err
	}
	if run.StartedAt.IsZero() {
		in, err := s.InForce(ctx)
		if err != nil {
			return err
		}
		run.State, run.StartedAt, run.Weights = RunRunning, s.d.Now().UTC(), in.ID
		if err := s.d.Evaluations.SaveEvaluation(ctx, run, journal.Entry{}); err != nil {
			return err
		}
	}
	o := HistoryOptions{
		Source: s.d.Source, Dir: s.d.Dir, Log: s.d.Log, Meaning: s.d.Meaning, Until: run.StartedAt, Newest: s.d.Newest,
		Checkpoint: run.Checkpoint, Budget: cmp.Or(s.d.Budget, evaluationBudget), Rest: evaluationRest,
	}
	if s.d.Rest != nil {
		o.Rest = *s.d.Rest
	}
	if s.d.Floor != nil {
		o.Floor = s.d.Floor()
	}
	if run.Weights != "" {
		v, err := s.d.Versions.Version(ctx, version.Ranker, run.Weights)
		if err != nil {
			return err
		}
		o.Weights = v.Weights
	}
	o.Save = func(ctx context.Context, p HistoryProgress) error {
		run.Done, run.Total, run.Checkpoint, run.Report = p.Done, p.Total, p.Checkpoint, &p.Report
		if !p.Ended {
			return s.d.Evaluations.SaveEvaluation(ctx, run, journal.Entry{})
		}
		run.State, run.FinishedAt, run.Checkpoint = RunDone, s.d.Now().UTC(), ""
		return s.d.Evaluations.SaveEvaluation(ctx, run, s.ended(run, "finished"))
	}
	p, err := EvaluateHistory(ctx, o)
	if err != nil || p.Ended {
		return err
	}
	// The time of one job is used up: another one continues.
	key := fmt.Sprintf("%s %s %d", JobEvaluate, run.ID, run.Done)
	return s.d.Evaluations.SaveEvaluation(ctx, run, journal.Entry{Jobs: []journal.Job{{
		Kind: JobEvaluate, Key: key, Payload: journal.Data(version.Job{ID: run.ID}),
	}}})
}

func (s *Service) ended(run EvaluationRun, verb string) journal.Entry {
	return journal.Entry{Events: []journal.Event{{
		At: s.d.Now().UTC(), Actor: access.SystemID, Object: journal.Evaluation, ID: run.ID, Verb: verb,
	}}}
}

// FailEvaluation ends a run that cannot be finished, with the reason.
func (s *Service) FailEvaluation(ctx context.Context, id, reason string) error {
	run, err := s.d.Evaluations.Evaluation(ctx, id)
	if err != nil || run.Ended() {
		return err
	}
	run.State, run.FinishedAt, run.Reason, run.Checkpoint = RunFailed, s.d.Now().UTC(), reason, ""
	return s.d.Evaluations.SaveEvaluation(ctx, run, s.ended(run, "failed"))
}
