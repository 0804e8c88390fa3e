// Package eval measures offline, on labelled sets: the ranking, similar tickets,
// hand-offs, drafts, answers, triage and redaction.
//
// It promises to work in temporary folders, never on live data, and that nothing is ranked
// with knowledge from later times. Only the command line imports it.
package eval
