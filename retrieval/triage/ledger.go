package triage

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

// State is what became of a training.
type State string

// The states of a version.
const (
	Training State = "training"
	InForce  State = "in_force"
	Replaced State = "replaced" // by a newer one; its weights are gone, its report stays
	Failed   State = "failed"
)

// Version is one training on the team's own tickets.
type Version struct {
	ID        string // decimal number, assigned by the ledger
	State     State
	By        string // user id of who asked for it
	CreatedAt time.Time
	DecidedAt time.Time // of the last change of state, zero while in training
	LastEvent int64     // sequence of the newest event when it began
	Reason    string    // why it is in this state, in plain words
	Weights   string    // JSON, "" until trained and once replaced
	Report    string    // JSON of a Report, "" until trained
}

// Report says what a training learned from and how well.
type Report struct {
	Tickets int                        `json:"tickets"`
	Fields  map[desk.Field]FieldReport `json:"fields"`
	Seconds float64                    `json:"seconds"`
}

// Record is a ticket as it stands, with message 1 alone, and everything that
// happened to it.
type Record struct {
	Ticket desk.Ticket
	Events []journal.Event
}

// Ledger keeps the versions and gives the tickets to learn from. Every method is one
// transaction; missing versions are fault.NotFound.
type Ledger interface {
	// TriageRecords lists tickets that were not merged into another, newest first;
	// before is the id of the last one of the page before, "" first. Bodies are cut.
	TriageRecords(ctx context.Context, before string, limit int) ([]Record, error)
	// TriageEvents counts the events after the sequence by which fields may have been
	// decided, and gives the sequence of the newest event.
	TriageEvents(ctx context.Context, after int64) (n int, last int64, err error)
	// StartTriage writes a version in training and gives it its id; entry says what goes
	// with it. While there is another one it is fault.Conflict.
	StartTriage(ctx context.Context, v Version, entry func(id string) journal.Entry) (Version, error)
	// DecideTriage writes a version's new state. When that is "in force", the one in
	// force until then becomes replaced and loses its weights.
	DecideTriage(ctx context.Context, v Version, entry journal.Entry) error
	TriageVersion(ctx context.Context, id string) (Version, error)
	// TriageVersions lists versions without their weights, newest first.
	TriageVersions(ctx context.Context, limit int) ([]Version, error)
}
