package summarize

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
)

// promptBudget is how many runes of evidence a prompt may hold: about 6,000 tokens
// of English. Beyond it the sentences that the extractive engine ranks lowest go.
const promptBudget = 24_000

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

// ticket gives the ticket with placeholders in its subject, messages and resolution:
// whole texts, since what stands before a secret may be in another sentence.
func (r *Redactor) ticket(t desk.Ticket) desk.Ticket {
	r.Reserve(t.Subject)
	for _, m := range t.Messages {
		r.Reserve(m.Text)
	}
	if t.Resolution != nil {
		r.Reserve(t.Resolution.Note)
	}
	t.Messages = slices.Clone(t.Messages)
	for i, m := range t.Messages {
		t.Messages[i].Text = r.In(inMessage(m.N)).Secrets(m.Text)
	}
	t.Subject = r.In("subject").Secrets(t.Subject)
	if t.Resolution != nil {
		res := *t.Resolution
		res.Note = r.In(inMessage(res.Message)).Secrets(res.Note)
		t.Resolution = &res
	}
	r.In("")
	return t
}

// inMessage names a message in the list of what was removed.
func inMessage(message int) string { return fmt.Sprintf("message %d", message) }
