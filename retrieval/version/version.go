package version

import (
	"context"
	"encoding/json"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// Kind says what was trained.
type Kind string

// The kinds of versions.
const (
	Ranker Kind = "ranker"
	Triage Kind = "triage"
)

// State is what became of a version.
type State string

// The states of a version.
const (
	Training State = "training"
	InForce  State = "in_force"
	Rejected State = "rejected" // not shown to be better
	Replaced State = "replaced" // by a newer one
	Reverted State = "reverted" // another one was activated instead
	Failed   State = "failed"   // the training run did not finish
)

// Shipped stands, in place of a version's id, for what comes with the program. It is in
// force while no version is.
const Shipped = "shipped"

// Version is one training run on the team's own tickets, with its result.
type Version struct {
	Kind      Kind
	ID        string // decimal number, assigned by the ledger for each kind
	State     State
	By        string // user id of whoever asked for it
	CreatedAt time.Time
	DecidedAt time.Time // of the last change of state, zero while in training
	LastEvent int64     // sequence of the newest event when it was asked for
	Reason    string    // why it is in this state, in plain words
	Weights   string    // JSON, "" until trained; lists leave it out
	Trained   bool      // it has weights
	Report    string    // JSON, "" until trained
}

// ReportOf returns the report of a version; nil where it has none that this program can
// read.
func ReportOf[Report any](v Version) *Report {
	var r Report
	if v.Report == "" || json.Unmarshal([]byte(v.Report), &r) != nil {
		return nil
	}
	return &r
}

// Job is the payload of the job that trains: it names the version.
type Job struct {
	ID string `json:"id"`
}

// Ledger stores the versions. Every method is one transaction. Missing versions are
// fault.NotFound.
type Ledger interface {
	// StartVersion writes a version in training and returns it with its id and the last
	// event; entry returns what goes with it. While there is another one of its kind it is
	// fault.Conflict.
	StartVersion(ctx context.Context, v Version, entry func(id string) journal.Entry) (Version, error)
	// DecideVersion writes the version's new state. When that is InForce, the one of its
	// kind in force until then gets the state former, and loses its weights when discard
	// is set. A version without id stands for what is shipped: nothing is in force after it.
	DecideVersion(ctx context.Context, v Version, former State, discard bool, entry journal.Entry) error
	// Version returns a version with its weights.
	Version(ctx context.Context, kind Kind, id string) (Version, error)
	// Versions lists versions without their weights, newest first.
	Versions(ctx context.Context, kind Kind, limit int) ([]Version, error)
	// VersionInForce returns the version in force without its weights; fault.NotFound
	// where what is shipped is in force.
	VersionInForce(ctx context.Context, kind Kind) (Version, error)
}
