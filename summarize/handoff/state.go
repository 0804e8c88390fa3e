package handoff

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/summarize/thread"
)

// state returns where the ticket stands: its fields, who waits for whom since when, how it was
// handed over, resolved or reopened, and what was last reported of the outcome.
func (x *extractor) state() []Line {
	t := x.Ticket
	last := t.Messages[len(t.Messages)-1]
	lines := []Line{{Text: ticketState(t), Messages: []int{last.N}, Basis: "ticket"}}
	if l, ok := x.waiting(); ok {
		lines = append(lines, l)
	}
	lastOf := func(match func(m desk.Message) bool) int {
		for i := len(t.Messages) - 1; i >= 0; i-- {
			if match(t.Messages[i]) {
				return i
			}
		}
		return -1
	}
	indexes := []int{
		lastOf(func(m desk.Message) bool { return m.Kind == desk.Escalation }),
		lastOf(func(m desk.Message) bool {
			return m.Kind == desk.Resolving && t.Status.Ended() || m.Kind == desk.Reopening
		}),
		lastOf(func(m desk.Message) bool { return m.Kind == desk.Reply && !m.FromDesk && m.N != t.Messages[0].N }),
		lastOf(func(m desk.Message) bool { return m.Kind == desk.Reply && isPublic(m) && m.FromDesk && !m.Automatic }),
	}
	if j := x.decisiveOutcome(); j >= 0 {
		indexes = append(indexes, x.Sentences[j].Index)
	}
	for _, c := range x.acknowledgements() {
		indexes = append(indexes, c.answer)
	}
	slices.Sort(indexes)
	for _, i := range slices.Compact(indexes) {
		if i < 0 || len(lines) == MaxLines {
			continue
		}
		text := x.gist(i)
		listed := t.Messages[i].FromDesk && i < len(t.Messages)-1 && x.listsEffortOf(i)
		if text != "" && !listed && !repeats(lines, text) && (!t.Messages[i].FromDesk || !x.found(text)) {
			lines = append(lines, Line{Text: text, Messages: []int{t.Messages[i].N}})
		}
	}
	return lines
}

func isPublic(m desk.Message) bool { return m.Visibility == desk.PublicReply }

// waiting returns who waits for whom since when, from the last public message; ok is false if
// nobody is known to wait.
func (x *extractor) waiting() (Line, bool) {
	t := x.Ticket
	i := len(t.Messages) - 1
	for i >= 0 && (t.Messages[i].Kind != desk.Reply || !isPublic(t.Messages[i]) || t.Messages[i].Automatic) {
		i--
	}
	if i < 0 || t.Status.Ended() {
		return Line{}, false
	}
	m := t.Messages[i]
	text := ""
	switch {
	case m.FromDesk && x.expectsReply(i):
		text = "The desk waits for the requester"
	case m.FromDesk:
		return Line{}, false
	case i == 0:
		text = "The requester waits for a first reply"
	case x.asks(i) || x.complains(i) || pleads.MatchString(m.Text):
		text = "The requester waits for a reply"
	case !x.reportsSuccess(i) && x.expectsReply(i-1):
		text = "The requester has answered, and the desk has not replied"
	default:
		return Line{}, false
	}
	if !m.At.IsZero() {
		text += " since " + m.At.Format("2 Jan 2006, 15:04")
	}
	return Line{Text: text, Messages: []int{m.N}, Basis: "ticket"}, true
}

// pleads matches requests.
var pleads = regexp.MustCompile(`(?i)\bplease\b|\bbitte\b|s'il vous pla[iî]t|\bmerci de\b|\bpor favor\b`)

// complains reports whether a message says that something fails.
func (x *extractor) complains(index int) bool {
	return slices.ContainsFunc(x.of(index), func(u thread.Sentence) bool {
		return u.Result == thread.Failed || thread.Mixed(u.Text) || u.Is(thread.NamesProblem) && u.Result == "" ||
			u.Is(thread.Unhappy)
	})
}

// found reports whether a finding says the same.
func (x *extractor) found(text string) bool {
	stems := thread.Stems(text)
	return x.summary.contains(text) || slices.ContainsFunc(x.summary.Section(SectionFindings).Lines, func(l Line) bool {
		return thread.Overlap(stems, thread.Stems(l.Text)) >= 0.6
	})
}

// expectsReply reports whether a message of the desk asks or instructs.
func (x *extractor) expectsReply(index int) bool {
	return x.asks(index) || slices.ContainsFunc(x.of(index), instructs)
}

