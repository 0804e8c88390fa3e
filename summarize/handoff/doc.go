// Package handoff writes the hand-off summary of a ticket, stores it for each version of
// the thread, and keeps a person's edit beside it.
//
// It promises that every line points at the messages that support it, that the
// extractive text is there at once and stays where a model fails, and that a summary is
// marked stale when the thread has gone on. It never imports SQL, HTTP or a model's
// client.
package handoff
