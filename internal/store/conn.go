package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/fault"
)

// querier is a transaction or a pool.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// conn runs statements of the shared SQL on one engine.
type conn struct {
	q      querier
	engine engine
}

// scanner is one row of a result.
type scanner interface{ Scan(dest ...any) error }

// exec runs a statement and returns the number of rows it changed.
func (c conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	args, err := plain(args)
	if err != nil {
		return 0, err
	}
	res, err := c.q.ExecContext(ctx, c.engine.rebind(query), args...)
	if err != nil {
		return 0, c.engine.translate(err)
	}
	n, err := res.RowsAffected()
	return n, c.engine.translate(err)
}

// execOr runs a statement and returns the error none when it changed no row.
func (c conn) execOr(ctx context.Context, none error, query string, args ...any) error {
	n, err := c.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return none
	}
	return err
}

// row scans the first row into dest; sql.ErrNoRows when there is none.
func (c conn) row(ctx context.Context, dest []any, query string, args ...any) error {
	found, err := list(ctx, c, func(r scanner) (struct{}, error) { return struct{}{}, r.Scan(dest...) }, query, args...)
	if err == nil && len(found) == 0 {
		return sql.ErrNoRows
	}
	return err
}

// one scans the first row; sql.ErrNoRows when there is none.
func one[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	found, err := list(ctx, c, scan, query, args...)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return found[0], nil
}

// list scans all rows.
func list[T any](
	ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any,
) (out []T, err error) {
	args, err = plain(args)
	if err != nil {
		return nil, err
	}
	rows, err := c.q.QueryContext(ctx, c.engine.rebind(query), args...)
	if err != nil {
		return nil, c.engine.translate(err)
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = c.engine.translate(cerr)
		}
	}()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, c.engine.translate(rows.Err())
}

// plain converts named string types to strings and JSON to text, and refuses text that an
// engine could not store.
func plain(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		if e, ok := a.(encode); ok {
			value, err := e.Value()
			if err != nil {
				return nil, err
			}
			a = value
		}
		out[i] = a
		if v := reflect.ValueOf(a); v.IsValid() && v.Kind() == reflect.String {
			if err := checkText(v.String()); err != nil {
				return nil, err
			}
			out[i] = v.String()
		}
	}
	return out, nil
}

// checkText refuses what PostgreSQL could not store, whatever the engine.
func checkText(s string) error {
	switch {
	case strings.IndexByte(s, 0) >= 0:
		return fault.New(fault.Invalid, "the text contains a NUL character")
	case !utf8.ValidString(s):
		return fault.New(fault.Invalid, "the text is not valid UTF-8")
	}
	return nil
}

// missing turns sql.ErrNoRows into a fault.NotFound that names what is missing.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "there is no "+format, args...)
	}
	return err
}

// stale returns the error of a change that could not be saved because the row has another
// version than the one it starts from. The table is named as its objects are: ticket or
// draft.
func stale(ctx context.Context, c conn, table, key string, id any, from int) error {
	var (
		version int
		status  string
		at      time.Time
	)
	err := c.row(ctx, []any{&version, &status, timeTo(&at)},
		"SELECT version, status, updated_at FROM "+table+" WHERE "+key+" = ?", id)
	if err != nil {
		return missing(err, "%s %v", table, id)
	}
	return fault.New(fault.Conflict, "%s %v has changed: it has been at version %d (%s) since %s, "+
		"and your change starts from version %d; reload it and repeat your change",
		table, id, version, status, at.Format(time.RFC3339), from)
}

// marks returns n placeholders, separated by commas.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// placeholders returns one placeholder for each of the columns.
func placeholders(columns string) string { return marks(strings.Count(columns, ",") + 1) }

// insertInto returns an INSERT of one row with a value for each of the columns.
func insertInto(table, columns string) string {
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + placeholders(columns) + ")"
}

// updateSet returns an UPDATE that sets all the columns; a condition must follow.
func updateSet(table, columns string) string {
	return "UPDATE " + table + " SET (" + columns + ") = (" + placeholders(columns) + ")"
}

// where collects conditions that must all hold. Each is put in parentheses, so that an OR
// inside one cannot affect the others.
type where struct {
	conds []string
	args  []any
}

func (w *where) and(cond string, args ...any) {
	w.conds = append(w.conds, "("+cond+")")
	w.args = append(w.args, args...)
}

// among requires the column to have one of the values; without values no row matches.
func among[T any](w *where, column string, values []T) {
	if len(values) == 0 {
		w.and("1 = 0")
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.and(column+" IN ("+marks(len(values))+")", args...)
}

// String returns the WHERE clause, "" without conditions.
func (w *where) String() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// limitOf returns the limit of a filter as a number from 1 to 500; 0 means 50.
func limitOf(n int) int {
	switch {
	case n <= 0:
		return 50
	case n > 500:
		return 500
	}
	return n
}

// badCursor returns the error for a cursor that is not one of the list's.
func badCursor() error { return fault.InvalidField("cursor", "is not a cursor of this list") }

// likePattern returns the LIKE pattern, with '\' as the escape character, that finds the
// word anywhere in a text.
func likePattern(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
}

// chunks sorts the ids and splits them into parts that fit the placeholders of one
// statement.
func chunks[T cmp.Ordered](ids []T) [][]T {
	sorted := slices.Compact(slices.Sorted(slices.Values(ids)))
	return slices.Collect(slices.Chunk(sorted, 500))
}

// eachOf runs a query for the values of a column, as many at once as a statement may have,
// and calls row with each row of the result. The query ends where its condition follows.
func eachOf[T cmp.Ordered](
	ctx context.Context, c conn, query, column string, values []T, row func(r scanner) error,
) error {
	for _, part := range chunks(values) {
		var w where
		among(&w, column, part)
		_, err := list(ctx, c, func(r scanner) (struct{}, error) { return struct{}{}, row(r) }, query+w.String(), w.args...)
		if err != nil {
			return err
		}
	}
	return nil
}
