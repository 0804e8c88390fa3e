package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"
)

// MigrateTo migrates an empty database to an earlier schema.
func MigrateTo(ctx context.Context, db *sql.DB, schema int64) error {
	p, err := provider(goose.DialectSQLite3, db)
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, schema)
	return err
}

// Pragmas returns the value of a pragma on the writing connection and on a reading one.
func Pragmas(ctx context.Context, s *Store, name string) (writer, reader string, err error) {
	if err := s.writer.QueryRowContext(ctx, "PRAGMA "+name).Scan(&writer); err != nil {
		return "", "", err
	}
	err = s.reader.QueryRowContext(ctx, "PRAGMA "+name).Scan(&reader)
	return writer, reader, err
}

// LimitPages limits the database to so many pages more than it has now, as a full disk
// does.
func LimitPages(ctx context.Context, s *Store, more int) error {
	var pages int
	if err := s.writer.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	_, err := s.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages+more))
	return err
}

// StagePrefix is the beginning of the name of a restore's temporary folder.
const StagePrefix = stagePrefix

// tracing is an engine that reports every statement.
type tracing struct {
	engine
	seen func(query string)
}

func (t tracing) rebind(query string) string {
	t.seen(query)
	return t.engine.rebind(query)
}

// Trace reports every statement of the store.
func Trace(s *Store, seen func(query string)) { s.engine = tracing{s.engine, seen} }

// Plan returns the lines of a statement's plan.
func Plan(ctx context.Context, s *Store, query string, args ...any) ([]string, error) {
	return list(ctx, s.read(), func(r scanner) (detail string, err error) {
		var id, parent, unused int
		return detail, r.Scan(&id, &parent, &unused, &detail)
	}, "EXPLAIN QUERY PLAN "+query, args...)
}
