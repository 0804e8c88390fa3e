package summarize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
)

// A call that the budget does not allow is not made; the text is extractive.
func TestBudgetExhausted(t *testing.T) {
	const usedUp = "the daily budget of answers is used up until midnight"
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"used up": {fault.New(fault.RateLimited, usedUp), usedUp},
		"broken":  {errors.New("disk full at /secret"), "the budget for language models could not be checked"},
	} {
		t.Run(name, func(t *testing.T) {
			b, m := vpnBase(), says("{}")
			w := summarize.New(summarize.Deps{
				Model: m, Prompts: promptFiles(), Search: b, Library: b, Ledger: &ledger{err: tt.err},
			})
			s, err := w.Summarize(t.Context(), vpnTicket())
			if err != nil || s.Engine != ask.Extractive || s.Reason != tt.want || len(s.Section("request").Lines) == 0 {
				t.Errorf("summary: %q, %v", s.Reason, err)
			}
			a, err := w.Answer(t.Context(), "How do I fix the stale VPN certificate?", visitor())
			if err != nil || a.Engine != ask.Extractive || a.Reason != tt.want || len(a.Sentences) == 0 {
				t.Errorf("answer: %q, %v", a.Reason, err)
			}
			o, err := w.Draft(t.Context(), resolved(vpnPlain(), desk.Fixed, vpnNote))
			if err != nil || o.Engine != ask.Extractive || o.Proposal != nil && o.Reason != tt.want {
				t.Errorf("draft: %q, %v", o.Reason, err)
			}
			if len(m.asked) != 0 {
				t.Errorf("the model was asked %d times", len(m.asked))
			}
		})
	}
}

// Reservations are never smaller than what is used, and usage that an endpoint does not
// report is estimated.
func TestLedgerEntries(t *testing.T) {
	m := &fakeModel{replies: []ask.Reply{{Text: "no JSON"}}}
	calls := &ledger{}
	w := summarize.New(summarize.Deps{
		Model: m, Prompts: promptFiles(), Ledger: calls,
		Settings: func(action string) ask.Settings {
			return ask.Settings{Model: "of-" + action, Temperature: 0.4, MaxTokens: 321, Deadline: time.Minute}
		},
	})
	if _, err := w.Summarize(t.Context(), vpnTicket()); err != nil {
		t.Fatal(err)
	}
	if len(calls.reserved) != 2 || len(calls.settled) != 2 {
		t.Fatalf("%d reserved, %d settled", len(calls.reserved), len(calls.settled))
	}
	for i, r := range calls.reserved {
		s, asked := calls.settled[i], m.asked[i]
		if r.CompletionTokens != 321 || r.PromptTokens < len(asked.System+asked.User)/4 || s.ID != int64(i+1) {
			t.Errorf("reserved %+v", r)
		}
		if s.PromptTokens == 0 || s.PromptTokens > r.PromptTokens ||
			s.CompletionTokens == 0 || s.CompletionTokens > r.CompletionTokens || s.Model != "of-handoff" {
			t.Errorf("settled %+v", s)
		}
		if asked.Model != "of-handoff" || asked.Temperature != 0.4 || asked.MaxTokens != 321 ||
			asked.Timeout <= 0 || asked.Timeout > time.Minute {
			t.Errorf("asked %+v", asked)
		}
	}
	// A request that never reached the endpoint costs nothing; one that was accepted and
	// then failed may be charged for.
	for _, begun := range []bool{false, true} {
		lost := &failing{ask.Reply{Begun: begun}, fault.New(fault.Unavailable, "the connection to the model was cut")}
		calls := &ledger{}
		w := summarize.New(summarize.Deps{Model: lost, Prompts: promptFiles(), Ledger: calls})
		if _, err := w.Summarize(t.Context(), vpnTicket()); err != nil {
			t.Fatal(err)
		}
		if got := calls.settled[0].PromptTokens > 0; got != begun {
			t.Errorf("begun %v: settled %+v", begun, calls.settled[0])
		}
	}
}

