// Package thread reads a ticket's thread once: it splits the messages into sentences,
// list items and code, strips quotes, greetings and signatures, finds words and stems,
// and classifies what each sentence does (request, attempt, advice, outcome) and what
// it says about success.
//
// It promises that no package above it has to tokenise, stem or classify a message
// again. It never imports an article store, the search engine or a language model.
package thread
