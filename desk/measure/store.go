package measure

import (
	"context"

	"github.com/deskbook/deskbook/internal/journal"
)

// Store stores the facts alongside the events. Every method is one transaction.
type Store interface {
	// PrepareFacts forgets all facts unless they are of this version.
	PrepareFacts(ctx context.Context, version int) error
	// FactsAt returns the sequence numbers of the last event that the facts know, and of the last
	// one there is.
	FactsAt(ctx context.Context) (known, last int64, err error)
	// Touched returns the tickets and visits that events after a sequence number are about, looking
	// at no more than a number of events, and the last sequence number that it looked at.
	Touched(ctx context.Context, after int64, events int) (Touched, error)
	// FactEvents returns the events of tickets, each in order.
	FactEvents(ctx context.Context, tickets []string) (map[string][]journal.Event, error)
	// SaveFacts replaces the facts of tickets and visits, and notes the last event that the facts
	// know; fault.Conflict if it was not the one before.
	SaveFacts(ctx context.Context, facts []Facts, visits []Visit, before, last int64) error
	// Record writes an event that belongs to no other data.
	Record(ctx context.Context, e journal.Event) error
	// RecordOnce writes an event with a notice, unless there is a notice with its key.
	RecordOnce(ctx context.Context, e journal.Event, n journal.Notice) error
	// EachFacts calls fn with the facts of the tickets that a window may count, in the order of their
	// numbers, from the one after a number on.
	EachFacts(ctx context.Context, from, to Moment, after string, fn func(*Facts) error) error
	// EachVisit calls fn with the visits that began in a window, in the order of their beginning,
	// from the one after a visit on; a visit without an id is before all.
	EachVisit(ctx context.Context, from, to Moment, after Visit, fn func(*Visit) error) error
}

// Touched is what some events are about.
type Touched struct {
	Tickets []string
	Visits  []journal.Event // the events themselves
	Model   bool            // the service model
	Last    int64
}

// Visit is a visit of articles by a browser. It ends after half an hour without another article.
type Visit struct {
	ID      string
	Reader  string // a random id of the browser, tied to no account
	Created Moment
	Helped  bool // an article helped, as the reader said
	Asked   bool // a ticket was opened
	// Returned says that the reader came back within the days that make a visit final.
	Returned bool
}
