package handoff

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// articles returns the articles that were linked or applied and those the desk pointed to.
func (x *extractor) articles() []Line {
	lines := []Line{}
	for _, l := range x.Ticket.Links {
		if l.Kind != desk.ArticleLink || len(lines) == MaxLines {
			continue
		}
		n := l.Message
		if !slices.ContainsFunc(x.Ticket.Messages, func(m desk.Message) bool { return m.N == n }) {
			n = lastMessage(x.Ticket)
		}
		line := Line{Text: thread.Shorten(thread.Tidy(l.Title), MaxLineRunes), Messages: []int{n}}
		if l.Applied {
			line.Result = thread.Worked
		}
		lines = append(lines, line)
	}
	for i, u := range x.Sentences {
		if len(lines) < MaxLines && u.Message.FromDesk && u.Is(thread.NamesArticle) {
			line := x.candidateAt(i, 0).line
			line.Result, line.Messages = x.resultAfter(i, line.Messages)
			lines = append(lines, line)
		}
	}
	return lines
}
