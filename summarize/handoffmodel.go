package summarize

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// modelSections are those whose words a model may write. Articles and state are
// facts of the ticket: code writes them.
var modelSections = []string{
	SectionRequest, SectionEnvironment, SectionImpact, SectionTried, SectionQuestions, SectionNext,
}

// summarizeByModel lets the model write, checks every line against its messages and
// fills sections that nothing survived in from the extractive summary.
func (w *handoffWriter) summarizeByModel(ctx context.Context, t desk.Ticket, base Summary, p SummaryProgress) (Summary, error) {
	r := w.Client.redactor(namesOf(t)...)
	// Whole messages first: a key or a password may span the lines they are taken apart to.
	ev := threadEvidence(r.ticket(t), r, base.Evidence(), func(desk.Message) bool { return true })
	if len(ev.items) == 0 {
		return base, nil
	}
	properties := map[string]any{}
	for _, name := range modelSections {
		properties[name] = claimSchema(ev.marks(), MaxLines, MaxLineRune)
	}
	schema, err := objectSchema(properties, modelSections)
	if err != nil {
		return Summary{}, err
	}
	out := newSummary(t, ByModel)
	out.set(SectionArticles, base.Section(SectionArticles).Lines)
	out.set(SectionState, base.Section(SectionState).Lines)
	job := task{
		action: actHandoff, category: t.Category, ticket: t.ID, schema: schema, redactor: r,
		input: &handoffPrompt{promptFrame{
			Evidence: evidenceLines(ev, func(it item) string { return speaker(t, it.message) }),
		}},
		accept: func(data []byte) error {
			var reply map[string][]claim
			if err := decodeStrict(data, &reply); err != nil {
				return err
			}
			kept := 0
			for _, name := range modelSections {
				lines := supportedLines(ev, reply[name], r)
				kept += len(lines)
				if len(lines) == 0 {
					lines = base.Section(name).Lines
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
		job.piece = piece
		job.again = func(reason string) {
			again()
			if p.Again != nil {
				p.Again(reason)
			}
		}
	}
	err = w.Client.ask(ctx, job)
	return out, err
}

// supportedLines keeps the claims that resolve, as lines with their messages.
func supportedLines(e *evidence, claims []claim, r *Redactor) []Line {
	lines := []Line{}
	for _, c := range boundedClaims(claims, MaxLines) {
		if l, ok := supportedLine(e, lines, c, r); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

// supportedLine makes a line of a claim that resolves and says what no line before it does.
func supportedLine(e *evidence, before []Line, c claim, r *Redactor) (Line, bool) {
	text, cited, ok := e.resolve(c, MaxLineRune)
	if !ok {
		return Line{}, false
	}
	again := slices.ContainsFunc(before, func(l Line) bool { return jaccard(stems(l.Text), stems(text)) >= 0.7 })
	ns := messagesOf(cited)
	if len(ns) == 0 || again {
		return Line{}, false
	}
	return Line{Text: shorten(r.Restore(text), MaxLineRune), Messages: ns}, true
}
