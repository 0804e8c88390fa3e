// Package redact finds secrets and personal data in texts and replaces them by
// placeholders such as "[email 1]".
//
// It promises: the same value gets the same placeholder within one Redactor; what was
// removed is listed by kind, number and place; the values themselves are given back by
// Restore alone and never by printing, logging or encoding a Redactor; the time grows
// linearly with the text.
//
// It finds what has a form or a cue: keys, tokens, assigned passwords, addresses,
// numbers with checksums. A password in running prose without a cue is not found, and
// street addresses are found by pattern only. Forms are looked for in a view of the
// text (see view) in which other scripts' digits, wide letters, invisible characters,
// look-alikes, escapes and quote marks are read as a person reads them.
//
// It knows texts only: no ticket, no article, no model.
package redact
