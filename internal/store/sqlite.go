package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/deskbook/deskbook/internal/fault"
)

// lockWait is how long a statement waits for another process's write.
const lockWait = "busy_timeout(15000)"

// sqliteEngine is SQLite: one file with a write-ahead log next to it.
type sqliteEngine struct{ path string }

// openSQLite opens the file and creates it and its folder when they are missing.
func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the data folder cannot be created")
	}
	if err := createPrivate(path); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the database file cannot be opened")
	}
	e := sqliteEngine{path: path}
	if err := e.checkSchema(ctx); err != nil {
		return nil, err
	}
	writer, err := e.connect(1,
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "journal_size_limit(67108864)")
	if err != nil {
		return nil, err
	}
	reader, err := e.connect(o.Readers, "query_only(1)", "cache_size(-16000)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	s := &Store{writer: writer, reader: reader, engine: e, now: o.Now}
	p, err := provider(goose.DialectSQLite3, writer)
	if err == nil {
		err = migrate(ctx, p)
	}
	if err != nil {
		return nil, errors.Join(e.translate(err), s.Close())
	}
	return s, nil
}

// createPrivate creates the file, readable by its owner only, unless it exists. SQLite
// creates the log next to it with the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// connect opens a pool whose transactions take the write lock when they begin unless they
// are read-only: SQLite does not wait for a lock that is taken later.
func (e sqliteEngine) connect(size int, pragmas ...string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", e.dsn(append(pragmas, lockWait)...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

func (e sqliteEngine) dsn(pragmas ...string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(e.path)}
	u.RawQuery = url.Values{"_pragma": pragmas, "_txlock": {"immediate"}, "_dqs": {"0"}}.Encode()
	return u.String()
}

// checkSchema refuses a newer schema and a database of another program, before anything
// writes to the file.
func (e sqliteEngine) checkSchema(ctx context.Context) (err error) {
	db, err := sql.Open("sqlite", e.dsn("query_only(1)", lockWait))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	found, err := schemaOf(ctx, conn{q: db, engine: e})
	if err != nil {
		return err
	}
	return refuseNewer(found)
}

// schemaOf returns the schema version of the database, 0 for an empty one.
func schemaOf(ctx context.Context, c conn) (int64, error) {
	var tables, ours int
	err := c.row(ctx, []any{&tables, &ours},
		"SELECT count(*), coalesce(sum(name = ?), 0) FROM sqlite_master WHERE type = 'table'", versionTable)
	switch {
	case err != nil:
		return 0, err
	case tables == 0:
		return 0, nil
	case ours == 0:
		return 0, fault.New(fault.Invalid, "the file is the database of another program; nothing was changed")
	}
	var found int64
	err = c.row(ctx, []any{&found}, "SELECT coalesce(max(version_id), 0) FROM "+versionTable)
	return found, err
}

func (sqliteEngine) rebind(query string) string { return query }

// skipLocked is empty: the writer holds the whole database.
func (sqliteEngine) skipLocked() string { return "" }

// translate converts an SQLite error to a fault whose text says what to do. Extended
// result codes have the primary code in their low byte.
func (sqliteEngine) translate(err error) error {
	var e *sqlite.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Wrap(fault.Conflict, err, "another object has the same name or number")
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.Wrap(fault.NotFound, err, "an object that the change refers to does not exist")
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Wrap(fault.Unavailable, err, "the database is busy; try again")
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(fault.Unavailable, err, "the disk is full; nothing was saved")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fault.Wrap(fault.Unavailable, err, "the database file cannot be written")
	case sqlite3.SQLITE_IOERR:
		return fault.Wrap(fault.Unavailable, err, "the database cannot be read from or written to the disk")
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fault.Wrap(fault.Unavailable, err, "the database file is damaged; restore a backup")
	case sqlite3.SQLITE_TOOBIG:
		return fault.Wrap(fault.TooLarge, err, "the text is too large for the database")
	}
	return err
}

// check runs SQLite's own check of pages, rows and indexes.
func (e sqliteEngine) check(ctx context.Context, c conn) error {
	found, err := list(ctx, c, scanText, "PRAGMA integrity_check(3)")
	if err == nil && !slices.Equal(found, []string{"ok"}) {
		damage := errors.New(strings.Join(found, "; "))
		err = fault.Wrap(fault.Unavailable, damage, "the database file is damaged; restore a backup")
	}
	return err
}

// snapshot writes the copy through SQLite itself, which reads one state of the database
// however long that takes and does not block writers.
func (e sqliteEngine) snapshot(ctx context.Context, file string) (err error) {
	db, err := sql.Open("sqlite", e.dsn(lockWait))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fmt.Errorf("copy the database: %w", e.translate(err))
	}
	return nil
}
