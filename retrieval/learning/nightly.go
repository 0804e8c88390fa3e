package learning

import (
	"context"
	"errors"
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

const (
	betweenNights = 20 * time.Hour
	nightFrom     = 2 // hours of the server's day in which nightly work starts
	nightTo       = 5
)

// Nightly asks, at night, for a training and an evaluation when tickets were resolved
// since the last ones.
func (l *Service) Nightly(ctx context.Context) error {
	now := l.Now()
	if h := now.Local().Hour(); h < nightFrom || h >= nightTo {
		return nil
	}
	versions, err := l.Versions.Versions(ctx, 1)
	if err != nil {
		return err
	}
	runs, err := l.Evaluations.Evaluations(ctx, "", 1)
	if err != nil {
		return err
	}
	var trained, evaluated time.Time
	if len(versions) > 0 {
		trained = versions[0].CreatedAt
	}
	if len(runs) > 0 {
		evaluated = runs[0].CreatedAt
	}
	train, evaluate := now.Sub(trained) >= betweenNights, now.Sub(evaluated) >= betweenNights
	if !train && !evaluate {
		return nil
	}
	last, err := l.Evaluations.LastResolution(ctx)
	if err != nil {
		return err
	}
	if train && last.After(trained) {
		_, _, err = l.StartTraining(ctx, access.System())
	}
	if evaluate && last.After(evaluated) {
		_, _, e := l.StartEvaluation(ctx, access.System())
		err = errors.Join(err, e)
	}
	return err
}
