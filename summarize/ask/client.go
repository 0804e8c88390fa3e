package ask

import (
	"io/fs"
	"time"

	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/redact"
)

// Deps configures a Client. Every field may be left out: without Model nothing
// is asked and all is extractive.
type Deps struct {
	Model Model
	// Prompts holds handoff.md, answer.md and draft.md at its root; needed with Model.
	Prompts fs.FS
	Now     func() time.Time
	// Ledger admits the calls to the model and records them. Without it they are
	// neither bounded nor recorded.
	Ledger Ledger
	// Settings says how an action ("handoff", "answer", "draft") uses the model.
	Settings func(action string) Settings
	// Rule says which rule of the service model allows the model to perform an action
	// ("handoff", "answer", "draft") for a ticket of this category ("" when there is
	// no ticket), and whether it does. Without it every action is allowed.
	Rule func(action, category string) (rule string, allowed bool)
	// Machines is the policy for addresses and names of machines; nil is redact.Internal.
	Machines func() redact.Network
}

// Client asks the language model: it renders the prompt, redacts, reserves the budget,
// checks the reply and records the call. It is safe for concurrent use.
type Client struct {
	Deps
	prompts prompts
	err     error // why the prompts cannot be used; the writers fall back with it
}

// New makes a client. Prompts that do not parse leave the writers extractive;
// Ready reports why.
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

// Ready reports why the configured model cannot be used, nil when it can or when
// there is none. It makes no call.
func (c *Client) Ready() error { return c.err }

// Configured reports whether there is a model at all.
func (c *Client) Configured() bool { return c.Model != nil }

// UsesModel reports whether a model would be asked for the action on a ticket of the
// category. The budget can still forbid it.
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

// Redactor makes the Redactor of one task, by the policy in force.
func (c *Client) Redactor(names ...string) *evidence.Redactor {
	if c.Machines != nil {
		return evidence.NewRedactor(c.Machines(), names...)
	}
	return evidence.NewRedactor(redact.Internal, names...)
}
