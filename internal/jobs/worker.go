// Package jobs works off the background jobs that writes leave behind: drafting,
// mail, learning, webhooks.
//
// Jobs are rows committed with their cause, leased by a worker and run at least
// once; handlers are idempotent by the job's key. The package imports no domain:
// what a kind of job does is handed in.
package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Handler does a job. An error puts the job back for a later attempt, unless it
// is Permanent.
type Handler func(ctx context.Context, j Job) error

// Permanent marks an error that another attempt would only repeat.
type Permanent struct{ Err error }

// Error gives the cause's text.
func (p Permanent) Error() string { return p.Err.Error() }

// Unwrap gives the cause.
func (p Permanent) Unwrap() error { return p.Err }

// Worker runs jobs one after another. Several workers, in one process or many, may
// share a store.
type Worker struct {
	store    Store
	handlers map[string]Handler
	kinds    []string
	owner    string
	now      func() time.Time
	log      *slog.Logger
}

// How long a job may take, how often an idle worker looks, and when it gives up.
const (
	lease       = 5 * time.Minute
	lastWord    = 5 * time.Second // to say what became of a job, once the worker is to end
	poll        = 300 * time.Millisecond
	maxAttempts = 8
	firstRetry  = 2 * time.Second
	lastRetry   = 30 * time.Minute
)

// NewWorker makes a worker for the kinds that have a handler.
func NewWorker(store Store, handlers map[string]Handler, now func() time.Time, log *slog.Logger) *Worker {
	w := &Worker{
		store: store, handlers: handlers, owner: rand.Text(), now: now, log: log,
	}
	for kind := range handlers {
		w.kinds = append(w.kinds, kind)
	}
	return w
}

// Run works until ctx ends. A job under way is given up with ctx and given back, so
// that it runs again at once; the lease of a process that was killed expires.
func (w *Worker) Run(ctx context.Context) error {
	for {
		ran, err := w.RunOne(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			w.log.ErrorContext(ctx, "job queue", "error", err)
		}
		if ran && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(poll):
		}
	}
}

// RunOne leases and runs one job; false when none was due.
func (w *Worker) RunOne(ctx context.Context) (bool, error) {
	j, ok, err := w.store.LeaseJob(ctx, w.kinds, w.owner, w.now(), lease)
	if err != nil || !ok {
		return false, err
	}
	jobCtx, cancel := context.WithTimeout(ctx, lease*9/10)
	defer cancel()
	err = w.handle(jobCtx, j)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
	defer cancel()
	if err == nil {
		return true, w.store.FinishJob(end, j.ID, w.owner, w.now())
	}
	if ctx.Err() != nil {
		return true, w.store.RetryJob(end, j.ID, w.owner, "the server was stopped", w.now())
	}
	var retryAt time.Time
	var permanent Permanent
	if !errors.As(err, &permanent) && j.Attempts < maxAttempts {
		retryAt = w.now().Add(backoff(j.Attempts))
	}
	w.log.WarnContext(ctx, "job", "kind", j.Kind, "key", j.Key, "attempt", j.Attempts, "retry_at", retryAt, "error", err)
	return true, w.store.RetryJob(ctx, j.ID, w.owner, err.Error(), retryAt)
}

// handle runs the handler; a panic in one job must not stop the others.
func (w *Worker) handle(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job %s panicked: %v", j.Key, p)
		}
	}()
	return w.handlers[j.Kind](ctx, j)
}

// backoff doubles the wait with every attempt, within bounds.
func backoff(attempts int) time.Duration {
	d := firstRetry
	for i := 1; i < attempts && d < lastRetry; i++ {
		d *= 2
	}
	return min(d, lastRetry)
}
