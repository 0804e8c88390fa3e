package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/jobs"
)

// queue is a jobs.Store of one job that records how it ended.
type queue struct {
	job   *jobs.Job
	ended []string
	retry time.Time
}

func (q *queue) LeaseJob(
	_ context.Context, kinds []string, _ string, _ time.Time, _ time.Duration,
) (jobs.Job, bool, error) {
	if q.job == nil || len(kinds) == 0 {
		return jobs.Job{}, false, nil
	}
	j := *q.job
	q.job = nil
	return j, true, nil
}

func (q *queue) FinishJob(ctx context.Context, _ int64, _ string, _ time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	q.ended = append(q.ended, "done")
	return nil
}

func (q *queue) RetryJob(ctx context.Context, _ int64, _, reason string, at time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	q.ended, q.retry = append(q.ended, reason), at
	return nil
}

// TestStoppedWorkerReturnsItsJob: a stopped worker makes its job due again immediately,
// unless it has been done.
func TestStoppedWorkerReturnsItsJob(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		name string
		err  error
		want []string
	}{
		{"interrupted", context.Canceled, []string{"the server was stopped"}},
		{"just done", nil, []string{"done"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(context.Background())
			q := &queue{job: &jobs.Job{ID: 1, Kind: "x", Key: "k", Attempts: 1}}
			w := jobs.NewWorker(q, map[string]jobs.Handler{"x": func(context.Context, jobs.Job) error {
				stop()
				return c.err
			}}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
			if err := w.Run(ctx); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, q.ended); diff != "" {
				t.Errorf("ended (-want +got):\n%s", diff)
			}
			if c.err != nil && !q.retry.Equal(now) {
				t.Errorf("due again at %v", q.retry)
			}
		})
	}
}

func TestRunOne(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	fail := func(err error) jobs.Handler { return func(context.Context, jobs.Job) error { return err } }
	down, bad := errors.New("down"), jobs.Permanent{Err: errors.New("bad")}
	tests := []struct {
		name     string
		attempts int
		do       jobs.Handler
		ended    []string
		retry    time.Time
	}{
		{"done", 1, fail(nil), []string{"done"}, time.Time{}},
		{"fails once", 1, fail(down), []string{"down"}, now.Add(2 * time.Second)},
		{"fails again, waits longer", 3, fail(down), []string{"down"}, now.Add(8 * time.Second)},
		{"fails for the last time", 8, fail(down), []string{"down"}, time.Time{}},
		{"permanent", 1, fail(bad), []string{"bad"}, time.Time{}},
		{
			"panics", 1, func(context.Context, jobs.Job) error { panic("boom") },
			[]string{"job k panicked: boom"},
			now.Add(2 * time.Second),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := &queue{job: &jobs.Job{ID: 1, Kind: "x", Key: "k", Attempts: tt.attempts}}
			w := jobs.NewWorker(q, map[string]jobs.Handler{"x": tt.do},
				func() time.Time { return now }, slog.New(slog.DiscardHandler))
			ran, err := w.RunOne(context.Background())
			if !ran || err != nil {
				t.Fatalf("RunOne = %v, %v; want true, nil", ran, err)
			}
			if diff := cmp.Diff(tt.ended, q.ended); diff != "" {
				t.Errorf("ended (-want +got):\n%s", diff)
			}
			if !q.retry.Equal(tt.retry) {
				t.Errorf("retry at %v, want %v", q.retry, tt.retry)
			}
			if ran, err := w.RunOne(context.Background()); ran || err != nil {
				t.Errorf("RunOne on an empty queue = %v, %v; want false, nil", ran, err)
			}
		})
	}
}
