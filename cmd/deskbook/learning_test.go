package main

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
)

// TestStudy: a learning job is tried again until its last attempt, which ends what it
// works on; being told to end is no failure.
func TestStudy(t *testing.T) {
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
		failed   string // the reason that is kept, "" when it goes on
		done     bool
	}{
		{"done", context.Background(), 1, func() error { return nil }, "", true},
		{"fails and is tried again", context.Background(), 1, func() error { return broken }, "", false},
		{"fails for the last time", context.Background(), learningAttempts, func() error { return broken }, "something went wrong on the server; its log has the cause", false},
		{"cannot succeed", context.Background(), 1, func() error { return refused }, "too few tickets", false},
		{"panics", context.Background(), learningAttempts, func() error { panic("boom") }, "something went wrong on the server; its log has the cause", false},
		{"told to end", gone, learningAttempts, func() error { return context.Canceled }, "", false},
		{"out of time", late, learningAttempts, func() error { return context.DeadlineExceeded }, "something went wrong on the server; its log has the cause", false},
		{"killed too often", context.Background(), learningAttempts + 1, func() error { return nil }, "something went wrong on the server; its log has the cause", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			worked, failed := "", ""
			h := (&server{}).study(
				func(_ context.Context, id string) error { worked = id; return tt.work() },
				func(ctx context.Context, _, reason string) error { failed = reason; return ctx.Err() },
			)
			err := h(tt.ctx, jobs.Job{Kind: "evaluate", Payload: json.RawMessage(`{"id":"7"}`), Attempts: tt.attempts})
			var permanent jobs.Permanent
			if (err == nil) != tt.done || errors.As(err, &permanent) != (tt.failed != "") || failed != tt.failed {
				t.Errorf("ended with %v, failed as %q", err, failed)
			}
			if tt.attempts <= learningAttempts && worked != "7" {
				t.Errorf("worked on %q", worked)
			}
		})
	}
	var permanent jobs.Permanent
	if err := (&server{}).study(nil, nil)(context.Background(), jobs.Job{Payload: json.RawMessage("x")}); !errors.As(err, &permanent) {
		t.Errorf("a job that cannot be read is tried again: %v", err)
	}
}
