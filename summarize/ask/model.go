package ask

import (
	"context"
	"encoding/json"
	"time"

	"github.com/deskbook/deskbook/kb"
)

// Model completes a prompt. Its errors are faults with a message for people; the caller
// continues without the model whatever the error. Along with an error, the reply says what
// may be charged.
type Model interface {
	Complete(ctx context.Context, r Request) (Reply, error)
}

// Request is one prompt for a model.
type Request struct {
	Action string // handoff, answer, draft
	System string
	User   string
	// Schema is the JSON schema of the reply, with bounds for every list and string; Name
	// identifies it. Endpoints without support for schemas ignore both.
	Schema      json.RawMessage
	Name        string
	Model       string // "" for the configured one
	Temperature float64
	MaxTokens   int           // of the reply
	Timeout     time.Duration // of the whole request; 0 for the client's default
	// Partial, when set, receives the reply's text while it is being written, in the
	// calling goroutine. What it received before an error is void.
	Partial func(text string)
}

// Reply is what a model returned. Its text is untrusted.
type Reply struct {
	Text             string
	Model            string // as the endpoint names it
	PromptTokens     int    // 0 when the endpoint does not count
	CompletionTokens int
	Cut              bool // the token limit ended it
	// Begun reports that the endpoint accepted the request, so that it may charge for it
	// even if an error ended it.
	Begun bool
}

// Call records one call to a model, for the usage page and the audit.
type Call struct {
	ID               int64 // assigned by the ledger
	At               time.Time
	Action           string // handoff, answer, draft
	Rule             string // the service model's rule that allowed it
	Ticket           string // "" when it did not concern a ticket
	Model            string
	PromptTokens     int
	CompletionTokens int
	Duration         time.Duration
	Outcome          string // "ok", "under way", or why its text was not used
	Sent             string // what left the process, redacted; "" once deleted by age
	Cost             int64  // in millionths of Currency
	Currency         string
	Redactions       []kb.Redaction // what was removed from Sent, without the values
}

// Ledger admits calls within the budget and records them.
type Ledger interface {
	// Reserve records a call before it is made. Its token counts are the maximum that it
	// may use. When the budget does not allow that, the error is fault.RateLimited with
	// a reason for people, and the call must not be made.
	Reserve(ctx context.Context, c Call) (id int64, err error)
	// Settle records what the call used and how it ended, even if the context has ended.
	Settle(ctx context.Context, c Call)
}

// Settings is how an action uses the model.
type Settings struct {
	Model       string // "" for the configured one
	Temperature float64
	MaxTokens   int           // of a reply; 0 for 1,500
	Deadline    time.Duration // of the action with its repair; 0 for the client's default for each request
}

// bytesPerToken is a low estimate: most texts in most languages have more bytes per token,
// so that a reservation is rarely too small.
const bytesPerToken = 2

// tokensOf returns an upper estimate of the number of tokens of the texts.
func tokensOf(texts ...string) int {
	n := 0
	for _, t := range texts {
		n += len(t)/bytesPerToken + 8
	}
	return n
}
