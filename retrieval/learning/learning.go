package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval"
)

// The kinds of background jobs of learning; their payload is a LearningJob.
const (
	JobEvaluate = "evaluate"
	JobTrain    = "train"
)

// Job names the run or the version that a job works on.
type Job struct {
	ID string `json:"id"`
}

const (
	evaluationBudget = 3 * time.Minute // of one job; what is left is another job
	evaluationRest   = 1.0             // as long a pause as work: half of one processor at most
)

// Ranker trains weights and ranks with them.
type Ranker interface {
	// Train fits weights to the source's links and compares them with those in force
	// ("" for the shipped ones) on later tickets.
	Train(ctx context.Context, source retrieval.Source, inForce string) (retrieval.Trained, error)
	// Use ranks with these weights from now on; "" is the shipped ones.
	Use(weights string) error
}

// Deps is what Learning works on.
type Deps struct {
	Evaluations EvaluationLedger
	Versions    VersionLedger
	Source      retrieval.Source
	Ranker      Ranker
	Floor       func() float64
	Dir         string // a folder for an evaluation's own index
	Now         func() time.Time
	Log         *slog.Logger  // nil discards
	Rest        *float64      // pause for each unit of work, nil for the default
	Newest      int           // tickets that an evaluation ranks at most, 0 for the default
	Budget      time.Duration // that one job of an evaluation may take, 0 for the default
}

// Service measures the ranking on the team's own history and trains it on the
// team's own links. Only what a time-disjoint comparison shows to be better is put
// into force, and each switch is an event and can be taken back.
type Service struct {
	Deps
	mu     sync.Mutex
	in     string // id of the version that the ranker uses, "" for the shipped one
	loaded bool
}

// New makes the service. Call Load before the first request.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d}
}

func mayAsk(a access.Actor, p access.Permission) error {
	if a.ID == access.SystemID || a.Can(p) {
		return nil
	}
	return fault.New(fault.Forbidden, "this needs the permission %s", p)
}

