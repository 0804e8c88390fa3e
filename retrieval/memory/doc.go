// Package memory remembers resolved tickets: it finds the nearest ones to a text, lets
// them vote for the articles that resolved them, and counts which article resolved how
// many.
//
// It promises that what it returns depends on the remembered tickets alone, never on the
// order in which they came, and that a flood from one requester does not decide what
// others are shown. It never imports an index, a store or a model.
package memory
