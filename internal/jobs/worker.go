// Package jobs runs the background jobs that writes create: drafting, mail, learning,
// webhooks.
//
// Jobs are rows committed with their cause, leased by a worker and run at least once;
// handlers are idempotent by the job's key. The package knows no domain: the handlers are
// passed in.
package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Handler does a job. After an error the job is tried again later, unless the error is
// Permanent.
type Handler func(ctx context.Context, j Job) error

// Permanent marks an error that another attempt would only repeat.
type Permanent struct{ Err error }

// Error returns the text of the cause.
func (p Permanent) Error() string { return p.Err.Error() }

// Unwrap returns the cause.
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

const (
	lease         = 5 * time.Minute
	recordTimeout = 5 * time.Second // for recording how a job ended, once the worker is stopped
	pollInterval  = 300 * time.Millisecond
	maxAttempts   = 8
	firstRetry    = 2 * time.Second
	lastRetry     = 30 * time.Minute
)

// NewWorker returns a worker for the kinds that have a handler.
func NewWorker(store Store, handlers map[string]Handler, now func() time.Time, log *slog.Logger) *Worker {
	w := &Worker{
		store: store, handlers: handlers, owner: rand.Text(), now: now, log: log,
	}
	for kind := range handlers {
		w.kinds = append(w.kinds, kind)
	}
	return w
}

// Run works until ctx ends. A job under way is then interrupted and its lease returned, so
// that it can run again immediately; the lease of a killed process expires.
func (w *Worker) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		ran, err := w.RunOne(ctx)
		if ran && err == nil {
			continue
		}
		if err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, "the job queue failed", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
	return nil
}

// RunOne leases and runs one job; it reports whether one was due.
func (w *Worker) RunOne(ctx context.Context) (bool, error) {
	j, ok, err := w.store.LeaseJob(ctx, w.kinds, w.owner, w.now(), lease)
	if err != nil || !ok {
		return false, err
	}
	jobCtx, cancel := context.WithTimeout(ctx, lease*9/10)
	defer cancel()
	err = w.handle(jobCtx, j)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
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
	w.log.WarnContext(ctx, "a job failed",
		"kind", j.Kind, "key", j.Key, "attempt", j.Attempts, "retry_at", retryAt, "error", err)
	return true, w.store.RetryJob(ctx, j.ID, w.owner, err.Error(), retryAt)
}

// handle runs the handler. A panic in one job must not stop the others.
func (w *Worker) handle(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job %s panicked: %v", j.Key, p)
		}
	}()
	return w.handlers[j.Kind](ctx, j)
}

// backoff returns the wait before the next attempt, which doubles up to a limit.
func backoff(attempts int) time.Duration {
	d := firstRetry
	for i := 1; i < attempts && d < lastRetry; i++ {
		d *= 2
	}
	return min(d, lastRetry)
}
