package ask

import (
	"context"
	"encoding/json"
	"time"

	"github.com/deskbook/deskbook/kb"
)

// Model completes a prompt. Its errors carry a message fit for a person (fault
// kinds); whatever the error, the caller goes on without it. With an error the reply
// still says what may be charged for.
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
	Schema      json.RawMessage
	Name        string
	Model       string // "" for the one that is configured
	Temperature float64
	MaxTokens   int           // of the reply
	Timeout     time.Duration // of the whole request; 0: the client's own
	// Partial, when set, gets the reply's text piece by piece while it is written, in
	// the calling goroutine. What it got before an error is void.
	Partial func(text string)
}

// Reply is what a model returned: text that nobody may trust.
type Reply struct {
	Text             string
	Model            string // as the endpoint names it
	PromptTokens     int    // 0 when the endpoint does not count
	CompletionTokens int
	Cut              bool // the token limit ended it
	// Begun says that the endpoint took the request, so that it may be charged for
	// even where an error ended it.
	Begun bool
}

// Call records one call to a model, for the usage page and the audit.
type Call struct {
	ID               int64 // given by the ledger
	At               time.Time
	Action           string // handoff, answer, draft
	Rule             string // the service model's rule that allowed it
	Ticket           string // "" when it was not about a ticket
	Model            string
	PromptTokens     int
	CompletionTokens int
	Duration         time.Duration
	Outcome          string // "ok", "under way", or why its words were not used
	Sent             string // what left the process, redacted; "" once deleted by age
	Cost             int64  // in millionths of Currency
	Currency         string
	Redactions       []kb.Redaction // what was taken out of Sent, never the values
}

// Ledger admits calls within the budget and keeps their record.
type Ledger interface {
	// Reserve records a call before it is made. Its token counts are the most that it
	// may use. When that does not fit the budget, it is fault.RateLimited with a reason
	// fit for a person, and the call is not made.
	Reserve(ctx context.Context, c Call) (id int64, err error)
	// Settle records what the call used and how it ended. It must not fail because the
	// context has ended.
	Settle(ctx context.Context, c Call)
}

// Settings is how an action uses the model.
type Settings struct {
	Model       string // "" for the one that is configured
	Temperature float64
	MaxTokens   int           // of a reply; 0: 1,500
	Deadline    time.Duration // of the action with its repair; 0: the client's own for each request
}

// bytesPerToken is a cautious share: most texts of most languages have more bytes a
// token, so that a reservation is rarely too small.
const bytesPerToken = 2

// tokensOf estimates the tokens of a text from above.
func tokensOf(texts ...string) int {
	n := 0
	for _, t := range texts {
		n += len(t)/bytesPerToken + 8
	}
	return n
}
