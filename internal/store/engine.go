package store

import "context"

// engine is what differs between the databases. All other SQL is shared and uses only
// what PostgreSQL and SQLite have in common: "?" placeholders, ON CONFLICT, RETURNING,
// row values, integers for times, text for JSON.
type engine interface {
	// rebind replaces the "?" placeholders of a query by the engine's own.
	rebind(query string) string
	// skipLocked returns the end of a SELECT that picks a row for one of many workers, so
	// that they do not wait for each other's rows.
	skipLocked() string
	// translate converts a driver error to a fault; an unknown error is returned
	// unchanged.
	translate(err error) error
	// check reads the whole database and returns an error that lists what is damaged.
	check(ctx context.Context, c conn) error
	// snapshot writes a consistent copy of the whole database to the file, which does not
	// exist yet, while others can continue to write.
	snapshot(ctx context.Context, file string) error
}
