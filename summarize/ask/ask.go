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

// maxReply is how much of a model's reply is looked at, in bytes. The schema bounds
// what is asked for far below it.
const maxReply = 256 << 10

// Reason gives what a person may be told of why the model's words were not used.
func Reason(err error) string {
	if message, _, ok := fault.Public(err); ok {
		return message
	}
	return "the model could not be used"
}

// defaultMaxTokens is how long a reply may get where no setting says otherwise.
const defaultMaxTokens = 1500

// mostTimes is how many times the reservation an endpoint's own count may be. More is a
// mistake of the endpoint: one call must not use up a day, nor make its sums overflow.
const mostTimes = 8

// Task is one thing asked of the model.
type Task struct {
	Action   string
	Category string // of the ticket, for the rule
	Ticket   string
	Input    promptInput
	Schema   json.RawMessage
	Redactor *evidence.Redactor // took out what is secret of the input; nothing is sent without one
	// accept parses and checks the JSON of a reply; its error tells the model, in one
	// repair attempt, and then the reader what was wrong.
	Accept func(data []byte) error
	// piece, when set, gets each item of the reply as soon as it stands, not yet
	// checked; again says that what it got so far is void, and why.
	Piece func(key string, raw []byte)
	Again func(reason string)
}

// Ask runs the task with one repair attempt, within the action's deadline. Every
// call is recorded, used or not.
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

// attempt makes one call. A reply that cannot be used is an Invalid error; any other
// kind means that asking again now is of no use.
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

// notReserved says why a call was not made: the budget's own reason, or that the
// ledger does not work. Without a ledger nothing may be spent.
func notReserved(ctx context.Context, err error) error {
	if fault.Is(err, fault.RateLimited) || ctx.Err() != nil {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "the budget for language models could not be checked")
}

// settled gives the record of a call that has ended. An endpoint that does not count
// is counted for; a request that it took and that came to nothing counts as sent.
func (c Call) settled(r Reply, err error, at time.Time) Call {
	if r.PromptTokens == 0 && r.CompletionTokens == 0 && r.Begun {
		r.PromptTokens, r.CompletionTokens = c.PromptTokens, min(c.CompletionTokens, tokensOf(r.Text))
	}
	c.PromptTokens = min(max(0, r.PromptTokens), mostTimes*c.PromptTokens)
	c.CompletionTokens = min(max(0, r.CompletionTokens), mostTimes*c.CompletionTokens)
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

// findJSON takes the one JSON object out of a reply: models wrap it in fences, in
// talk and in thinking. What is inside must then be strict JSON.
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

// DecodeStrict decodes into v and refuses unknown fields and missing shape.
func DecodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fault.Wrap(fault.Invalid, err, "the model's reply did not follow the schema")
	}
	return nil
}

// ClaimSchema is the schema of a bounded list of claims whose marks are those that
// exist. An unbounded list makes small models count until the token limit cuts them.
func ClaimSchema(marks []string, items, length int) map[string]any {
	return map[string]any{
		"type": "array", "maxItems": items,
		"items": map[string]any{
			"type": "object", "additionalProperties": false,
			"required": []string{"text", "marks"},
			"properties": map[string]any{
				"text":  map[string]any{"type": "string", "maxLength": length},
				"marks": map[string]any{"type": "array", "minItems": 1, "maxItems": 4, "items": map[string]any{"type": "string", "enum": marks}},
			},
		},
	}
}

func ObjectSchema(properties map[string]any, names []string) (json.RawMessage, error) {
	data, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": names, "properties": properties,
	})
	if err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return data, nil
}

// maxClaimRunes is the length from which a claim is no sentence: nobody shortens it.
const maxClaimRunes = 4 * 280

// BoundedClaims checks what the schema asked for and drops what goes beyond it.
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

// ClaimOf reads one item of a reply that is being written; strictly, as the whole is
// read when it has ended.
func ClaimOf(raw []byte) (evidence.Claim, bool) {
	var c evidence.Claim
	if err := DecodeStrict(raw, &c); err != nil {
		return evidence.Claim{}, false
	}
	return c, len(BoundedClaims([]evidence.Claim{c}, 1)) == 1
}

// The engines that can have written a text.
const (
	Extractive    = "extractive"
	ByModel       = "model"
	ActionHandoff = "handoff"
	ActionAnswer  = "answer"
	ActionDraft   = "draft"
	defaultRule   = "default"
)
