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

// Store leases jobs. They are created in the transaction of their cause, by
// journal.Entry.Jobs. Every method is one transaction.
type Store interface {
	// LeaseJob leases the oldest due job of one of the kinds, without a lease or with one
	// that has expired at now, to owner until now+ttl. ok is false when none is due.
	LeaseJob(
		ctx context.Context, kinds []string, owner string, now time.Time, ttl time.Duration,
	) (j Job, ok bool, err error)
	// FinishJob marks a job as done; fault.Conflict when owner no longer holds the lease.
	FinishJob(ctx context.Context, id int64, owner string, now time.Time) error
	// RetryJob returns the lease with the reason. The job is due again at retryAt, or never
	// when retryAt is zero.
	RetryJob(ctx context.Context, id int64, owner string, reason string, retryAt time.Time) error
}
