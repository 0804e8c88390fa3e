package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

const modelVersionColumns = "id, text, author, reason, at"

func scanModelVersion(r scanner) (v model.Version, err error) {
	return v, r.Scan(&v.Number, &v.Text, &v.Author, &v.Reason, timeTo(&v.At))
}

const lastModelVersion = "SELECT " + modelVersionColumns + " FROM model_version ORDER BY id DESC LIMIT 1"

// LastModelVersion returns the newest version of the service model; fault.NotFound when
// there is none.
func (s *Store) LastModelVersion(ctx context.Context) (model.Version, error) {
	v, err := one(ctx, s.read(), scanModelVersion, lastModelVersion)
	return v, missing(err, "version of the service model")
}

// AddModelVersion stores a version and returns it with its number, or the newest one where
// that has the same text.
func (s *Store) AddModelVersion(
	ctx context.Context, v model.Version, entry func(v model.Version) journal.Entry,
) (model.Version, error) {
	err := s.update(ctx, func(c conn) error {
		last, err := one(ctx, c, scanModelVersion, lastModelVersion)
		if err == nil && last.Text == v.Text {
			v = last
			return nil
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err = c.row(ctx, []any{&v.Number},
			"INSERT INTO model_version (text, author, reason, at) VALUES ("+marks(4)+") RETURNING id",
			v.Text, v.Author, v.Reason, micros(v.At))
		if err != nil {
			return err
		}
		return s.record(ctx, c, entry(v))
	})
	return v, err
}