// The usage that an endpoint reports is trusted only within bounds: one call must not
// exhaust a day's budget, and a day's sums must not overflow.
func TestReportedUsageIsBounded(t *testing.T) {
	for _, n := range []int{math.MaxInt, -7} {
		calls := &ledger{}
		endpoint := &failing{reply: ask.Reply{Text: "{}", PromptTokens: n, CompletionTokens: n}}
		w := summarize.New(summarize.Deps{Model: endpoint, Prompts: promptFiles(), Ledger: calls})
		if _, err := w.Summarize(t.Context(), vpnTicket()); err != nil {
			t.Fatal(err)
		}
		for i, c := range calls.settled {
			r := calls.reserved[i]
			if c.PromptTokens < 0 || c.PromptTokens > 10*r.PromptTokens ||
				c.CompletionTokens < 0 || c.CompletionTokens > 10*r.CompletionTokens {
				t.Errorf("%+v", c)
			}
		}
		if len(calls.settled) == 0 {
			t.Error("nothing was settled")
		}
	}
}

// failing is a model with a fixed reply and error.
type failing struct {
	reply ask.Reply
	err   error
}

func (f *failing) Complete(context.Context, ask.Request) (ask.Reply, error) {
	return f.reply, f.err
}

// No second attempt is made shortly before the action's deadline.
func TestRepairWithinDeadline(t *testing.T) {
	m := says("no JSON")
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	w := summarize.New(summarize.Deps{
		Model: m, Prompts: promptFiles(),
		Now:      func() time.Time { at = at.Add(4 * time.Second); return at },
		Settings: func(string) ask.Settings { return ask.Settings{Deadline: 8 * time.Second} },
	})
	s, err := w.Summarize(t.Context(), vpnTicket())
	if err != nil || len(m.asked) != 1 || !strings.Contains(s.Reason, "not valid JSON") {
		t.Errorf("asked %d times, %q, %v", len(m.asked), s.Reason, err)
	}
}

// Every list and text of every schema is bounded, and its marks are those that exist.
func TestSchemasAreBounded(t *testing.T) {
	b, m := vpnBase(), says("{}")
	w := summarize.New(summarize.Deps{Model: m, Prompts: promptFiles(), Search: b, Library: b})
	ticket := resolved(vpnPlain(), desk.Fixed, vpnNote)
	if _, err := w.Summarize(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Answer(t.Context(), "How do I fix the stale VPN certificate?", visitor()); err != nil {
		t.Fatal(err)
	}
	b.scores = map[string]float64{}
	if _, err := w.Draft(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range m.asked {
		seen[r.Action] = true
		var schema map[string]any
		if err := json.Unmarshal(r.Schema, &schema); err != nil {
			t.Fatal(err)
		}
		for _, problem := range unbounded(r.Action, schema) {
			t.Error(problem)
		}
		for _, mark := range marksOf(schema) {
			if !strings.Contains(r.User, fmt.Sprintf(`{"mark":%q`, mark)) {
				t.Errorf("%s: the schema has mark %q, which the evidence lacks", r.Action, mark)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("asked for %v only", seen)
	}
}

// unbounded returns what is unbounded in a schema.
func unbounded(path string, s map[string]any) (problems []string) {
	switch s["type"] {
	case "array":
		if s["maxItems"] == nil {
			problems = append(problems, path+" has no maxItems")
		}
		items, _ := s["items"].(map[string]any)
		return append(problems, unbounded(path+"[]", items)...)
	case "string":
		if s["maxLength"] == nil && s["enum"] == nil {
			problems = append(problems, path+" has neither maxLength nor enum")
		}
	case "object":
		if s["additionalProperties"] != false {
			problems = append(problems, path+" is open")
		}
		properties, _ := s["properties"].(map[string]any)
		for name, p := range properties {
			inner, _ := p.(map[string]any)
			problems = append(problems, unbounded(path+"."+name, inner)...)
		}
	case "boolean":
	default:
		problems = append(problems, fmt.Sprintf("%s is of type %v", path, s["type"]))
	}
	return problems
}

// marksOf returns the marks that a schema allows.
func marksOf(v any) (marks []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			list, ok := x.([]any)
			if name != "enum" || !ok {
				marks = append(marks, marksOf(x)...)
				continue
			}
			for _, m := range list {
				marks = append(marks, fmt.Sprint(m))
			}
		}
	case []any:
		for _, x := range v {
			marks = append(marks, marksOf(x)...)
		}
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}
