package ask

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// maxReply is the maximum length of a model's reply, in bytes. Replies that follow a schema
// are far shorter.
const maxReply = 256 << 10

// Reason returns why a model's text was not used, in words that may be shown to a person.
func Reason(err error) string {
	if message, _, ok := fault.Public(err); ok {
		return message
	}
	return "the model could not be used"
}

// defaultMaxTokens is the maximum length of a reply where the settings have none.
const defaultMaxTokens = 1500

// maxOverrun bounds the tokens that an endpoint reports, as a multiple of the reservation.
// A larger number is an error of the endpoint: one call must not use up the budget of a
// day or overflow its sums.
const maxOverrun = 8

// Task is one request to the model.
type Task struct {
	Action   string
	Category string // of the ticket, which the rule may depend on
	Ticket   string
	Input    promptInput
	Schema   json.RawMessage
	Redactor *evidence.Redactor // redacted the input; nothing is sent without one
	// Accept parses and checks the JSON of a reply. Its error is shown to the model, in
	// one repair attempt, and then to the reader.
	Accept func(data []byte) error
	// Piece, when set, receives each item of the reply as soon as it is complete,
	// unchecked. Again reports that the items so far are void, and why.
	Piece func(key string, raw []byte)
	Again func(reason string)
}

// Ask runs the task, with one repair attempt, within the action's deadline. Each call is
// recorded, whether its reply is used or not.
func (c *Client) Ask(ctx context.Context, t Task) error {
	if c.err != nil {
		return fault.Wrap(fault.Unavailable, c.err, "the prompts could not be read")
	}
	rule := defaultRule
	if t.Redactor == nil {
		return fault.New(fault.Internal, "%s would be sent without redaction", t.Action)
	}
	if c.Rule != nil {
		var allowed bool
		if rule, allowed = c.Rule(t.Action, t.Category); !allowed {
			return fault.New(fault.Unavailable, "the service model does not allow a model here (%s)", rule)
		}
	}
	set := c.settings(t.Action)
	end := c.Now().Add(set.Deadline)
	t.Input.frame().Schema = string(t.Schema)
	err := c.attempt(ctx, t, rule, set)
	if err == nil || !fault.Is(err, fault.Invalid) {
		return err
	}
	if set.Deadline > 0 {
		if set.Deadline = end.Sub(c.Now()); set.Deadline < time.Second {
			return err
		}
	}
	if t.Again != nil {
		t.Again(Reason(err))
	}
	t.Input.frame().Repair = Reason(err)
	return c.attempt(ctx, t, rule, set)
}

func (c *Client) settings(action string) Settings {
	var s Settings
	if c.Settings != nil {
		s = c.Settings(action)
	}
	if s.MaxTokens <= 0 {
		s.MaxTokens = defaultMaxTokens
	}
	return s
}

// attempt makes one call. The error for a reply that cannot be used is fault.Invalid; with
// any other kind, a second attempt would not help.
func (c *Client) attempt(ctx context.Context, t Task, rule string, set Settings) error {
	system, user, err := c.prompts.render(t.Action, t.Input)
	if err != nil {
		return err
	}
	r := Request{
		Action: t.Action, System: system, User: user, Schema: t.Schema, Name: "deskbook_" + t.Action,
		Model: set.Model, Temperature: set.Temperature, MaxTokens: set.MaxTokens, Timeout: set.Deadline,
	}
	if t.Piece != nil {
		r.Partial = (&pieces{found: t.Piece}).feed
	}
	call := Call{
		At: c.Now(), Action: t.Action, Rule: rule, Ticket: t.Ticket, Model: set.Model,
		PromptTokens: tokensOf(system, user, string(t.Schema)), CompletionTokens: set.MaxTokens, Sent: system + "\n\n" + user,
	}
	call.Redactions = t.Redactor.Counts()
	if c.Ledger != nil {
		if call.ID, err = c.Ledger.Reserve(ctx, call); err != nil {
			return notReserved(ctx, err)
		}
	}
	reply, err := c.Model.Complete(ctx, r)
	if err == nil {
		reply.Begun = true
		err = t.check(reply)
	}
	if c.Ledger != nil {
		c.Ledger.Settle(ctx, call.settled(reply, err, c.Now()))
	}
	return err
}

// notReserved returns why a call was not made: the budget's reason, or that the ledger does
// not work, without which nothing may be spent.
func notReserved(ctx context.Context, err error) error {
	if fault.Is(err, fault.RateLimited) || ctx.Err() != nil {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "the budget for language models could not be checked")
}

