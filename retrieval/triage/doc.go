// Package triage learns from a team's own tickets how new ones are sorted: their type,
// category, service, group, impact and urgency.
//
// It promises that a value outside the list it was given is never proposed, that training
// is deterministic, that its probabilities were measured on later tickets than those it was
// trained on, that anything less probable than the floor of its field is unknown, and that
// the cost of a proposal is bounded whatever the length of the text. A training run stores
// numbers only: hashes of words with their weights, never a ticket's text.
//
// It imports desk, the versions and the terms; never SQL, HTTP, the index or a client of a
// language model.
package triage