func (x *extractor) asks(index int) bool {
	return slices.ContainsFunc(x.of(index), func(u thread.Sentence) bool { return u.Role == thread.Question })
}

// reportsSuccess reports whether a message says that something works, and nothing that fails.
func (x *extractor) reportsSuccess(index int) bool {
	worked := false
	for _, u := range x.of(index) {
		if u.Role != thread.Question {
			worked = worked || u.Result == thread.Worked
			if u.Result == thread.Failed || thread.Mixed(u.Text) {
				return false
			}
		}
	}
	return worked
}

// listsEffortOf reports whether another section has an effort from the message.
func (x *extractor) listsEffortOf(index int) bool {
	return slices.ContainsFunc(x.efforts, func(e effort) bool {
		return x.Sentences[e.at].Index == index && x.used[e.at]
	})
}

// gist returns what a message says about the state of things: an outcome, together with
// the action behind it where the outcome alone only says "it worked", or a decision, or
// else the most central statement. It is "" for a message that is merely polite.
func (x *extractor) gist(index int) string {
	best, top := -1, -1.0
	for i, u := range x.each(index) {
		if !saysState(u) || x.isStory(i) || isGeneral(u) && x.solvedBefore(u.Index) {
			continue
		}
		score := u.Scores[thread.Outcome] + u.Scores[thread.Decision] + 0.5*u.Scores[thread.Attempt] +
			0.5*u.Scores[thread.Advice] + 0.4*u.Centrality + 0.02*float64(min(u.Pos, 10))
		if score > top {
			best, top = i, score
		}
	}
	if best < 0 {
		return ""
	}
	text := lineText(x.Sentences[best].Text)
	u := x.Sentences[best]
	if u.Result == thread.Worked || u.Result == thread.Failed && u.Content <= 3 {
		if i := x.explanationOf(best); i >= 0 {
			first, second := min(best, i), max(best, i)
			text = thread.SentenceEnd(lineText(x.Sentences[first].Text)) + " " + lineText(x.Sentences[second].Text)
		}
	}
	return thread.Shorten(text, MaxLineRunes)
}

// saysState reports whether a sentence can say where things stand.
func saysState(u thread.Sentence) bool {
	switch {
	case u.Role == thread.Pleasantry && (u.Result == "" || u.Message.FromDesk),
		u.Role == thread.Question,
		u.Form == thread.Code,
		u.Result == "" && u.Content < 3 && strings.IndexFunc(u.Text, word.IsUnspaced) < 0,
		u.Is(thread.Anecdote) && u.Result == "",
		u.Is(thread.Conditional), u.Is(thread.Wishful), u.Is(thread.SmallTalk):
		return false
	}
	return true
}

// solvedBefore reports whether the requester had already confirmed success and not
// withdrawn it: what the desk adds then is conversation.
func (x *extractor) solvedBefore(index int) bool {
	j := x.decisiveOutcome()
	if j < 0 {
		return false
	}
	u := x.Sentences[j]
	return u.Index < index && u.Result == thread.Worked && !u.Message.FromDesk
}

// explanationOf returns the index of the sentence next to a report of success that says
// what led to it, or -1 when the report says so itself.
func (x *extractor) explanationOf(i int) int {
	u := x.Sentences[i]
	if x.refersToPrevious(i) {
		return i - 1
	}
	if u.Content > 6 || u.Scores[thread.Attempt] > 0 {
		return -1
	}
	explains := func(j int) bool {
		o := x.Sentences[j]
		return o.Index == u.Index && (o.Scores[thread.Attempt] > 0 || o.Is(thread.NamesCause))
	}
	for _, j := range []int{i + 1, i + 2, i - 1, i - 2} {
		if j >= 0 && j < len(x.Sentences) && explains(j) {
			return j
		}
	}
	return -1
}

// ticketState renders the ticket's fields.
func ticketState(t desk.Ticket) string {
	parts := []string{"Status " + strings.ReplaceAll(string(t.Status), "_", " ")}
	if t.Group != "" {
		parts = append(parts, "with "+t.Group)
	}
	if t.Priority > 0 {
		parts = append(parts, fmt.Sprintf("priority %d", t.Priority))
	}
	if t.Assignee == "" && !t.Status.Ended() {
		parts = append(parts, "not assigned")
	}
	if t.Reopens > 0 {
		parts = append(parts, fmt.Sprintf("reopened %d times", t.Reopens))
	}
	return strings.Join(parts, ", ")
}
