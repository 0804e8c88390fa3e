// Package measure computes the desk's numbers from its append-only events alone.
//
// The events of a ticket are read once into its Facts. Each measure is one function from a
// ticket's facts to the rows that it contributes, and one aggregation of rows, so that the
// tickets behind a number add up to it exactly, and any past number can be computed again. A
// store may keep facts: they are a projection that the events rebuild.
//
// The package never imports SQL, HTTP, the index or a language model, and needs no state of a
// ticket besides its events.
package measure
