package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// PromptBudget is the maximum number of runes of evidence in a prompt: about 6,000 tokens
// of English.
const PromptBudget = 24_000

// OfThread returns the ticket's messages that may be used as evidence, redacted and within
// the prompt budget, in the order of the thread. When the budget does not suffice for all,
// the first message, escalations and resolutions have precedence, then the last four and
// those that the extractive summary cites.
func OfThread(t desk.Ticket, r *Redactor, cited []int, use func(desk.Message) bool) *Set {
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
	left := PromptBudget
	for _, i := range order {
		m := t.Messages[i]
		if m.Automatic || !use(m) || left < 80 {
			continue
		}
		text := r.In(messageLabel(m.N)).Text(authored(m.Text))
		limit := max(600, PromptBudget/max(1, min(n, 12)))
		text = thread.Shorten(text, min(limit, left))
		if text != "" {
			texts[i] = text
			left -= len([]rune(text))
		}
	}
	ev := New()
	for i, m := range t.Messages {
		if text, ok := texts[i]; ok {
			ev.AddMessage(m, text)
		}
	}
	return ev
}

// authored returns a message without quotes, greeting and signature, one sentence a line.
func authored(text string) string {
	var out []byte
	for _, s := range thread.TrimMiddle(thread.Authored(thread.Segment(thread.BoundText(text))), thread.MaxMessageSpans) {
		if len(out) > 0 {
			out = append(out, '\n')
		}
		out = append(out, s.Text...)
	}
	return string(out)
}

// Speaker describes who wrote a message, without naming them.
func Speaker(t desk.Ticket, n int) string {
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

// NamesOf returns the names of the people in the ticket.
func NamesOf(t desk.Ticket) []string {
	names := []string{t.RequesterName}
	for _, m := range t.Messages {
		if !slices.Contains(names, m.AuthorName) {
			names = append(names, m.AuthorName)
		}
	}
	return names
}

// Ticket returns the ticket with placeholders in its subject, messages and resolution. It
// redacts whole texts, since what reveals a secret may be in the sentence before it.
func (r *Redactor) Ticket(t desk.Ticket) desk.Ticket {
	r.Reserve(t.Subject)
	for _, m := range t.Messages {
		r.Reserve(m.Text)
	}
	if t.Resolution != nil {
		r.Reserve(t.Resolution.Note)
	}
	t.Messages = slices.Clone(t.Messages)
	for i, m := range t.Messages {
		t.Messages[i].Text = r.In(messageLabel(m.N)).Secrets(m.Text)
	}
	t.Subject = r.In("subject").Secrets(t.Subject)
	if t.Resolution != nil {
		res := *t.Resolution
		res.Note = r.In(messageLabel(res.Message)).Secrets(res.Note)
		t.Resolution = &res
	}
	r.In("")
	return t
}

// messageLabel returns the name of a message in the list of what was removed.
func messageLabel(message int) string { return fmt.Sprintf("message %d", message) }
