package main

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	followEvery = 20 * time.Second
	// To see whether triage has enough to learn from, events are counted: that is not
	// worth doing each time.
	triageEvery = 5 * time.Minute
)

// followRanker keeps the ranking at the version in force, which another node may
// switch, and asks for the nightly work.
func (s *server) followRanker(ctx context.Context) error {
	return every(ctx, followEvery, s.log, "learning", func(ctx context.Context) error {
		return errors.Join(s.learning.Load(ctx), s.learning.Nightly(ctx))
	})
}

// followTriage keeps triage at the version in force.
func (s *server) followTriage(ctx context.Context) error {
	return every(ctx, followEvery, s.log, "triage", s.triage.Load)
}

// teachTriage asks for trainings of triage when they are due.
func (s *server) teachTriage(ctx context.Context) error {
	return every(ctx, triageEvery, s.log, "the training of triage", s.triage.Nightly)
}

// every takes a step now and at each interval, until ctx ends. A step that fails is
// logged and taken again at its next turn.
func every(ctx context.Context, interval time.Duration, log *slog.Logger, what string, step func(context.Context) error) error {
	timer := time.NewTicker(interval)
	defer timer.Stop()
	for {
		if err := step(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, what+" does not follow, trying again", "reason", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
	}
}
