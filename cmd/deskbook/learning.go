package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/triage"
	trained "github.com/deskbook/deskbook/retrieval/version"
)

// trainingAttempts is how often an evaluation or a training is tried. After that it is
// recorded as failed, so that another one can be requested.
const trainingAttempts = 5

// newLearning returns the service that evaluates and trains the ranker.
func (a *app) newLearning(e *retrieval.Engine) *learning.Service {
	return learning.New(learning.Deps{
		Evaluations: a.store, Versions: a.store, Source: a.store, Ranker: e, Meaning: e.Meaning(),
		Floor: e.Floor, Dir: a.cfg.path(evaluationFolder), Now: time.Now, Log: a.log,
	})
}

// newTriage returns the service that learns how tickets are sorted.
func (s *server) newTriage() *triage.Service {
	return triage.New(triage.Deps{Ledger: s.store, Model: s.model.Model, Now: time.Now, Log: s.log})
}

// newTrainingWorker returns the worker for evaluations and trainings. They take minutes,
// and other jobs must not wait for them.
func (s *server) newTrainingWorker() *jobs.Worker {
	return jobs.NewWorker(s.store, map[string]jobs.Handler{
		learning.JobEvaluate: trainingJob(s.learning.WorkEvaluation, s.learning.FailEvaluation),
		triage.JobTrain:      trainingJob(s.triage.WorkTraining, s.triage.FailTraining),
		learning.JobTrain: trainingJob(func(ctx context.Context, id string) error {
			// A training needs many times the memory of normal operation, which the system
			// would otherwise get back only much later.
			defer debug.FreeOSMemory()
			return s.learning.WorkTraining(ctx, id)
		}, s.learning.FailTraining),
	}, time.Now, s.log)
}

// trainingJob returns the handler of an evaluation or training job. When the last attempt
// fails, or trying again cannot help, fail records the reason.
func trainingJob(
	work func(ctx context.Context, id string) error, fail func(ctx context.Context, id, reason string) error,
) jobs.Handler {
	return func(ctx context.Context, j jobs.Job) (err error) {
		var p trained.Job
		if err := json.Unmarshal(j.Payload, &p); err != nil {
			return jobs.Permanent{Err: fmt.Errorf("%s job: %w", j.Kind, err)}
		}
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%s %s panicked: %v", j.Kind, p.ID, r)
			}
			// A cancelled job continues after the next start; an exceeded deadline is a failure.
			if err == nil || errors.Is(ctx.Err(), context.Canceled) {
				return
			}
			if j.Attempts >= trainingAttempts || fault.Is(err, fault.Invalid) {
				end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
				defer cancel()
				if e := fail(end, p.ID, publicReason(err)); e == nil {
					err = jobs.Permanent{Err: err}
				}
			}
		}()
		if j.Attempts > trainingAttempts {
			return fmt.Errorf("%s %s was interrupted %d times", j.Kind, p.ID, j.Attempts-1)
		}
		return work(ctx, p.ID)
	}
}

// publicReason returns what may be shown to a person of an error.
func publicReason(err error) string {
	if message, _, ok := fault.Public(err); ok {
		return message
	}
	return "something went wrong on the server; its log has the cause"
}
