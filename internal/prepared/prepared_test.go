package prepared_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"modernc.org/sqlite"

	"github.com/deskbook/deskbook/internal/prepared"
)

// counting counts the statements that are parsed.
type counting struct {
	driver.Connector
	parsed map[string]int
}

func (c counting) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return countingConn{opened.(fullConn), c.parsed}, nil
}

type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type countingConn struct {
	fullConn
	parsed map[string]int
}

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.parsed[query]++
	return c.fullConn.PrepareContext(ctx, query)
}

func open(t *testing.T) (*sql.DB, map[string]int) {
	t.Helper()
	base, err := sqlite.NewConnector("file:" + filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	parsed := map[string]int{}
	db := sql.OpenDB(prepared.Connector(counting{base, parsed}))
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db, parsed
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func numbers(t *testing.T, q interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string, args ...any,
) (out []int) {
	t.Helper()
	rows, err := q.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

const above = "SELECT n FROM number WHERE n > ? ORDER BY n"

// A statement is parsed once, whatever its values are, and sees what was written in between.
func TestParsedOnce(t *testing.T) {
	db, parsed := open(t)
	exec(t, db, "CREATE TABLE number (n INTEGER PRIMARY KEY)")
	for i := range 5 {
		exec(t, db, "INSERT INTO number VALUES (?)", i)
		var want []int
		for k := 2; k <= i; k++ {
			want = append(want, k)
		}
		if diff := cmp.Diff(want, numbers(t, db, above, 1)); diff != "" {
			t.Fatalf("after %d rows (-want +got):\n%s", i+1, diff)
		}
	}
	if got := numbers(t, db, above, 3); len(got) != 1 {
		t.Errorf("above 3: %v", got)
	}
	if parsed[above] != 1 || parsed["INSERT INTO number VALUES (?)"] != 1 {
		t.Errorf("parsed %v", parsed)
	}
}

// A statement that is run while its own rows are being read does not disturb them; an error, or
// rows that are not read to their end, leave nothing behind.
func TestInUse(t *testing.T) {
	db, _ := open(t)
	exec(t, db, "CREATE TABLE number (n INTEGER PRIMARY KEY)")
	for i := range 4 {
		exec(t, db, "INSERT INTO number VALUES (?)", i)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	readTwo(t, tx)
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO number VALUES (?)", 1); err == nil {
		t.Fatal("a number is there twice")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "INSERT INTO number VALUES (?)", 9)
	if diff := cmp.Diff([]int{1, 2, 3, 9}, numbers(t, db, above, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO nothing VALUES (1)"); err == nil {
		t.Error("there is no such table")
	}
}

// readTwo reads two rows of four, and runs the same statement while each of them is read.
func readTwo(t *testing.T, tx *sql.Tx) {
	t.Helper()
	outer, err := tx.QueryContext(t.Context(), above, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(outer.Err(), outer.Close()); err != nil {
			t.Error(err)
		}
	}()
	for want := 1; want <= 2; want++ {
		var n int
		if !outer.Next() || outer.Scan(&n) != nil || n != want {
			t.Fatalf("row %d is %d", want, n)
		}
		if got := numbers(t, tx, above, n); len(got) != 3-n {
			t.Fatalf("above %d: %v", n, got)
		}
	}
}

// Statements follow the schema, several in one text run all, and there may be any number.
func TestManyStatements(t *testing.T) {
	db, _ := open(t)
	exec(t, db, "CREATE TABLE number (n INTEGER PRIMARY KEY); "+
		"INSERT INTO number VALUES (1); INSERT INTO number VALUES (5)")
	const all = "SELECT * FROM number"
	if got := numbers(t, db, all); len(got) != 2 {
		t.Fatalf("%v", got)
	}
	exec(t, db, "DROP TABLE number")
	exec(t, db, "CREATE TABLE number (n INTEGER PRIMARY KEY)")
	if got := numbers(t, db, all); len(got) != 0 {
		t.Fatalf("%v", got)
	}
	for n := range 600 {
		query := fmt.Sprintf("SELECT %d", n)
		if n == 300 {
			query = "SELECT" + strings.Repeat(" ", 9000) + "300"
		}
		if diff := cmp.Diff([]int{n}, numbers(t, db, query)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// An ended context stops a statement, and the connection can be used afterwards.
func TestEndedContext(t *testing.T) {
	db, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var n int
	if err := db.QueryRowContext(ctx, "SELECT 1").Scan(&n); err == nil {
		t.Error("a query without time")
	}
	if diff := cmp.Diff([]int{1}, numbers(t, db, "SELECT 1")); diff != "" {
		t.Error(diff)
	}
}
