// Package desk implements the life of a ticket under the service model: intake, thread,
// triage, escalation, resolution, reopening and merging.
//
// Every change is written together with its event, threads are append-only, and callers
// never receive what their role may not see. The package knows no SQL, no HTTP, no index
// and no language model: it reaches suggestions, articles and people through the small
// interfaces that it declares.
package desk
