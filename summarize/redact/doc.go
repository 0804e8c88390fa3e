// Package redact finds secrets and personal data in texts and replaces them with
// placeholders such as "[email 1]".
//
// It promises that the same value gets the same placeholder within one Redactor, that
// what was removed is listed by kind, number and place, that only Restore returns the
// values (printing, logging or encoding a Redactor never does), and that time grows
// linearly with the length of the text.
//
// It finds what has a recognizable form or a cue: keys, tokens, assigned passwords,
// addresses, numbers with checksums, names of people. A password in running prose without a cue is not
// found, and street addresses are found by pattern only. Patterns are matched on a view
// of the text (see view) in which digits of other scripts, full-width letters, invisible
// characters, look-alikes, escapes and quote marks are normalized to what a person reads.
//
// It works on texts alone and imports no other package of Deskbook than person, which finds
// names.
package redact
