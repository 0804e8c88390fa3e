// Package answer answers questions from articles.
//
// It promises that every sentence cites a passage, in a given revision, of an article
// that the reader may see, and that a question is refused, with the nearest articles,
// when nothing supports an answer. It never imports SQL, HTTP or a model's client.
package answer
