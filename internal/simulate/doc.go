// Package simulate generates a service desk of any size: years of tickets with messages,
// events and the articles that resolved them, in the form that tickets come in, with the
// articles, the changes and the service model that belong to them.
//
// The same seed produces the same bytes. Tickets come in business hours and in bursts, problems
// come back and have one fix, some tickets are escalated, reopened or merged, and requesters
// use other words than the articles. Everything is derived from the seed and a number, so that
// memory does not grow with the size of the desk. Texts are made from the package's own
// templates.
package simulate
