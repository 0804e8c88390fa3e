package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/learning"
)

var _ learning.EvaluationLedger = (*Store)(nil)

const runColumns = "id, state, actor, created_at, started_at, finished_at, done, total, weights, reason, report"

func runDest(r *learning.EvaluationRun) []any {
	return []any{
		&r.ID, &r.State, &r.By, timeTo(&r.CreatedAt), timeTo(&r.StartedAt), timeTo(&r.FinishedAt),
		&r.Done, &r.Total, &r.Weights, &r.Reason, jsonTo(&r.Report),
	}
}

// StartEvaluation writes a run that has not started; fault.Conflict while another has not
// ended.
func (s *Store) StartEvaluation(
	ctx context.Context, r learning.EvaluationRun, entry func(id string) journal.Entry,
) (learning.EvaluationRun, error) {
	err := s.update(ctx, func(c conn) error {
		err := c.row(ctx, []any{&r.ID}, insertInto("evaluation_run", `state, actor, created_at, started_at,
			finished_at, done, total, weights, reason, checkpoint, report`)+" ON CONFLICT DO NOTHING RETURNING id",
			r.State, r.By, r.CreatedAt.UnixMicro(), micros(r.StartedAt), micros(r.FinishedAt),
			r.Done, r.Total, r.Weights, r.Reason, r.Checkpoint, toJSON(r.Report))
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "an evaluation is already running")
		}
		if err != nil {
			return err
		}
		return s.record(ctx, c, entry(r.ID))
	})
	return r, err
}

// SaveEvaluation writes the state of a run that has not ended.
func (s *Store) SaveEvaluation(ctx context.Context, r learning.EvaluationRun, entry journal.Entry) error {
	id, err := rowID(r.ID, "evaluation")
	if err != nil {
		return err
	}
	return s.write(ctx, entry, func(c conn) error {
		return c.execOr(ctx, fault.New(fault.Conflict, "evaluation %s has ended", r.ID),
			updateSet("evaluation_run", `state, started_at, finished_at, done, total, weights, reason, checkpoint,
				report`)+" WHERE id = ? AND finished_at IS NULL",
			r.State, micros(r.StartedAt), micros(r.FinishedAt), r.Done, r.Total, r.Weights, r.Reason, r.Checkpoint,
			toJSON(r.Report), id)
	})
}

// Evaluation returns a run with its checkpoint.
func (s *Store) Evaluation(ctx context.Context, id string) (learning.EvaluationRun, error) {
	n, err := rowID(id, "evaluation")
	if err != nil {
		return learning.EvaluationRun{}, err
	}
	r, err := one(ctx, s.read(), func(row scanner) (r learning.EvaluationRun, err error) {
		return r, row.Scan(append(runDest(&r), &r.Checkpoint)...)
	}, "SELECT "+runColumns+", checkpoint FROM evaluation_run WHERE id = ?", n)
	return r, missing(err, "evaluation %s", id)
}

// Evaluations lists runs without their checkpoints, newest first.
func (s *Store) Evaluations(ctx context.Context, after string, limit int) ([]learning.EvaluationRun, error) {
	var w where
	if after != "" {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, badCursor()
		}
		w.and("id < ?", n)
	}
	return list(ctx, s.read(), func(row scanner) (r learning.EvaluationRun, err error) {
		return r, row.Scan(runDest(&r)...)
	}, "SELECT "+runColumns+" FROM evaluation_run"+w.String()+" ORDER BY id DESC LIMIT ?",
		append(w.args, limitOf(limit))...)
}

// LastResolution returns when a ticket was last resolved, zero when none was.
func (s *Store) LastResolution(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := s.read().row(ctx, []any{timeTo(&at)}, "SELECT max(resolved_at) FROM ticket WHERE resolved_at IS NOT NULL")
	return at, err
}

// rowID parses an id that is a number; fault.NotFound when it is not in the form in which
// the store assigns it.
func rowID(id, what string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != id {
		return 0, fault.New(fault.NotFound, "there is no %s %q", what, id)
	}
	return n, nil
}
