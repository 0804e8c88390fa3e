package summarize

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/fault"
)

// maxReply is how much of a model's reply is looked at, in bytes. The schema bounds
// what is asked for far below it.
const maxReply = 256 << 10

// reasonOf gives what a person may be told of why the model's words were not used.
func reasonOf(err error) string {
	if message, _, ok := fault.Public(err); ok {
		return message
	}
	return "the model could not be used"
}

// task is one thing asked of the model.
type task struct {
	action   string
	category string // of the ticket, for the rule
	ticket   string
	evidence *evidence
	input    promptInput
	schema   json.RawMessage
	tokens   int
	// accept parses and checks the JSON of a reply; its error tells the model, in one
	// repair attempt, and then the reader what was wrong.
	accept func(data []byte) error
}

// ask runs the task with one repair attempt. Every call is recorded, used or not.
func (w *Writer) ask(ctx context.Context, t task) error {
	if w.err != nil {
		return fault.Wrap(fault.Unavailable, w.err, "the prompts could not be read")
	}
	rule := defaultRule
	if w.opts.Rule != nil {
		var allowed bool
		if rule, allowed = w.opts.Rule(t.action, t.category); !allowed {
			return fault.New(fault.Unavailable, "the service model does not allow a model here (%s)", rule)
		}
	}
	t.input.Schema = string(t.schema)
	err := w.attempt(ctx, t, rule)
	if err == nil || !fault.Is(err, fault.Invalid) {
		return err
	}
	t.input.Repair = reasonOf(err)
	return w.attempt(ctx, t, rule)
}

// attempt makes one call. A reply that cannot be used is an Invalid error; any other
// kind means that asking again now is of no use.
func (w *Writer) attempt(ctx context.Context, t task, rule string) error {
	system, user, err := w.prompts.render(t.action, t.input)
	if err != nil {
		return err
	}
	start := w.opts.Now()
	reply, err := w.opts.Model.Complete(ctx, Request{
		Action: t.action, System: system, User: user, Schema: t.schema, Name: "deskbook_" + t.action, MaxTokens: t.tokens,
	})
	if err == nil {
		err = t.check(reply)
	}
	if w.opts.Record != nil {
		end := w.opts.Now()
		outcome := "ok"
		if err != nil {
			outcome = reasonOf(err)
		}
		w.opts.Record(ctx, Call{
			At: start, Action: t.action, Rule: rule, Ticket: t.ticket, Model: shorten(tidy(reply.Model), 120),
			PromptTokens: reply.PromptTokens, CompletionTokens: reply.CompletionTokens,
			Duration: end.Sub(start), Outcome: outcome, Sent: system + "\n\n" + user,
		})
	}
	return err
}

func (t task) check(r Reply) error {
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
	return t.accept(data)
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

// decodeStrict decodes into v and refuses unknown fields and missing shape.
func decodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fault.Wrap(fault.Invalid, err, "the model's reply did not follow the schema")
	}
	return nil
}

// claimSchema is the schema of a bounded list of claims whose marks are those that
// exist. An unbounded list makes small models count until the token limit cuts them.
func claimSchema(marks []string, items, length int) map[string]any {
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

func objectSchema(properties map[string]any, names []string) (json.RawMessage, error) {
	data, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": names, "properties": properties,
	})
	if err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return data, nil
}

// boundedClaims checks what the schema asked for and drops what goes beyond it.
func boundedClaims(cs []claim, items int) []claim {
	var out []claim
	for _, c := range cs {
		if len(out) == items {
			break
		}
		if utf8.RuneCountInString(c.Text) <= 4*MaxLineRune && len(c.Marks) <= 16 {
			out = append(out, c)
		}
	}
	return out
}
