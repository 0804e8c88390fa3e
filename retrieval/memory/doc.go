// Package memory remembers resolved tickets: it finds the nearest ones to a text, lets
// them vote for the articles that resolved them, and counts how many tickets each article
// resolved.
//
// It promises that what it returns depends on the remembered tickets alone, never on the
// order in which they came, and that a flood of tickets from one requester does not decide
// what others are shown. It never imports an index, a store or a language model.
package memory
