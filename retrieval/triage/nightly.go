package triage

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

// When a training is asked for without a person: at night when anything was decided
// since the last one, by day when much was.
const (
	betweenNights = 20 * time.Hour
	nightFrom     = 2 // hours of the server's day
	nightTo       = 5
	betweenDays   = time.Hour
	enoughDecided = 100 // decisions that are worth a training by day
	firstDecided  = MinExamples
	afterFailure  = 6 * time.Hour
)

// Nightly asks for a training when it is time for one.
func (l *Learning) Nightly(ctx context.Context) error {
	versions, err := l.Ledger.TriageVersions(ctx, listed)
	if err != nil {
		return err
	}
	var last Version
	if len(versions) > 0 {
		last = versions[0]
	}
	now := l.Now()
	since := now.Sub(last.CreatedAt)
	switch {
	case last.State == Training, since < betweenDays, last.State == Failed && since < afterFailure:
		return nil
	}
	decided, _, err := l.Ledger.TriageEvents(ctx, last.LastEvent)
	if err != nil {
		return err
	}
	h := now.Local().Hour()
	night := h >= nightFrom && h < nightTo && since >= betweenNights
	due := decided >= enoughDecided || night && decided > 0
	if last.ID == "" {
		due = decided >= firstDecided
	}
	if !due {
		return nil
	}
	_, _, err = l.Start(ctx, access.System())
	return err
}
