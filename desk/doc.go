// Package desk is the life of a ticket: intake, thread, triage, escalation,
// resolution, reopening and merging, executed under the service model.
//
// It promises that every change is one write with its event, that threads are
// append-only, and that nobody receives from it what their role may not see. It
// knows no SQL, no HTTP, no index and no language model: it reaches suggestions,
// articles and people through the small interfaces it declares.
package desk
