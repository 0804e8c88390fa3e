package jobs

import (
	"context"
	"encoding/json"
	"time"
)

// Job is a leased piece of background work.
type Job struct {
	ID       int64
	Kind     string
	Key      string
	Payload  json.RawMessage
	Attempts int // how often it was leased, this lease included
}

// Store keeps job rows. They are created in the transaction of their cause
// (journal.Entry.Jobs); this interface only works them off. Every method is one
// transaction.
type Store interface {
	// LeaseJob takes the oldest due job of one of the kinds, whose lease is free or
	// expired at now, and holds it until now+ttl for owner. ok is false when none is due.
	LeaseJob(ctx context.Context, kinds []string, owner string, now time.Time, ttl time.Duration) (j Job, ok bool, err error)
	// FinishJob marks a job done. It fails with fault.Conflict when owner no longer holds it.
	FinishJob(ctx context.Context, id int64, owner string, now time.Time) error
	// RetryJob gives the lease back with the reason; the job is due again at retryAt,
	// or never (dead) when retryAt is zero.
	RetryJob(ctx context.Context, id int64, owner string, reason string, retryAt time.Time) error
}
