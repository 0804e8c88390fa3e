package store

import (
	"context"
	"slices"
	"strings"
)

// rowsAtOnce is how many rows one statement inserts, well within the placeholders that an
// engine allows.
const rowsAtOnce = 100

// insertRows inserts rows with a value for each of the columns, many with one statement:
// most of the cost of a row is that of its statement.
func insertRows(ctx context.Context, c conn, table, columns string, rows [][]any) error {
	one := "(" + placeholders(columns) + ")"
	for part := range slices.Chunk(rows, rowsAtOnce) {
		args := make([]any, 0, len(part)*len(part[0]))
		for _, row := range part {
			args = append(args, row...)
		}
		query := "INSERT INTO " + table + " (" + columns + ") VALUES " +
			strings.TrimSuffix(strings.Repeat(one+", ", len(part)), ", ")
		if _, err := c.exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}
