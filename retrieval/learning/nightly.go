package learning

import (
	"context"
	"errors"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/version"
)

// Nightly starts, at night, a training run and an evaluation if tickets were resolved since the
// last ones.
func (s *Service) Nightly(ctx context.Context) error {
	now := s.d.Now()
	if !version.AtNight(now) {
		return nil
	}
	trained, err := s.Latest(ctx)
	if err != nil {
		return err
	}
	runs, err := s.d.Evaluations.Evaluations(ctx, "", 1)
	if err != nil {
		return err
	}
	var evaluated time.Time
	if len(runs) > 0 {
		evaluated = runs[0].CreatedAt
	}
	train, evaluate := version.NightlyDue(now, trained.CreatedAt), version.NightlyDue(now, evaluated)
	if !train && !evaluate {
		return nil
	}
	last, err := s.d.Evaluations.LastResolution(ctx)
	if err != nil {
		return err
	}
	if train && last.After(trained.CreatedAt) {
		_, _, err = s.StartTraining(ctx, access.System())
	}
	if evaluate && last.After(evaluated) {
		_, _, e := s.StartEvaluation(ctx, access.System())
		err = errors.Join(err, e)
	}
	return err
}
