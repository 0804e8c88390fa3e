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

// learningAttempts is how often an evaluation or a training is tried. It ends as
// failed after that, so that another one can be asked for.
const learningAttempts = 5

// newLearning makes the service that evaluates and trains the ranking.
func (a *app) newLearning(e *retrieval.Engine, floor func() float64) *learning.Service {
	return learning.New(learning.Deps{
		Evaluations: a.store, Versions: a.store, Source: a.store, Ranker: e,
		Floor: floor, Dir: a.cfg.path("evaluation"), Now: time.Now, Log: a.log,
	})
}

// newStudent makes the worker of the learning jobs. It is one of its own: they take
// minutes, and a draft must not wait for them.
func (s *server) newStudent() *jobs.Worker {
	return jobs.NewWorker(s.store, map[string]jobs.Handler{
		learning.JobEvaluate: s.study(s.learning.WorkEvaluation, s.learning.FailEvaluation),
		triage.JobTrain:      s.study(s.triage.WorkTraining, s.triage.FailTraining),
		learning.JobTrain: s.study(func(ctx context.Context, id string) error {
			// A training needs many times the room of what goes on after it; the
			// system gets it back now rather than when the collector comes round to it.
			defer debug.FreeOSMemory()
			return s.learning.WorkTraining(ctx, id)
		}, s.learning.FailTraining),
	}, time.Now, s.log)
}

// study makes a learning job's handler: its last attempt that fails ends what the
// job works on, with the reason.
func (s *server) study(work func(ctx context.Context, id string) error, fail func(ctx context.Context, id, reason string) error) jobs.Handler {
	return func(ctx context.Context, j jobs.Job) (err error) {
		var p trained.Job
		if err := json.Unmarshal(j.Payload, &p); err != nil {
			return jobs.Permanent{Err: fmt.Errorf("%s job: %w", j.Kind, err)}
		}
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%s %s panicked: %v", j.Kind, p.ID, r)
			}
			// Told to end, it goes on after the next start; a deadline is a failure.
			if err == nil || errors.Is(ctx.Err(), context.Canceled) {
				return
			}
			if j.Attempts >= learningAttempts || fault.Is(err, fault.Invalid) {
				end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
				defer cancel()
				if e := fail(end, p.ID, reasonOf(err)); e == nil {
					err = jobs.Permanent{Err: err}
				}
			}
		}()
		if j.Attempts > learningAttempts {
			return fmt.Errorf("%s %s was interrupted %d times", j.Kind, p.ID, j.Attempts-1)
		}
		return work(ctx, p.ID)
	}
}

// reasonOf is what a person may read of an error.
func reasonOf(err error) string {
	if message, _, ok := fault.Public(err); ok {
		return message
	}
	return "something went wrong on the server; its log has the cause"
}
