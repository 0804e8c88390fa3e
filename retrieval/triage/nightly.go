package triage

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/version"
)

// When training starts by itself: at night if anything was decided since the last run, by
// day if much was.
const (
	betweenDays   = time.Hour
	enoughDecided = 100 // decisions that are worth a training run by day
	firstDecided  = MinExamples
	afterFailure  = 6 * time.Hour
)

// Nightly starts a training run when one is due.
func (s *Service) Nightly(ctx context.Context) error {
	last, err := s.Latest(ctx)
	if err != nil {
		return err
	}
	now := s.d.Now()
	since := now.Sub(last.CreatedAt)
	if last.State == version.Training || since < betweenDays || last.State == version.Failed && since < afterFailure {
		return nil
	}
	decided, err := s.d.Ledger.TriageEvents(ctx, last.LastEvent)
	if err != nil {
		return err
	}
	due := decided >= enoughDecided || decided > 0 && version.NightlyDue(now, last.CreatedAt)
	if last.ID == "" {
		due = decided >= firstDecided
	}
	if due {
		_, _, err = s.StartTraining(ctx, access.System())
	}
	return err
}
