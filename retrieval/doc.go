// Package retrieval finds what resolves a ticket: articles with the passage that proves it,
// similar resolved tickets, and active known errors.
//
// It promises that nothing outside a reader's visibility influences what the reader gets
// (hits, totals, completions, scores), that the cost of a request is bounded whatever the
// length of its text, and that the index is a cache of the truth behind Source: where it is
// lost, torn or in an older format, it is rebuilt.
//
// It imports the domain packages, the error kinds, the change log and Bleve; never SQL, HTTP
// or a client of a language model.
package retrieval
