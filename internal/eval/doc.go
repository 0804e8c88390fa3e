// Package eval measures offline, on labelled sets: the ranking, similar tickets,
// hand-offs, drafts, answers, triage and redaction.
//
// It promises to work in temporary folders, never on live data, and to let what is
// measured know only what came before. The command line alone imports it.
package eval
