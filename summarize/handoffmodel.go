package summarize

import (
	"cmp"
	"context"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// promptBudget is how many runes of evidence a prompt may hold: about 6,000 tokens
// of English. Beyond it the sentences that the extractive engine ranks lowest go.
const promptBudget = 24_000

// modelSections are those whose words a model may write. Articles and state are
// facts of the ticket: code writes them.
var modelSections = []string{
	SectionRequest, SectionEnvironment, SectionImpact, SectionTried, SectionQuestions, SectionNext,
}

// summarizeByModel lets the model write, checks every line against its messages and
// fills sections that nothing survived in from the extractive summary.
func (w *Writer) summarizeByModel(ctx context.Context, t desk.Ticket, base Summary, p SummaryProgress) (Summary, error) {
	r := w.redactor(namesOf(t)...)
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
				lines := ev.lines(reply[name], r)
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
	err = w.ask(ctx, job)
	return out, err
}

// lines keeps the claims that resolve, as lines with their messages.
func (e *evidence) lines(claims []claim, r *Redactor) []Line {
	lines := []Line{}
	for _, c := range boundedClaims(claims, MaxLines) {
		if l, ok := e.line(lines, c, r); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

// line makes a line of a claim that resolves and says what no line before it does.
func (e *evidence) line(before []Line, c claim, r *Redactor) (Line, bool) {
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

// threadEvidence makes evidence of the messages that may be used, within the prompt
// budget. Messages that matter (cited by the extractive summary, the first, the last
// four) come first into the budget; the order of the thread is kept.
func threadEvidence(t desk.Ticket, r *Redactor, cited []int, use func(desk.Message) bool) *evidence {
	n := len(t.Messages)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	weight := func(i int) int {
		switch m := t.Messages[i]; {
		case i == 0 || m.Kind == desk.Escalation || m.Kind == desk.Resolving:
			return 3
		case slices.Contains(cited, m.N) || i >= n-4:
			return 2
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(b, a))
	})
	texts := map[int]string{}
	left := promptBudget
	for _, i := range order {
		m := t.Messages[i]
		if m.Automatic || !use(m) || left < 80 {
			continue
		}
		text := r.In(inMessage(m.N)).Text(said(m.Text))
		limit := max(600, promptBudget/max(1, min(n, 12)))
		text = shorten(text, min(limit, left))
		if text != "" {
			texts[i] = text
			left -= len([]rune(text))
		}
	}
	ev := newEvidence()
	for i, m := range t.Messages {
		if text, ok := texts[i]; ok {
			ev.addMessage(m, text)
		}
	}
	return ev
}

// said is a message without quotes, greeting and signature, one sentence a line.
func said(text string) string {
	var out []byte
	for _, s := range trimMiddle(spoken(segment(boundText(text))), maxMessageSpans) {
		if len(out) > 0 {
			out = append(out, '\n')
		}
		out = append(out, s.text...)
	}
	return string(out)
}

// speaker says who wrote a message, without a name.
func speaker(t desk.Ticket, n int) string {
	for _, m := range t.Messages {
		if m.N != n {
			continue
		}
		switch {
		case m.Kind == desk.Escalation:
			return "escalation by the desk"
		case m.Kind == desk.Resolving:
			return "resolution by the desk"
		case m.Kind == desk.Linking:
			return "article linked by the desk"
		case !m.FromDesk:
			return "requester"
		case m.Visibility == desk.InternalNote:
			return "desk, internal note"
		}
	}
	return "desk"
}

// namesOf lists the names of the people in the ticket.
func namesOf(t desk.Ticket) []string {
	names := []string{t.RequesterName}
	for _, m := range t.Messages {
		if !slices.Contains(names, m.AuthorName) {
			names = append(names, m.AuthorName)
		}
	}
	return names
}
