package store

import (
	"context"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk/problem"
)

const changeColumns = "title, class, services, starts, ends, approval, source, author, created_at"

func scanChange(r scanner) (x problem.Change, err error) {
	return x, r.Scan(&x.ID, &x.Title, &x.Class, jsonTo(&x.Services), timeTo(&x.Starts), timeTo(&x.Ends), &x.Approval,
		&x.Source, &x.By, timeTo(&x.CreatedAt))
}

// AddChange stores a change and returns its id.
func (s *Store) AddChange(ctx context.Context, x problem.Change, entry problem.Build) (string, error) {
	var id int64
	err := s.update(ctx, func(c conn) error {
		err := c.row(ctx, []any{&id}, insertInto("change_record", changeColumns)+" RETURNING id",
			x.Title, x.Class, toJSON(x.Services), micros(x.Starts), micros(x.Ends), x.Approval, x.Source, x.By,
			micros(x.CreatedAt))
		if err != nil {
			return err
		}
		e := entry(strconv.FormatInt(id, 10))
		if err := s.claim(ctx, c, e.Idempotency); err != nil {
			return err
		}
		return s.record(ctx, c, e)
	})
	return strconv.FormatInt(id, 10), err
}

const selectChanges = "SELECT id, " + changeColumns + " FROM change_record"

// ChangeRecords lists changes, the last to start first.
func (s *Store) ChangeRecords(ctx context.Context, before string, limit int) ([]problem.Change, error) {
	var w where
	if before != "" {
		x, err := s.Change(ctx, before)
		if err != nil {
			return nil, badCursor()
		}
		w.and("(starts, id) < (?, CAST(? AS INTEGER))", micros(x.Starts), x.ID)
	}
	return list(ctx, s.read(), scanChange, selectChanges+w.String()+" ORDER BY starts DESC, id DESC LIMIT ?",
		append(w.args, limitOf(limit))...)
}

// maxPreceding bounds the changes that are looked at for candidates.
const maxPreceding = 1_000

// ChangesBetween lists the changes that start in a window, the last to start first.
func (s *Store) ChangesBetween(ctx context.Context, from, to time.Time) ([]problem.Change, error) {
	return list(ctx, s.read(), scanChange,
		selectChanges+" WHERE starts >= ? AND starts <= ? ORDER BY starts DESC, id DESC LIMIT ?",
		from.UnixMicro(), to.UnixMicro(), maxPreceding)
}

// Change returns a change.
func (s *Store) Change(ctx context.Context, id string) (problem.Change, error) {
	n, err := rowID(id, "change")
	if err != nil {
		return problem.Change{}, err
	}
	x, err := one(ctx, s.read(), scanChange, selectChanges+" WHERE id = ?", n)
	return x, missing(err, "change %q", id)
}
