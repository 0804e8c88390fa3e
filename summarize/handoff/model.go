package handoff

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// modelSections are the sections that a model may write. Articles and state are facts of
// the ticket: code writes them.
var modelSections = []string{
	SectionRequest, SectionEnvironment, SectionImpact, SectionTried, SectionQuestions, SectionNext,
}

// summarizeByModel lets the model write, checks every line against its messages and
// takes sections of which nothing is left from the extractive summary.
func (w *Writer) summarizeByModel(ctx context.Context, t desk.Ticket, base Summary, p Progress) (Summary, error) {
	r := w.client.Redactor(evidence.NamesOf(t)...)
	// Redact whole messages: a key or password may span the lines they are later split into.
	ev := evidence.OfThread(r.Ticket(t), r, base.Evidence(), func(desk.Message) bool { return true })
	if len(ev.Items) == 0 {
		return base, nil
	}
	properties := map[string]any{}
	for _, name := range modelSections {
		properties[name] = ask.ClaimSchema(ev.Marks(), MaxLines, MaxLineRunes)
	}
	schema, err := ask.ObjectSchema(properties, modelSections)
	if err != nil {
		return Summary{}, err
	}
	out := newSummary(t, ask.ByModel)
	out.set(SectionArticles, base.Section(SectionArticles).Lines)
	out.set(SectionState, base.Section(SectionState).Lines)
	job := ask.Task{
		Action: ask.ActionHandoff, Category: t.Category, Ticket: t.ID, Schema: schema, Redactor: r,
		Input: &ask.HandoffPrompt{Frame: ask.Frame{
			Evidence: ask.EvidenceLines(ev, func(it evidence.Item) string { return evidence.Speaker(t, it.Message) }),
		}},
		Accept: func(data []byte) error {
			var reply map[string][]evidence.Claim
			if err := ask.DecodeStrict(data, &reply); err != nil {
				return err
			}
			kept := 0
			for _, name := range modelSections {
				lines := supportedLines(ev, reply[name], r)
				kept += len(lines)
				if len(lines) == 0 && len(reply[name]) > 0 {
					lines = base.Section(name).Lines // nothing of what it wrote holds
				}
				out.set(name, lines)
			}
			if kept < 2 {
				return fault.New(fault.Invalid, "the thread supported too little of what the model wrote")
			}
			return nil
		},
	}
	if p.Line != nil {
		piece, again := lineShower(ev, r, p.Line)
		job.Piece = piece
		job.Again = func(reason string) {
			again()
			if p.Again != nil {
				p.Again(reason)
			}
		}
	}
	err = w.client.Ask(ctx, job)
	return out, err
}

// supportedLines returns the claims that resolve as lines with their messages.
func supportedLines(e *evidence.Set, claims []evidence.Claim, r *evidence.Redactor) []Line {
	lines := []Line{}
	for _, c := range ask.BoundedClaims(claims, MaxLines) {
		if l, ok := supportedLine(e, lines, c, r); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

// supportedLine returns the line for a claim that resolves and that no earlier line
// repeats.
func supportedLine(e *evidence.Set, earlier []Line, c evidence.Claim, r *evidence.Redactor) (Line, bool) {
	text, cited, ok := e.Resolve(c, MaxLineRunes)
	if !ok {
		return Line{}, false
	}
	ns := evidence.MessagesOf(cited)
	if len(ns) == 0 || repeats(earlier, text) {
		return Line{}, false
	}
	return Line{Text: thread.Shorten(r.RestorePersonal(text), MaxLineRunes), Messages: ns}, true
}
