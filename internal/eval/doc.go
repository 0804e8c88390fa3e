// Package eval measures offline, on labelled sets: the ranking, similar tickets,
// hand-offs, drafts, answers, triage and redaction.
//
// It promises to work in temporary folders, never on live data, and that what is measured
// knows only what came before. Only the command line imports it.
package eval
