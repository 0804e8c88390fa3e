package triage

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/version"
)

// Report says what a training run was based on, and how well each field was learned.
type Report struct {
	Tickets int                        `json:"tickets"`
	Fields  map[desk.Field]FieldReport `json:"fields"`
	Seconds float64                    `json:"seconds"`
}

// Record is a ticket in its present state, with message 1 alone, and everything that happened
// to it.
type Record struct {
	Ticket desk.Ticket
	Events []journal.Event
}

// Ledger stores the versions and the tickets to learn from. Every method is one
// transaction.
type Ledger interface {
	version.Ledger
	// TriageRecords lists tickets that were not merged into another, newest first; before is
	// the id of the last one of the previous page, "" for the first. Bodies are cut.
	TriageRecords(ctx context.Context, before string, limit int) ([]Record, error)
	// TriageEvents counts the events after the sequence by which fields may have been
	// decided.
	TriageEvents(ctx context.Context, after int64) (int, error)
}
