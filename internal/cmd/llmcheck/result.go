package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// slack is what an action may take in addition to the model's deadline: for searching,
// storing, and other work of the machine.
const slack = 8 * time.Second

// result is how an action ended.
type result struct {
	action, item   string
	streamed       bool
	engine, reason string
	took           time.Duration
	shown          int // lines or sentences that the reader saw
	problems       []string
	calls          []call // recorded for it
}

type call struct {
	ID               string
	Action, Outcome  string
	Model            string
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	Milliseconds     int64
	Sent             *string
}

type summary struct {
	Engine, Reason string
	Sections       []struct {
		Name  string
		Lines []struct {
			Text     string
			Messages []int
		}
	}
}

type citation struct {
	Article  string
	Revision int
	Passage  string
}

type answer struct {
	Refused        bool
	Engine, Reason string
	Sentences      []struct {
		Text      string
		Citations []citation
	}
}

type review struct {
	testkit.Review
	Engine string
}

func (r *result) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// text checks a text that the reader sees: it must not be empty or contain active content.
func (r *result) text(s string) {
	for _, bad := range []string{"<script", "](http", "javascript:", "\u202e"} {
		if strings.Contains(s, bad) && r.engine == "model" {
			r.problem("%q contains %q", s, bad)
		}
	}
	if strings.TrimSpace(s) == "" {
		r.problem("an empty text")
	}
}

// stream checks the events of a streamed text and decodes the last, "done", into out.
func (r *result) stream(events []testkit.Event, part string, out any) {
	if len(events) == 1 && events[0].Name == "done" { // it had been stored
		events = append([]testkit.Event{{Name: "extractive"}}, events...)
	}
	if len(events) == 0 || events[0].Name != "extractive" || events[len(events)-1].Name != "done" {
		r.problem("the events do not run from extractive to done")
		return
	}
	if events[0].After > slack {
		r.problem("the extractive text came after %s", events[0].After.Round(time.Millisecond))
	}
	for _, e := range events[1 : len(events)-1] {
		if e.Name != part && e.Name != "again" {
			r.problem("event %q", e.Name)
		}
	}
	if err := json.Unmarshal([]byte(events[len(events)-1].Data), out); err != nil {
		r.problem("the last event is not JSON: %v", err)
	}
}

func (d *desk) checkSummary(ctx context.Context, r *result, id string, s summary) error {
	var t testkit.Ticket
	if err := d.as("agent").Call(ctx, "GET", "/tickets/"+id, nil, &t); err != nil {
		return err
	}
	r.engine, r.reason = s.Engine, s.Reason
	if len(s.Sections) != 8 {
		r.problem("%d sections", len(s.Sections))
	}
	for _, section := range s.Sections {
		for _, l := range section.Lines {
			r.shown++
			r.text(l.Text)
			if len(l.Messages) == 0 {
				r.problem("%q refers to no message", l.Text)
			}
			for _, n := range l.Messages {
				if !slices.ContainsFunc(t.Messages, func(m testkit.Message) bool { return m.N == n }) {
					r.problem("%q refers to message %d", l.Text, n)
				}
			}
		}
	}
	return nil
}

func (d *desk) checkAnswer(ctx context.Context, r *result, a answer) error {
	r.engine, r.reason = a.Engine, a.Reason
	if a.Refused && len(a.Sentences) > 0 {
		r.problem("refused and answered")
	}
	for _, s := range a.Sentences {
		r.shown++
		r.text(s.Text)
		if len(s.Citations) == 0 {
			r.problem("%q cites nothing", s.Text)
		}
		for _, c := range s.Citations {
			ok, err := d.resolves(ctx, c)
			if err != nil {
				return err
			}
			if !ok {
				r.problem("%q cites %+v, which does not resolve", s.Text, c)
			}
		}
	}
	return nil
}

func (r *result) checkReview(v review, t testkit.Ticket) {
	r.engine, r.shown = v.Engine, len(v.Evidence)
	r.text(v.Markdown)
	if strings.Contains(v.Markdown, "CANARY-INTERNAL") {
		r.problem("an internal note is in the draft")
	}
	if len(v.Evidence) == 0 {
		r.problem("the draft has no evidence")
	}
	for _, e := range v.Evidence {
		if !slices.ContainsFunc(t.Messages, func(m testkit.Message) bool { return m.N == e.Message }) {
			r.problem("evidence %d refers to message %d", e.N, e.Message)
		}
	}
}

// account adds to the result the calls recorded since the previous one and checks that
// they have ended, with their tokens, and that an admin can read them.
func (d *desk) account(ctx context.Context, r *result) error {
	var page struct{ Calls []call }
	if err := d.as("owner").Call(ctx, "GET", "/usage?limit=20", nil, &page); err != nil {
		return err
	}
	for _, c := range page.Calls {
		if c.ID == d.last {
			break
		}
		r.calls = append(r.calls, c)
	}
	slices.Reverse(r.calls)
	if len(page.Calls) > 0 {
		d.last = page.Calls[0].ID
	}
	r.recorded(d.deadlines[r.action])
	return nil
}

func (r *result) recorded(deadline time.Duration) {
	if r.took > deadline+slack {
		r.problem("took %s, its deadline is %s", r.took.Round(time.Second), deadline)
	}
	for _, c := range r.calls {
		if c.Outcome == "under way" || c.Sent == nil || *c.Sent == "" {
			r.problem("call %s is recorded as %q", c.ID, c.Outcome)
		}
		if c.Outcome == "ok" && c.PromptTokens+c.CompletionTokens == 0 {
			r.problem("call %s has no tokens", c.ID)
		}
	}
	if r.action == "draft" && len(r.calls) > 0 && r.engine == "extractive" {
		r.reason = r.calls[len(r.calls)-1].Outcome
	}
	if r.engine == "extractive" && r.reason == "" && len(r.calls) > 0 {
		r.problem("extractive without a reason")
	}
	if r.engine == "extractive" && len(r.calls) > 0 && r.calls[len(r.calls)-1].Outcome == "ok" {
		r.problem("its last call is recorded as ok, but the text was not used")
	}
}

// judge compares a result with the one that the fault must lead to.
func (r *result) judge(f fault) {
	if r.engine == "none" {
		return // the gate decided without a text
	}
	if f.ok {
		if r.engine != "model" {
			r.problem("%s: %s, want the model's text", r.engine, r.reason)
		}
		return
	}
	if r.engine != "extractive" {
		r.problem("engine %s in spite of the fault", r.engine)
	}
	expected := append([]string{"not called again"}, f.reason...)
	if !slices.ContainsFunc(expected, func(want string) bool { return strings.Contains(r.reason, want) }) {
		r.problem("reason %q, want one of %q", r.reason, f.reason)
	}
	if r.shown == 0 {
		r.problem("nothing is shown")
	}
}

// heading prints the heading of the table of results.
func heading() {
	fmt.Println("| action | of | way | engine | seconds | calls | tokens | shown | reason |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
}

// row prints a result.
func row(r *result) {
	way := "whole"
	if r.streamed {
		way = "streamed"
	}
	tokens := 0
	for _, c := range r.calls {
		tokens += c.PromptTokens + c.CompletionTokens
	}
	fmt.Printf("| %s | %s | %s | %s | %.1f | %d | %d | %d | %s |\n",
		r.action, r.item, way, r.engine, r.took.Seconds(), len(r.calls), tokens, r.shown, r.reason)
}