// settled returns the record of a call that has ended. Where the endpoint does not count
// tokens, they are estimated, also for a request that it accepted and did not answer.
func (c Call) settled(r Reply, err error, at time.Time) Call {
	if r.PromptTokens == 0 && r.CompletionTokens == 0 && r.Begun {
		r.PromptTokens, r.CompletionTokens = c.PromptTokens, min(c.CompletionTokens, tokensOf(r.Text))
	}
	c.PromptTokens = min(max(0, r.PromptTokens), maxOverrun*c.PromptTokens)
	c.CompletionTokens = min(max(0, r.CompletionTokens), maxOverrun*c.CompletionTokens)
	if name := thread.Shorten(thread.Tidy(r.Model), 120); name != "" {
		c.Model = name
	}
	c.Duration, c.Outcome = at.Sub(c.At), "ok"
	if err != nil {
		c.Outcome = Reason(err)
		if errors.Is(err, context.Canceled) {
			c.Outcome = "the reader left before the model had answered"
		}
	}
	return c
}

func (t Task) check(r Reply) error {
	switch {
	case r.Cut:
		return fault.New(fault.Invalid, "the model's reply was cut off at its length limit")
	case len(r.Text) > maxReply:
		return fault.New(fault.Unavailable, "the model's reply was larger than %d KB", maxReply>>10)
	case strings.TrimSpace(r.Text) == "":
		return fault.New(fault.Invalid, "the model's reply was empty")
	}
	data, err := findJSON(r.Text)
	if err != nil {
		return err
	}
	return t.Accept(data)
}

// findJSON returns the JSON object in a reply, which models wrap in code fences, prose and
// reasoning.
func findJSON(text string) ([]byte, error) {
	if i := strings.LastIndex(text, "</think>"); i >= 0 {
		text = text[i+len("</think>"):]
	}
	for from := 0; from < len(text); {
		i := strings.IndexByte(text[from:], '{')
		if i < 0 {
			break
		}
		from += i
		dec := json.NewDecoder(strings.NewReader(text[from:]))
		var raw json.RawMessage
		if err := dec.Decode(&raw); err == nil {
			return raw, nil
		}
		if from++; from > 64<<10 {
			break
		}
		// Only the outermost object counts: an inner one of a broken reply is not it.
		if next := strings.Index(text[from:], "\n{"); next >= 0 {
			from += next
			continue
		}
		break
	}
	return nil, fault.New(fault.Invalid, "the model's reply was not valid JSON")
}

// DecodeStrict decodes data into v and rejects unknown fields.
func DecodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fault.Wrap(fault.Invalid, err, "the model's reply did not follow the schema")
	}
	return nil
}

// ClaimSchema returns the schema of a bounded list of claims that cite existing marks. With
// an unbounded list, small models write until the token limit stops them.
func ClaimSchema(marks []string, items, length int) map[string]any {
	return map[string]any{
		"type": "array", "maxItems": items,
		"items": map[string]any{
			"type": "object", "additionalProperties": false,
			"required": []string{"text", "marks"},
			"properties": map[string]any{
				"text": map[string]any{"type": "string", "maxLength": length},
				"marks": map[string]any{
					"type": "array", "minItems": 1, "maxItems": 4,
					"items": map[string]any{"type": "string", "enum": marks},
				},
			},
		},
	}
}

// ObjectSchema returns the schema of an object with these properties, all of them required.
// The names give their order.
func ObjectSchema(properties map[string]any, names []string) (json.RawMessage, error) {
	data, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": names, "properties": properties,
	})
	if err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return data, nil
}

// maxClaimRunes is the length beyond which a claim is dropped rather than shortened.
const maxClaimRunes = 4 * 280

// BoundedClaims returns the claims within the schema's bounds, which endpoints may ignore.
func BoundedClaims(cs []evidence.Claim, items int) []evidence.Claim {
	var out []evidence.Claim
	for _, c := range cs {
		if len(out) == items {
			break
		}
		if utf8.RuneCountInString(c.Text) <= maxClaimRunes && len(c.Marks) <= 16 {
			out = append(out, c)
		}
	}
	return out
}

// ClaimOf parses one item of a partial reply as strictly as the whole reply is parsed, and
// reports whether it is a claim.
func ClaimOf(raw []byte) (evidence.Claim, bool) {
	var c evidence.Claim
	if err := DecodeStrict(raw, &c); err != nil {
		return evidence.Claim{}, false
	}
	return c, len(BoundedClaims([]evidence.Claim{c}, 1)) == 1
}

// The engines that may have written a text.
const (
	Extractive = "extractive"
	ByModel    = "model"
)

// The actions that a model may perform.
const (
	ActionHandoff = "handoff"
	ActionAnswer  = "answer"
	ActionDraft   = "draft"
)

// defaultRule is recorded where no service model allows or forbids an action.
const defaultRule = "default"
