package store

import (
	"cmp"
	"context"
	"database/sql"
	"reflect"
	"slices"
	"strings"
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

// exec runs a statement and gives the number of rows it touched.
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
func list[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) (out []T, err error) {
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

// plain turns named string types into strings, JSON into text, and refuses text
// that an engine could not keep.
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

// checkText refuses what PostgreSQL could not keep, on every engine alike.
func checkText(s string) error {
	switch {
	case strings.IndexByte(s, 0) >= 0:
		return fault.New(fault.Invalid, "the text contains a NUL character")
	case !utf8.ValidString(s):
		return fault.New(fault.Invalid, "the text is not valid UTF-8")
	}
	return nil
}

// marks gives n placeholders, separated by commas.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// where collects conditions that all must hold. Each is parenthesised, so that an
// OR inside one cannot reach beyond it.
type where struct {
	conds []string
	args  []any
}

func (w *where) and(cond string, args ...any) {
	w.conds = append(w.conds, "("+cond+")")
	w.args = append(w.args, args...)
}

// among requires the column to hold one of the values; no value, no row.
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

// String gives the WHERE clause, "" without conditions.
func (w *where) String() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// limitOf brings a filter's limit into 1..500; 0 means 50.
func limitOf(n int) int {
	switch {
	case n <= 0:
		return 50
	case n > 500:
		return 500
	}
	return n
}

// likePattern gives the LIKE pattern, with '\' as the escape character, that finds
// the word anywhere in a text.
func likePattern(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
}

// chunks cuts ids into sorted parts that fit the placeholders of one statement.
func chunks[T cmp.Ordered](ids []T) [][]T {
	sorted := slices.Compact(slices.Sorted(slices.Values(ids)))
	return slices.Collect(slices.Chunk(sorted, 500))
}