// StartEvaluation asks for an evaluation. While one is under way it gives that one,
// and fresh is false.
func (l *Service) StartEvaluation(ctx context.Context, actor access.Actor) (run EvaluationRun, fresh bool, err error) {
	if err := mayAsk(actor, access.ReadReports); err != nil {
		return EvaluationRun{}, false, err
	}
	now := l.Now().UTC()
	run, err = l.Evaluations.StartEvaluation(ctx, EvaluationRun{State: RunWaiting, By: actor.ID, CreatedAt: now}, func(id string) journal.Entry {
		return journal.Entry{
			Events: []journal.Event{{At: now, Actor: actor.ID, Object: journal.Evaluation, ID: id, Verb: "started"}},
			Jobs:   []journal.Job{{Kind: JobEvaluate, Key: JobEvaluate + " " + id, Payload: journal.Data(Job{ID: id})}},
		}
	})
	if fault.Is(err, fault.Conflict) {
		runs, lerr := l.Evaluations.Evaluations(ctx, "", 1)
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

// Evaluation gives one run.
func (l *Service) Evaluation(ctx context.Context, actor access.Actor, id string) (EvaluationRun, error) {
	if err := mayAsk(actor, access.ReadReports); err != nil {
		return EvaluationRun{}, err
	}
	return l.Evaluations.Evaluation(ctx, id)
}

// ListEvaluations lists runs, newest first; next is the cursor of the page that follows.
func (l *Service) ListEvaluations(ctx context.Context, actor access.Actor, after string, limit int) (runs []EvaluationRun, next string, err error) {
	if err := mayAsk(actor, access.ReadReports); err != nil {
		return nil, "", err
	}
	runs, err = l.Evaluations.Evaluations(ctx, after, limit+1)
	if len(runs) > limit {
		runs = runs[:limit]
		next = runs[limit-1].ID
	}
	return runs, next, err
}

// WorkEvaluation does an evaluation's next stretch. Run again after an interruption
// it goes on from the last checkpoint.
func (l *Service) WorkEvaluation(ctx context.Context, id string) error {
	run, err := l.Evaluations.Evaluation(ctx, id)
	if err != nil || run.Ended() {
		return err
	}
	if run.StartedAt.IsZero() {
		in, err := l.inForce(ctx)
		if err != nil {
			return err
		}
		run.State, run.StartedAt, run.Weights = RunRunning, l.Now().UTC(), in.ID
		if err := l.Evaluations.SaveEvaluation(ctx, run, journal.Entry{}); err != nil {
			return err
		}
	}
	o := HistoryOptions{
		Source: l.Source, Dir: l.Dir, Log: l.Log, Until: run.StartedAt, Newest: l.Newest,
		Checkpoint: run.Checkpoint, Budget: cmp.Or(l.Budget, evaluationBudget), Rest: evaluationRest,
	}
	if l.Rest != nil {
		o.Rest = *l.Rest
	}
	if l.Floor != nil {
		o.Floor = l.Floor()
	}
	if run.Weights != "" {
		v, err := l.Versions.Version(ctx, run.Weights)
		if err != nil {
			return err
		}
		o.Weights = v.Weights
	}
	o.Save = func(ctx context.Context, p HistoryProgress) error {
		run.Done, run.Total, run.Checkpoint, run.Report = p.Done, p.Total, p.Checkpoint, &p.Report
		if !p.Ended {
			return l.Evaluations.SaveEvaluation(ctx, run, journal.Entry{})
		}
		run.State, run.FinishedAt, run.Checkpoint = RunDone, l.Now().UTC(), ""
		return l.Evaluations.SaveEvaluation(ctx, run, l.ended(run, "finished"))
	}
	p, err := EvaluateHistory(ctx, o)
	if err != nil || p.Ended {
		return err
	}
	// The time of one job is used up: another one goes on.
	return l.Evaluations.SaveEvaluation(ctx, run, journal.Entry{Jobs: []journal.Job{{
		Kind: JobEvaluate, Key: fmt.Sprintf("%s %s %d", JobEvaluate, run.ID, run.Done), Payload: journal.Data(Job{ID: run.ID}),
	}}})
}

func (l *Service) ended(run EvaluationRun, verb string) journal.Entry {
	return journal.Entry{Events: []journal.Event{{
		At: l.Now().UTC(), Actor: access.SystemID, Object: journal.Evaluation, ID: run.ID, Verb: verb,
	}}}
}

// FailEvaluation ends a run that cannot be finished, with the reason.
func (l *Service) FailEvaluation(ctx context.Context, id, reason string) error {
	run, err := l.Evaluations.Evaluation(ctx, id)
	if err != nil || run.Ended() {
		return err
	}
	run.State, run.FinishedAt, run.Reason, run.Checkpoint = RunFailed, l.Now().UTC(), reason, ""
	return l.Evaluations.SaveEvaluation(ctx, run, l.ended(run, "failed"))
}

// StartTraining asks for a training. While one is under way it gives that one, and
// fresh is false.
func (l *Service) StartTraining(ctx context.Context, actor access.Actor) (v WeightsVersion, fresh bool, err error) {
	if err := mayAsk(actor, access.EditModel); err != nil {
		return WeightsVersion{}, false, err
	}
	now := l.Now().UTC()
	v, err = l.Versions.StartTraining(ctx, WeightsVersion{State: VersionCandidate, By: actor.ID, CreatedAt: now}, func(id string) journal.Entry {
		return journal.Entry{
			Events: []journal.Event{{At: now, Actor: actor.ID, Object: journal.Weights, ID: id, Verb: "training_started"}},
			Jobs:   []journal.Job{{Kind: JobTrain, Key: JobTrain + " " + id, Payload: journal.Data(Job{ID: id})}},
		}
	})
	if fault.Is(err, fault.Conflict) {
		versions, lerr := l.Versions.Versions(ctx, 50)
		for _, x := range versions {
			if x.State == VersionCandidate {
				return x, false, nil
			}
		}
		err = errors.Join(err, lerr)
	}
	if err != nil {
		return WeightsVersion{}, false, fmt.Errorf("start a training: %w", err)
	}
	return v, true, nil
}

// WorkTraining trains a candidate and puts it into force when it is better.
func (l *Service) WorkTraining(ctx context.Context, id string) error {
	v, err := l.Versions.Version(ctx, id)
	if err != nil || v.State != VersionCandidate {
		return err
	}
	in, err := l.inForce(ctx)
	if err != nil {
		return err
	}
	t, err := l.Ranker.Train(ctx, l.Source, in.Weights)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	report, err := json.Marshal(t.Report)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	v.Weights, v.Report, v.Reason, v.State = t.Weights, string(report), t.Reason, VersionRejected
	if t.Better {
		v.State = VersionInForce
	}
	return l.decide(ctx, access.SystemID, v, VersionReplaced, in.ID)
}

// decide writes a version's state as an event that says what was in force before and
// after, and makes the ranker follow.
func (l *Service) decide(ctx context.Context, by string, v WeightsVersion, former VersionState, before string) error {
	v.DecidedAt = l.Now().UTC()
	verb, after := string(v.State), before
	if v.ID == "" || v.State == VersionInForce {
		verb, after = "activated", v.ID
	}
	err := l.Versions.DecideVersion(ctx, v, former, journal.Entry{Events: []journal.Event{{
		At: v.DecidedAt, Actor: by, Object: journal.Weights, ID: cmp.Or(v.ID, ShippedWeights), Verb: verb,
		Data: journal.Data(map[string]string{"before": cmp.Or(before, ShippedWeights), "after": cmp.Or(after, ShippedWeights), "reason": v.Reason}),
	}}})
	if err != nil {
		return err
	}
	return l.Load(ctx)
}

// FailTraining ends a candidate that cannot be trained, with the reason.
func (l *Service) FailTraining(ctx context.Context, id, reason string) error {
	v, err := l.Versions.Version(ctx, id)
	if err != nil || v.State != VersionCandidate {
		return err
	}
	in, err := l.inForce(ctx)
	if err != nil {
		return err
	}
	v.State, v.Reason = VersionFailed, reason
	return l.decide(ctx, access.SystemID, v, "", in.ID)
}

// Activate puts a version into force, or the shipped weights when id is
// ShippedWeights: the way back from every switch.
func (l *Service) Activate(ctx context.Context, actor access.Actor, id string) (WeightsVersion, error) {
	if err := mayAsk(actor, access.EditModel); err != nil {
		return WeightsVersion{}, err
	}
	in, err := l.inForce(ctx)
	if err != nil {
		return WeightsVersion{}, err
	}
	v := WeightsVersion{State: VersionInForce}
	if id != ShippedWeights {
		if v, err = l.Versions.Version(ctx, id); err != nil {
			return WeightsVersion{}, err
		}
	}
	switch {
	case v.ID == in.ID:
		return v, nil
	case v.ID != "" && v.Weights == "":
		return WeightsVersion{}, fault.New(fault.Conflict, "version %s has no weights that could be used", id)
	}
	v.State, v.Reason = VersionInForce, cmp.Or(v.Reason, "chosen by hand")
	if err := l.decide(ctx, actor.ID, v, VersionReverted, in.ID); err != nil {
		return WeightsVersion{}, fmt.Errorf("activate weights %s: %w", id, err)
	}
	v.DecidedAt = l.Now().UTC()
	return v, nil
}

// ListVersions lists trained versions, newest first.
func (l *Service) ListVersions(ctx context.Context, actor access.Actor, limit int) ([]WeightsVersion, error) {
	if err := mayAsk(actor, access.ReadReports); err != nil {
		return nil, err
	}
	return l.Versions.Versions(ctx, limit)
}

// inForce gives the version in force; the zero version stands for the shipped weights.
func (l *Service) inForce(ctx context.Context) (WeightsVersion, error) {
	v, err := l.Versions.VersionInForce(ctx)
	if fault.Is(err, fault.NotFound) {
		return WeightsVersion{}, nil
	}
	return v, err
}

// Load makes the ranker use the version in force. Weights that this program cannot
// read leave those in use as they are: a ranking with other weights is better than none.
func (l *Service) Load(ctx context.Context) error {
	v, err := l.inForce(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loaded && l.in == v.ID {
		return nil
	}
	if err := l.Ranker.Use(v.Weights); err != nil {
		l.Log.ErrorContext(ctx, "weights of the ranker cannot be used", "version", v.ID, "reason", err.Error())
	}
	l.in, l.loaded = v.ID, true
	return nil
}
