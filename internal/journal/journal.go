// Package journal describes what is committed beside the data of a write: the
// events that say who did what, the change-log rows that projections follow, and
// the jobs that the write causes. A store commits all of it in the transaction of
// the write itself. The package imports the standard library only.
package journal

import (
	"encoding/json"
	"fmt"
	"time"
)

// Object kinds named in events and changes.
const (
	Article = "article"
	Draft   = "draft"
	Ticket  = "ticket"
	User    = "user"
	// Evaluation is a run over the team's own history, Weights a version of the ranker.
	Evaluation = "evaluation"
	Weights    = "weights"
	// Triage is a training of triage on the team's own tickets.
	Triage = "triage"
)

// Event is one thing that happened to an object. Events are append-only.
type Event struct {
	Seq    int64           `json:"seq,omitempty"` // assigned by the store
	At     time.Time       `json:"at"`
	Actor  string          `json:"actor"`  // user id, "system" for background work
	Object string          `json:"object"` // one of the object kinds above
	ID     string          `json:"id"`
	Verb   string          `json:"verb"` // e.g. "created", "resolved", "published"
	Data   json.RawMessage `json:"data,omitempty"`
}

// Change is one row of the change log: the object with this id is not what it
// was. Its new state is read from the store.
type Change struct {
	Seq    int64 // assigned by the store; grows with commit order
	Object string
	ID     string
}

// Job is background work caused by the write. Key makes it idempotent: a store
// keeps one unfinished or finished job per key.
type Job struct {
	Kind    string
	Key     string
	Payload json.RawMessage
}

// Entry is all that goes with one write.
type Entry struct {
	Events  []Event
	Changes []Change
	Jobs    []Job
	// Idempotency, when its Key is not empty, makes the write happen once: a second
	// commit under the same key fails with *Replay and changes nothing.
	Idempotency Idempotency
}

// Idempotency names a create that a client may repeat.
type Idempotency struct {
	Key    string // scoped to actor and route by the caller
	Hash   string // digest of the request; another request under the same key is a conflict
	Object string // id of the object created
}

// Replay is the error of a write whose idempotency key was used before.
type Replay struct {
	Object string // what the first write created
	Same   bool   // whether the requests' hashes agree
}

// Error says that the key was used.
func (r *Replay) Error() string {
	return fmt.Sprintf("idempotency key already created %s (same request: %v)", r.Object, r.Same)
}

// Data marshals an event's or a job's details. Values are plain structs and maps
// of this program, so a failure is a defect.
func Data(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("journal: marshal %T: %v", v, err))
	}
	return b
}
