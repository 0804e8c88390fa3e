// Package history moves tickets between desks: it reads the tickets of another tool, one JSON
// object a line, checks each against the life of a ticket and writes them in bulk, and it
// writes the desk's own tickets in the same form.
//
// A ticket that comes in has the events that it would have had here, at its original times,
// so that everything that is computed from events is right for it. Nothing is sent to
// anybody, nothing is suggested, and no draft is made unless that is asked for. A bad line is
// reported with its number and reason, and the others go in. What is exported from a desk,
// imported into an empty one and exported again is equal byte for byte.
//
// The package knows no SQL, no HTTP, no index and no language model.
package history
