// Package terms turns texts into terms: tokens, stems, identifiers whole and in parts, the
// language of a text, its stop words and filler words, and the weighted query that a ticket
// or a search line becomes.
//
// It promises that articles, tickets and queries are analysed in the same way. It
// handles texts and articles only and never imports an index, a store or desk.
package terms
