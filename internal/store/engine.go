package store

import "context"

// engine is what differs between the databases. All other SQL stands once, in the
// part that PostgreSQL and SQLite agree on: "?" placeholders, ON CONFLICT, RETURNING,
// row values, integers for times, text for JSON.
type engine interface {
	// rebind replaces the "?" placeholders of a query by the engine's own.
	rebind(query string) string
	// skipLocked ends a SELECT that picks one row for one of many workers, so that
	// they do not wait for each other's rows.
	skipLocked() string
	// translate gives a driver error its fault kind; an error it does not know is
	// returned unchanged.
	translate(err error) error
	// check reads the whole database and fails with what the engine finds wrong in it.
	check(ctx context.Context, c conn) error
	// snapshot writes one consistent copy of the whole database to the file, which
	// does not exist yet, while others go on writing.
	snapshot(ctx context.Context, file string) error
}
