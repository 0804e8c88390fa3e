// Package journal describes what is committed together with the data of a write: the
// events that say who did what, the change-log rows that projections follow, and the jobs
// and notices that the write causes. A store commits all of it in the transaction of the write. The
// package imports only the standard library.
package journal

import (
	"encoding/json"
	"fmt"
	"time"
)

// The kinds of object in events and changes.
const (
	Article = "article"
	Draft   = "draft"
	Ticket  = "ticket"
	User    = "user"
	// Evaluation is a run on the team's own history, Weights a version of the ranker.
	Evaluation = "evaluation"
	Weights    = "weights"
	// Triage is a training of triage on the team's own tickets.
	Triage = "triage"
	// Measure is a number of the desk.
	Measure = "measure"
	// Visit is a visit of articles by a browser, tied to no account.
	Visit = "visit"
	// Model is a version of the service model.
	Model = "model"
	// Candidate is a pattern in incidents, Problem what one has become, ChangeRecord a change in
	// a service.
	Candidate    = "problem_candidate"
	Problem      = "problem"
	ChangeRecord = "change"
)

// Event is something that happened to an object. Events are append-only.
type Event struct {
	Seq    int64           `json:"seq,omitempty"` // assigned by the store
	At     time.Time       `json:"at"`
	Actor  string          `json:"actor"`  // user id, "system" for background work
	Object string          `json:"object"` // one of the object kinds above
	ID     string          `json:"id"`
	Verb   string          `json:"verb"` // e.g. "created", "resolved", "published"
	Data   json.RawMessage `json:"data,omitempty"`
	// Model is the version of the service model under which it happened; 0 in a new event
	// means the last one stored.
	Model int `json:"model,omitempty"`
}

// Change is a row of the change log: the object with this id has changed. Its new state is
// read from the store.
type Change struct {
	Seq    int64 // assigned by the store; increases in the order of commits
	Object string
	ID     string
}

// Job is background work that the write causes. Key makes it idempotent: a store has at
// most one job per key, finished or not.
type Job struct {
	Kind    string
	Key     string
	Payload json.RawMessage
}

// Notice tells somebody what happened or has to be done. Key makes it idempotent: a store
// has at most one notice per key, done or not.
type Notice struct {
	Key       string
	Task      bool   // something has to be done
	Recipient string // "user:ID", "group:NAME", "role:NAME" or "mail:ADDRESS"
	Title     string
	Detail    string
	Object    string // what it is about, with its id
	ID        string
}

// Entry is everything that is committed with a write.
type Entry struct {
	Events  []Event
	Changes []Change
	Jobs    []Job
	Notices []Notice
	// Idempotency makes the write happen once if its Key is not empty: a second commit with
	// the same key fails with *Replay and changes nothing.
	Idempotency Idempotency
}

// Idempotency identifies a create request that a client may repeat.
type Idempotency struct {
	Key    string // made unique for actor and route by the caller
	Hash   string // digest of the request; a different request with the same key is a conflict
	Object string // id of the object created
}

// Replay is the error of a write whose idempotency key has been used before.
type Replay struct {
	Object string // what the first write created
	Same   bool   // whether the hashes of the requests are equal
}

// Error returns what the key was used for.
func (r *Replay) Error() string {
	return fmt.Sprintf("idempotency key already created %s (same request: %v)", r.Object, r.Same)
}

// Data marshals the details of an event or a job. Values are plain structs and maps of
// this program, so a failure is a defect and panics.
func Data(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("journal: marshal %T: %v", v, err))
	}
	return b
}
