// Package replay shows what a changed service model would have done to past tickets. It runs
// the facts of each ticket twice, once under the service models that were in force and once
// under the changed one, and reports the differences between the two runs: routes, types,
// priorities, missed targets, escalations and automation.
//
// What people did stays what they did; only what the service model decided is decided again.
// The package is pure but for reading events in portions through its Store. It knows no SQL,
// no HTTP, no index and no language model, and does not import desk.
package replay
