package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/handoff"
)

const (
	followInterval = 20 * time.Second
	// Whether triage has enough new decisions to learn from is a count of events, which is
	// too much work for every 20 seconds.
	triageTrainingInterval = 5 * time.Minute
	// forgetInterval is how long a text may outlive its retention time.
	forgetInterval = time.Hour
	// alarmInterval is how late a breach can be noticed.
	alarmInterval = 5 * time.Second
	// fileLeave is how long a file that nothing names is left: whoever uploaded it may still
	// be writing the text that names it.
	fileLeave = 24 * time.Hour
)

// followRanker loads the version of the ranker in force, which another node may have
// switched, and requests the nightly work.
func (s *server) followRanker(ctx context.Context) error {
	return every(ctx, followInterval, s.log, "follow the ranker", func(ctx context.Context) error {
		return errors.Join(s.learning.Load(ctx), s.learning.Nightly(ctx))
	})
}

// followTriage loads the version of triage in force.
func (s *server) followTriage(ctx context.Context) error {
	return every(ctx, followInterval, s.log, "follow triage", s.triage.Load)
}

// trainTriage requests trainings of triage when they are due.
func (s *server) trainTriage(ctx context.Context) error {
	return every(ctx, triageTrainingInterval, s.log, "request a training of triage", s.triage.Nightly)
}

// followEvents keeps the facts that measures are computed from up to date.
func (s *server) followEvents(ctx context.Context) error {
	return every(ctx, followInterval, s.log, "read events for the measures", s.measures.Follow)
}

// followPatterns looks for patterns in the incidents that have come in.
func (s *server) followPatterns(ctx context.Context) error {
	return every(ctx, followInterval, s.log, "look for patterns in incidents", s.problems.Follow)
}

// watchMeasures opens tasks for thresholds that are crossed.
func (s *server) watchMeasures(ctx context.Context) error {
	return every(ctx, forgetInterval, s.log, "watch the measures", s.measures.Watch)
}

// forgetModelCalls deletes the texts sent to language models when they are too old.
func (s *server) forgetModelCalls(ctx context.Context) error {
	return every(ctx, forgetInterval, s.log, "forget model calls", s.ledger.Forget)
}

// ringAlarms does what has become due on tickets.
func (s *server) ringAlarms(ctx context.Context) error {
	return every(ctx, alarmInterval, s.log, "do what is due on tickets", s.alarms.Run)
}

// keepRetention removes texts and people of tickets that are older than the service model
// keeps them.
func (s *server) keepRetention(ctx context.Context) error {
	const portion = 500
	return every(ctx, forgetInterval, s.log, "keep the retention of the service model",
		func(ctx context.Context) error {
			m := s.model.Model()
			if m.Retention.TicketDays == 0 {
				return nil
			}
			var err error
			before := time.Now().AddDate(0, 0, -m.Retention.TicketDays)
			for n := portion; n == portion && err == nil; {
				n, err = s.store.BlankTickets(ctx, before, portion)
			}
			return err
		})
}

// sender writes the hand-offs of escalations by a rule.
type sender struct{ handoffs *handoff.Service }

// Handoff returns the summary of the ticket for its new group.
func (x sender) Handoff(ctx context.Context, before, after desk.Ticket) (string, error) {
	k, err := x.handoffs.Ready(ctx, before)
	if err != nil {
		return "", err
	}
	return k.ForEscalation(after).Encode()
}

// sweepFiles removes files that nothing names.
func (s *server) sweepFiles(ctx context.Context) error {
	return every(ctx, forgetInterval, s.log, "remove files that nothing names", func(ctx context.Context) error {
		removed, err := s.store.SweepFiles(ctx, time.Now().Add(-fileLeave))
		if removed > 0 {
			s.log.InfoContext(ctx, "removed files that nothing names", "files", removed)
		}
		return err
	})
}

// every runs a task now and at each interval until ctx ends. A failure is logged, and the
// task runs again when it is next due.
func every(
	ctx context.Context, interval time.Duration, log *slog.Logger, task string, run func(context.Context) error,
) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := run(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "a background task failed and will be tried again", "task", task, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
