package main

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
)

// TestTrainingJob: a job is tried again until its last attempt, whose failure is recorded;
// being cancelled is not a failure.
func TestTrainingJob(t *testing.T) {
	const internal = "something went wrong on the server; its log has the cause"
	broken, refused := errors.New("broken"), fault.New(fault.Invalid, "too few tickets")
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	late, stop := context.WithTimeout(context.Background(), 0)
	defer stop()
	tests := []struct {
		name     string
		ctx      context.Context
		attempts int
		work     func() error
		failed   string // the reason recorded, "" while it may be tried again
		done     bool
	}{
		{"done", context.Background(), 1, func() error { return nil }, "", true},
		{"fails and is tried again", context.Background(), 1, func() error { return broken }, "", false},
		{"fails for the last time", context.Background(), trainingAttempts, func() error { return broken }, internal, false},
		{"cannot succeed", context.Background(), 1, func() error { return refused }, "too few tickets", false},
		{"panics", context.Background(), trainingAttempts, func() error { panic("boom") }, internal, false},
		{"cancelled", gone, trainingAttempts, func() error { return context.Canceled }, "", false},
		{"out of time", late, trainingAttempts, func() error { return context.DeadlineExceeded }, internal, false},
		{"interrupted too often", context.Background(), trainingAttempts + 1, func() error { return nil }, internal, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var worked, failed string
			h := trainingJob(
				func(_ context.Context, id string) error { worked = id; return tt.work() },
				func(ctx context.Context, _, reason string) error { failed = reason; return ctx.Err() },
			)
			err := h(tt.ctx, jobs.Job{Kind: "evaluate", Payload: json.RawMessage(`{"id":"7"}`), Attempts: tt.attempts})
			var permanent jobs.Permanent
			if (err == nil) != tt.done || errors.As(err, &permanent) != (tt.failed != "") || failed != tt.failed {
				t.Errorf("ended with %v, failed as %q", err, failed)
			}
			if tt.attempts <= trainingAttempts && worked != "7" {
				t.Errorf("worked on %q", worked)
			}
		})
	}
	var permanent jobs.Permanent
	err := trainingJob(nil, nil)(context.Background(), jobs.Job{Payload: json.RawMessage("x")})
	if !errors.As(err, &permanent) {
		t.Errorf("an unreadable job is tried again: %v", err)
	}
}
