// Package prepared lets a database driver parse a statement once for each connection instead of
// each time that it runs: parsing costs SQLite as much as running most statements does.
//
// It promises that statements return what they would return without it. It imports nothing of
// Deskbook.
package prepared

import (
	"context"
	"database/sql/driver"
	"errors"
)

// Bounds of what a connection remembers: statements, and the length of each. When there are too
// many, it begins again.
const (
	mostStatements = 256
	longest        = 8 << 10
)

// Connector returns a connector to the same database whose connections remember their statements.
// Its driver must offer contexts for everything.
func Connector(c driver.Connector) driver.Connector { return connector{c} }

type connector struct{ driver.Connector }

// rawConn is what a driver's connection must offer.
type rawConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// rawStmt is what a driver's statement must offer.
type rawStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

var errDriver = errors.New("the database driver lacks a part that is needed")

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	raw, ok := opened.(rawConn)
	if !ok {
		return nil, errors.Join(errDriver, opened.Close())
	}
	return &conn{raw, map[string]rawStmt{}}, nil
}

// conn is a connection. Like every connection of database/sql, it is used by one goroutine at
// a time.
type conn struct {
	rawConn
	idle map[string]rawStmt // statements that nobody runs, by their text
}

// take returns a statement that nobody else runs until it is put back.
func (c *conn) take(ctx context.Context, query string) (rawStmt, error) {
	if s := c.idle[query]; s != nil {
		delete(c.idle, query)
		return s, nil
	}
	opened, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := opened.(rawStmt)
	if !ok {
		return nil, errors.Join(errDriver, opened.Close())
	}
	return s, nil
}

// put remembers a statement that was run.
func (c *conn) put(query string, s rawStmt) error {
	if c.idle[query] != nil || len(query) > longest {
		return s.Close()
	}
	var err error
	if len(c.idle) >= mostStatements {
		err = c.forget()
	}
	c.idle[query] = s
	return err
}

func (c *conn) forget() (err error) {
	for query, s := range c.idle {
		err = errors.Join(err, s.Close())
		delete(c.idle, query)
	}
	return err
}

// Close closes the connection and its statements.
func (c *conn) Close() error { return errors.Join(c.forget(), c.rawConn.Close()) }

// ExecContext runs a statement that returns no rows.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return r, c.put(query, s)
}

// QueryContext runs a statement that returns rows.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &rows{Rows: r, conn: c, query: query, stmt: s}, nil
}

// rows puts their statement back when they are closed.
type rows struct {
	driver.Rows
	conn  *conn
	query string
	stmt  rawStmt
}

// Close closes the rows.
func (r *rows) Close() error {
	if r.stmt == nil {
		return nil
	}
	s := r.stmt
	r.stmt = nil
	if err := r.Rows.Close(); err != nil {
		return errors.Join(err, s.Close())
	}
	return r.conn.put(r.query, s)
}
