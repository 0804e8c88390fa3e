package summarize

import (
	"context"
	"encoding/json"
	"time"
)

// Model completes a prompt. Its errors carry a message fit for a person (fault
// kinds); whatever the error, the caller goes on without it.
type Model interface {
	Complete(ctx context.Context, r Request) (Reply, error)
}

// Request is one prompt for a model.
type Request struct {
	Action string // handoff, answer, draft
	System string
	User   string
	// Schema is the JSON schema the reply must follow, bounded in every list and
	// string; Name identifies it. Endpoints that know no schemas ignore both.
	Schema    json.RawMessage
	Name      string
	MaxTokens int // of the reply
}

// Reply is what a model returned: text that nobody may trust.
type Reply struct {
	Text             string
	Model            string // as the endpoint names it
	PromptTokens     int
	CompletionTokens int
	Cut              bool // the token limit ended it
}

// Call records one call to a model, for the usage page and the audit.
type Call struct {
	At               time.Time
	Action           string // handoff, answer, draft
	Rule             string // the service model's rule that allowed it
	Ticket           string // "" when it was not about a ticket
	Model            string
	PromptTokens     int
	CompletionTokens int
	Duration         time.Duration
	Outcome          string // "ok", or why its words were not used
	Sent             string // what left the process, redacted
}
