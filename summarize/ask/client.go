package ask

import (
	"io/fs"
	"time"

	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/redact"
)

// Deps configures a Client. All fields are optional: without Model no call is made and all
// texts are extractive.
type Deps struct {
	Model Model
	// Prompts contains handoff.md, answer.md and draft.md; required with Model.
	Prompts fs.FS
	Now     func() time.Time
	// Ledger reserves and records the calls. Without it they are neither limited nor
	// recorded.
	Ledger Ledger
	// Settings returns how an action ("handoff", "answer", "draft") uses the model.
	Settings func(action string) Settings
	// Rule returns which rule of the service model decides whether a language model may
	// perform an action for a ticket of this category ("" without a ticket), and whether
	// it may. Without Rule every action is allowed.
	Rule func(action, category string) (rule string, allowed bool)
	// Machines returns the policy for addresses and names of machines; nil means
	// redact.Internal.
	Machines func() redact.Network
}

// Client calls the language model: it renders the prompt, reserves the budget, checks the
// reply and records the call. It is safe for concurrent use.
type Client struct {
	Deps
	prompts prompts
	err     error // why the prompts cannot be used
}

// New returns a client. With prompts that do not parse the writers remain extractive, and
// Ready returns why.
func New(d Deps) *Client {
	if d.Now == nil {
		d.Now = time.Now
	}
	c := &Client{Deps: d}
	if d.Model != nil {
		c.prompts, c.err = parsePrompts(d.Prompts)
	}
	return c
}

// Ready returns why the configured model cannot be used, nil when it can or when there is
// none. It does not call the model.
func (c *Client) Ready() error { return c.err }

// Configured reports whether there is a model.
func (c *Client) Configured() bool { return c.Model != nil }

// UsesModel reports whether the action uses the model for a ticket of the category. The
// budget may still prevent the call.
func (c *Client) UsesModel(action, category string) bool {
	if c.Model == nil || c.err != nil {
		return false
	}
	if c.Rule == nil {
		return true
	}
	_, allowed := c.Rule(action, category)
	return allowed
}

// Redactor returns a Redactor for one task, with the policy in force.
func (c *Client) Redactor(names ...string) *evidence.Redactor {
	if c.Machines != nil {
		return evidence.NewRedactor(c.Machines(), names...)
	}
	return evidence.NewRedactor(redact.Internal, names...)
}
