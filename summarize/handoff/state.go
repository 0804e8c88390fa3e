package handoff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// state: where the ticket stands, from its fields, its last event and the last word
// of either side.
func (h *handoff) state() []Line {
	t := h.ticket
	last := t.Messages[len(t.Messages)-1]
	lines := []Line{{Text: standing(t), Messages: []int{last.N}, Basis: "ticket"}}
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
		lastOf(func(m desk.Message) bool { return m.Kind == desk.Reply && m.FromDesk && !m.Automatic }),
	}
	if j := h.decisive(); j >= 0 {
		indexes = append(indexes, h.thread[j].Index)
	}
	for _, c := range h.credits() {
		indexes = append(indexes, c.answer)
	}
	slices.Sort(indexes)
	for _, i := range slices.Compact(indexes) {
		if i < 0 || len(lines) == MaxLines {
			continue
		}
		text := h.gist(i)
		again := slices.ContainsFunc(lines, func(l Line) bool { return thread.Jaccard(thread.Stems(l.Text), thread.Stems(text)) >= 0.7 })
		told := t.Messages[i].FromDesk && i < len(t.Messages)-1 && slices.ContainsFunc(h.efforts, func(e effort) bool { return h.thread[e.at].Index == i && h.used[e.at] })
		if text != "" && !again && !told {
			lines = append(lines, Line{Text: text, Messages: []int{t.Messages[i].N}})
		}
	}
	return lines
}

// gist is what a message says of where things stand: an outcome, with the deed that
// brought it where the outcome alone only cries "it worked", or a decision, or else
// the most central statement. A message that only is polite says nothing.
func (h *handoff) gist(index int) string {
	best, top := -1, 0.0
	for i, u := range h.thread {
		if u.Index != index || u.Role == thread.Pleasantry && (u.Result == "" || u.Message.FromDesk) || u.Role == thread.Question || u.Is(thread.Conditional) || u.Is(thread.Anecdote) && u.Result == "" || u.Form == thread.Code || u.Is(thread.Wishful) || u.Is(thread.SmallTalk) {
			continue
		}
		score := u.Scores[thread.Outcome] + u.Scores[thread.Decision] + 0.5*u.Scores[thread.Attempt] + 0.5*u.Scores[thread.Advice] + 0.4*u.Centrality + 0.02*float64(min(u.Pos, 10))
		if u.Result == "" && u.Content < 3 || h.general(u) && h.solvedBefore(u.Index) {
			continue
		}
		if score > top {
			best, top = i, score
		}
	}
	if best < 0 {
		return ""
	}
	text := lineText(h.thread[best].Text)
	if u := h.thread[best]; u.Result == thread.Worked || u.Result == thread.Failed && u.Content <= 3 {
		if i := h.partner(best); i >= 0 {
			first, second := min(best, i), max(best, i)
			text = thread.SentenceEnd(lineText(h.thread[first].Text)) + " " + lineText(h.thread[second].Text)
		}
	}
	return thread.Shorten(text, MaxLineRune)
}

// solvedBefore reports whether the requester had said that it works, and nothing else
// since: what the desk adds then is talk.
func (h *handoff) solvedBefore(index int) bool {
	j := h.decisive()
	return j >= 0 && h.thread[j].Index < index && h.thread[j].Result == thread.Worked && !h.thread[j].Message.FromDesk
}

// partner is the sentence beside a report of success that says what brought it, -1
// when the report says so itself.
func (h *handoff) partner(i int) int {
	u := h.thread[i]
	if u.Is(thread.RefersBack) && i > 0 && h.thread[i-1].Index == u.Index && h.thread[i-1].Role != thread.Pleasantry {
		return i - 1
	}
	if u.Content > 6 || u.Scores[thread.Attempt] > 0 {
		return -1
	}
	for j := i + 1; j < len(h.thread) && j <= i+2 && h.thread[j].Index == u.Index; j++ {
		if h.thread[j].Scores[thread.Attempt] > 0 || h.thread[j].Is(thread.NamesCause) {
			return j
		}
	}
	for j := i - 1; j >= 0 && j >= i-2 && h.thread[j].Index == u.Index; j-- {
		if h.thread[j].Scores[thread.Attempt] > 0 || h.thread[j].Is(thread.NamesCause) {
			return j
		}
	}
	return -1
}

// standing renders the ticket's fields.
func standing(t desk.Ticket) string {
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
