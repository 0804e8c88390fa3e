// Package thread reads a ticket's thread once: it splits the messages into sentences,
// list items and code, strips quotes, greetings and signatures, finds words and stems,
// and classifies what each sentence does (request, attempt, advice, outcome) and what
// it says about success.
//
// It promises that nothing above it tokenises, stems or classifies a message again. It
// knows tickets and texts; it never imports an article store, the search or a model.
package thread
