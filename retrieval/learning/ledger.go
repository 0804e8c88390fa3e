package learning

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// RunState is the state of an evaluation of the team's history.
type RunState string

// The states of a run.
const (
	RunWaiting RunState = "waiting" // for a worker
	RunRunning RunState = "running"
	RunDone    RunState = "done"
	RunFailed  RunState = "failed"
)

// EvaluationRun is one evaluation over the team's own history.
type EvaluationRun struct {
	ID         string // decimal number, assigned by the ledger
	State      RunState
	By         string // user id; "system" for nightly ones
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Done       int    // tickets ranked so far
	Total      int    // 0 until the history was scanned
	Weights    string // id of the weights version measured, "" for the shipped one
	Reason     string // why it failed
	Checkpoint string // JSON, from which an interrupted run continues; "" at the start
	Report     *HistoryReport
}

// Ended reports whether nothing more will happen to the run.
func (r EvaluationRun) Ended() bool { return r.State == RunDone || r.State == RunFailed }

// EvaluationLedger stores the runs. Every method is one transaction. Missing runs are
// fault.NotFound.
type EvaluationLedger interface {
	// StartEvaluation writes a waiting run and returns it with its id; entry returns what
	// goes with it. While another run has not ended it is fault.Conflict.
	StartEvaluation(ctx context.Context, r EvaluationRun, entry func(id string) journal.Entry) (EvaluationRun, error)
	// SaveEvaluation writes the state of a run that has not ended yet; fault.Conflict once it
	// has.
	SaveEvaluation(ctx context.Context, r EvaluationRun, entry journal.Entry) error
	Evaluation(ctx context.Context, id string) (EvaluationRun, error)
	// Evaluations lists runs without their checkpoints, newest first; after is the id of the
	// last one of the previous page, "" for the first.
	Evaluations(ctx context.Context, after string, limit int) ([]EvaluationRun, error)
	// LastResolution returns when a ticket was last resolved, zero when none was.
	LastResolution(ctx context.Context) (time.Time, error)
}
