package learning

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// RunState is where an evaluation of the team's history stands.
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
	By         string // user id; "system" for the nightly one
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Done       int    // tickets ranked so far
	Total      int    // 0 until the history was looked through
	Weights    string // id of the weights version measured, "" for the shipped one
	Reason     string // why it failed
	Checkpoint string // JSON of what an interrupted run goes on from, "" at the start
	Report     *HistoryReport
}

// Ended reports whether nothing more will happen to the run.
func (r EvaluationRun) Ended() bool { return r.State == RunDone || r.State == RunFailed }

// VersionState is what became of trained weights.
type VersionState string

// The states of a weights version.
const (
	VersionCandidate VersionState = "candidate" // being trained
	VersionInForce   VersionState = "in_force"
	VersionRejected  VersionState = "rejected" // not shown to be better
	VersionReplaced  VersionState = "replaced" // by a better one
	VersionReverted  VersionState = "reverted" // somebody went back to another one
	VersionFailed    VersionState = "failed"   // the training did not end
)

// ShippedWeights names, where a version is asked for, the weights that come with the
// program. They are in force where no version is.
const ShippedWeights = "shipped"

// WeightsVersion is the outcome of one training on the team's own links.
type WeightsVersion struct {
	ID        string // decimal number, assigned by the ledger
	State     VersionState
	By        string // user id of who asked for the training
	CreatedAt time.Time
	DecidedAt time.Time // of the last change of state, zero while it is a candidate
	Reason    string    // why it is in this state, in plain words
	Weights   string    // JSON, "" until trained
	Report    string    // JSON of the comparison, "" until trained
}

// EvaluationLedger keeps the runs. Every method is one transaction. Missing runs are
// fault.NotFound.
type EvaluationLedger interface {
	// StartEvaluation writes a run that waits, and gives it its id; entry says what goes
	// with it. While another run has not ended it is fault.Conflict.
	StartEvaluation(ctx context.Context, r EvaluationRun, entry func(id string) journal.Entry) (EvaluationRun, error)
	// SaveEvaluation writes the state of a run that has not ended yet; fault.Conflict
	// once it has.
	SaveEvaluation(ctx context.Context, r EvaluationRun, entry journal.Entry) error
	Evaluation(ctx context.Context, id string) (EvaluationRun, error)
	// Evaluations lists runs without their checkpoints, newest first; after is the id
	// of the last one of the page before, "" first.
	Evaluations(ctx context.Context, after string, limit int) ([]EvaluationRun, error)
	// LastResolution gives when a ticket was last resolved, zero when none was.
	LastResolution(ctx context.Context) (time.Time, error)
}

// VersionLedger keeps the weights versions. Every method is one transaction. Missing
// versions are fault.NotFound.
type VersionLedger interface {
	// StartTraining writes a candidate and gives it its id. While there is another
	// candidate it is fault.Conflict.
	StartTraining(ctx context.Context, v WeightsVersion, entry func(id string) journal.Entry) (WeightsVersion, error)
	// DecideVersion writes the version's new state. When that is "in force", the one in
	// force until then becomes former. A version without id stands for the shipped
	// weights: nothing is in force after it.
	DecideVersion(ctx context.Context, v WeightsVersion, former VersionState, entry journal.Entry) error
	Version(ctx context.Context, id string) (WeightsVersion, error)
	// Versions lists versions, newest first.
	Versions(ctx context.Context, limit int) ([]WeightsVersion, error)
	// VersionInForce is fault.NotFound where the shipped weights are in force.
	VersionInForce(ctx context.Context) (WeightsVersion, error)
}
