// Package handoff writes the hand-off summary of a ticket, stores it for each version of
// the thread, and stores people's edits alongside it.
//
// It promises that every line cites the messages that support it, that the extractive
// text is available at once and remains where a model fails, and that a summary is marked
// stale when the thread has moved on. It never imports SQL, HTTP or a model's client.
package handoff
