package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/version"
)

var _ version.Ledger = (*Store)(nil)

const versionColumns = "kind, id, state, actor, created_at, decided_at, last_event, reason, weights <> '', report"

func versionDest(v *version.Version) []any {
	return []any{
		&v.Kind, &v.ID, &v.State, &v.By, timeTo(&v.CreatedAt), timeTo(&v.DecidedAt), &v.LastEvent,
		&v.Reason, &v.Trained, &v.Report,
	}
}

func scanVersion(row scanner) (v version.Version, err error) { return v, row.Scan(versionDest(&v)...) }

// StartVersion writes a version in training; fault.Conflict while there is another.
func (s *Store) StartVersion(
	ctx context.Context, v version.Version, entry func(id string) journal.Entry,
) (version.Version, error) {
	err := s.update(ctx, func(c conn) error {
		err := c.row(ctx, []any{&v.ID, &v.LastEvent}, `INSERT INTO trained_version
			(kind, id, state, actor, created_at, decided_at, last_event, reason, weights, report)
			SELECT ?, coalesce(max(id), 0) + 1, ?, ?, ?, NULL, (SELECT coalesce(max(seq), 0) FROM event), '', '', ''
			FROM trained_version WHERE kind = ? ON CONFLICT DO NOTHING RETURNING id, last_event`,
			v.Kind, v.State, v.By, v.CreatedAt.UnixMicro(), v.Kind)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "the %s is already being trained", v.Kind)
		}
		if err != nil {
			return err
		}
		return s.record(ctx, c, entry(v.ID))
	})
	return v, err
}

// DecideVersion writes the new state of the version, and that of the version it replaces.
func (s *Store) DecideVersion(
	ctx context.Context, v version.Version, former version.State, discard bool, entry journal.Entry,
) error {
	var id int64
	if v.ID != "" {
		var err error
		if id, err = rowID(v.ID, "version"); err != nil {
			return err
		}
	}
	return s.write(ctx, entry, func(c conn) error {
		if v.State == version.InForce {
			_, err := c.exec(ctx, `UPDATE trained_version
				SET state = ?, decided_at = ?, weights = CASE WHEN ? THEN '' ELSE weights END
				WHERE kind = ? AND state = ? AND id <> ?`,
				former, micros(v.DecidedAt), discard, v.Kind, version.InForce, id)
			if err != nil || v.ID == "" {
				return err
			}
		}
		return c.execOr(ctx, missing(sql.ErrNoRows, "version %s of the %s", v.ID, v.Kind),
			updateSet("trained_version", "state, decided_at, reason, weights, report")+" WHERE kind = ? AND id = ?",
			v.State, micros(v.DecidedAt), v.Reason, v.Weights, v.Report, v.Kind, id)
	})
}

// Version returns a version with its weights.
func (s *Store) Version(ctx context.Context, kind version.Kind, id string) (version.Version, error) {
	n, err := rowID(id, "version")
	if err != nil {
		return version.Version{}, err
	}
	v, err := one(ctx, s.read(), func(row scanner) (v version.Version, err error) {
		return v, row.Scan(append(versionDest(&v), &v.Weights)...)
	}, "SELECT "+versionColumns+", weights FROM trained_version WHERE kind = ? AND id = ?", kind, n)
	return v, missing(err, "version %s of the %s", id, kind)
}

// Versions lists versions without their weights, newest first.
func (s *Store) Versions(ctx context.Context, kind version.Kind, limit int) ([]version.Version, error) {
	return list(ctx, s.read(), scanVersion,
		"SELECT "+versionColumns+" FROM trained_version WHERE kind = ? ORDER BY id DESC LIMIT ?", kind, limitOf(limit))
}

// VersionInForce returns the version in force without its weights; fault.NotFound when the
// shipped one is in force.
func (s *Store) VersionInForce(ctx context.Context, kind version.Kind) (version.Version, error) {
	v, err := one(ctx, s.read(), scanVersion,
		"SELECT "+versionColumns+" FROM trained_version WHERE kind = ? AND state = ?", kind, version.InForce)
	return v, missing(err, "version of the %s in force", kind)
}
