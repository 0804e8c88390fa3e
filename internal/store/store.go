// Package store stores all of Deskbook's data in an SQL database: articles with their
// revisions, drafts, tickets with their threads, users, sessions, tokens, background
// jobs, and the event and change logs that go with every write.
//
// It guarantees that each method is one transaction, that a write commits together with
// its events, change-log rows, jobs and idempotency key or not at all, that an
// acknowledged write survives a crash of the process and of the machine, and that
// visibility and scope are applied inside the query. Several processes may use one
// database. Only the wiring of the program and tests refer to the package, and it never
// imports HTTP, the index or a language model.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/kb"
)

// FileName is the name of the SQLite database inside the data folder.
const FileName = "deskbook.db"

// Options configures a store. The zero value is valid for a URL that is a path.
type Options struct {
	// Dir is the data folder, which contains the database of the URL "sqlite".
	Dir string
	// Now is the clock for what has no time of its own; nil means time.Now.
	Now func() time.Time
	// Readers is how many queries can run at the same time; 0 means 4.
	Readers int
	// MustExist makes Open refuse to begin a new database.
	MustExist bool
	// Trace, if not nil, is called before each statement, with the context of the call that
	// needs it. Tests count statements with it.
	Trace func(ctx context.Context, query string)
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	writer *sql.DB // one connection: writes queue here instead of failing on a lock
	reader *sql.DB
	engine engine
	now    func() time.Time
	trace  func(ctx context.Context, query string)
}

var (
	_ kb.Store   = (*Store)(nil)
	_ desk.Store = (*Store)(nil)
	_ jobs.Store = (*Store)(nil)
	_ auth.Store = (*Store)(nil)
)

// Open opens the database and brings its schema up to date. url is "sqlite" (or "")
// for the file in o.Dir, or the path of an SQLite file, which is made when missing.
// A database with a newer schema, or of another program, is refused and left untouched;
// so is, with o.MustExist, one that is missing or empty.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	scheme, _, hasScheme := strings.Cut(url, "://")
	switch {
	case scheme == "postgres" || scheme == "postgresql":
		return nil, fault.New(fault.Unavailable, "PostgreSQL is not supported by this version; use the store %q", "sqlite")
	case hasScheme:
		return nil, fault.New(fault.Invalid,
			"the store address begins with %q; use %q or the path of a file", scheme+"://", "sqlite")
	case url == "" || url == "sqlite":
		if o.Dir == "" {
			return nil, fault.New(fault.Invalid, "the store %q needs a data folder", "sqlite")
		}
		url = filepath.Join(o.Dir, FileName)
	}
	s, err := openSQLite(ctx, url, o)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", url, err)
	}
	return s, nil
}

// Close closes all connections. Calls in progress return an error.
func (s *Store) Close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }

// Check reads the whole database and returns fault.Unavailable when it is damaged. It may
// take seconds on a large one.
func (s *Store) Check(ctx context.Context) error {
	return s.view(ctx, func(c conn) error { return s.engine.check(ctx, c) })
}

// read returns a conn for single statements outside a transaction.
func (s *Store) read() conn { return s.conn(s.reader) }

func (s *Store) conn(q querier) conn { return conn{q: q, engine: s.engine, trace: s.trace} }

// view runs several reads on one snapshot.
func (s *Store) view(ctx context.Context, fn func(c conn) error) error {
	return s.inTx(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, fn)
}

// update runs one writing transaction.
func (s *Store) update(ctx context.Context, fn func(c conn) error) error {
	return s.inTx(ctx, s.writer, nil, fn)
}

func (s *Store) inTx(ctx context.Context, db *sql.DB, o *sql.TxOptions, fn func(c conn) error) (err error) {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return s.engine.translate(err)
	}
	defer func() {
		if err != nil {
			// The first error has the reason; a rollback fails only if the connection is lost.
			_ = tx.Rollback()
		}
	}()
	if err := fn(s.conn(tx)); err != nil {
		return err
	}
	return s.engine.translate(tx.Commit())
}
