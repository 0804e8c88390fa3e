// Package clock computes the clocks of a ticket's targets: how much of each goal is spent, when
// it is due and whether it was met, from the ticket's events and the service models that were
// in force. The same function serves the running desk, the measures and the replay of a
// changed service model.
//
// The package is pure: the same events, models and time always lead to the same clocks. It knows
// no SQL, no HTTP, no index and no language model, and does not import desk.
package clock
