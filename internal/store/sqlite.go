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
	"github.com/deskbook/deskbook/internal/prepared"
)

// lockWait is how long a statement waits for another process's write.
const lockWait = "busy_timeout(15000)"

// sqliteEngine is SQLite: one file, a write-ahead log beside it.
type sqliteEngine struct {
	path string // absolute
}

// newSQLite returns the engine for the file at path.
func newSQLite(path string) (sqliteEngine, error) {
	path, err := filepath.Abs(path)
	return sqliteEngine{path: path}, err
}

// openSQLite opens the file and creates it and its folder when they are missing.
func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	e, err := newSQLite(path)
	if err != nil {
		return nil, err
	}
	if err := e.create(o.MustExist); err != nil {
		return nil, err
	}
	if err := e.checkSchema(ctx, o.MustExist); err != nil {
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
	s := &Store{writer: writer, reader: reader, engine: e, now: o.Now, trace: o.Trace}
	p, err := provider(goose.DialectSQLite3, writer)
	if err == nil {
		err = migrate(ctx, p)
	}
	if err != nil {
		return nil, errors.Join(e.translate(err), s.Close())
	}
	return s, nil
}

// create makes the file, readable by its owner only, unless it is there. SQLite gives the
// log beside it the same mode.
func (e sqliteEngine) create(mustExist bool) error {
	if mustExist {
		// SQLite drops the log of an empty file, which may be all that is left.
		info, err := os.Stat(e.path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
			return ErrNoDatabase
		}
	}
	if err := os.MkdirAll(filepath.Dir(e.path), 0o700); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder cannot be made")
	}
	if info, err := os.Stat(e.path); err == nil && !info.Mode().IsRegular() {
		return fault.New(fault.Unavailable,
			"the database cannot be opened, as it is not a file; put it back or restore a backup")
	}
	f, err := os.OpenFile(e.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the database file cannot be opened")
	}
	return nil
}

// ErrNoDatabase is the error of Open where it may not begin a new database.
var ErrNoDatabase = fault.New(fault.Unavailable, "the database is missing or empty; nothing was changed")

// connect opens a pool whose transactions take the write lock at their start unless
// they are read-only: a lock taken later could not be waited for.
func (e sqliteEngine) connect(size int, pragmas ...string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(e.dsn(append(pragmas, lockWait)...))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(prepared.Connector(c))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

func (e sqliteEngine) dsn(pragmas ...string) string {
	return e.url(url.Values{"_pragma": pragmas, "_txlock": {"immediate"}, "_dqs": {"0"}})
}

// url returns the address of the file. The path must be absolute: SQLite takes the first
// element of a relative one for a host.
func (e sqliteEngine) url(query url.Values) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(e.path), RawQuery: query.Encode()}
	return u.String()
}

// checkSchema refuses a newer schema, a foreign database and, with mustExist, one without
// a schema, before anything that would write to the file.
func (e sqliteEngine) checkSchema(ctx context.Context, mustExist bool) error {
	db, err := sql.Open("sqlite", e.dsn("query_only(1)", lockWait))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	found, err := schemaOf(ctx, conn{q: db, engine: e})
	switch {
	case err != nil:
		return err
	case found == 0 && mustExist:
		return ErrNoDatabase
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
