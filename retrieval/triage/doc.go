// Package triage learns from a team's own tickets how new ones are sorted: their
// type, category, service, group, impact and urgency.
//
// It promises that a value outside the closed list it was given is never proposed,
// that training is the same for the same tickets, that its probabilities were
// measured on tickets later than those it learned from, that what is less probable
// than the floor of its field is unknown, and that the cost of a proposal is bounded
// whatever the length of the text. What is kept of a training are numbers: hashes of
// words with their weights, never a ticket's text.
//
// It imports the desk, permissions, error kinds and the journal; never SQL, HTTP, the
// index or a client of a language model.
package triage
