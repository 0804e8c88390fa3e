package handoff

import (
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// reference matches numbers of tickets, changes, cases, orders and assets.
	reference = lexicon.Pattern("handoff/reference")
	// deadline matches times by which something is due or promised.
	deadline = lexicon.Pattern("handoff/deadline")
)

// references returns the reference numbers and the deadlines that the thread names, newest
// last. Where another section has the sentence, the number or time alone is named.
func (x *extractor) references(s Summary) []Line {
	lines := []Line{}
	seen := map[string]bool{}
	for _, u := range x.Sentences {
		if u.Message.Kind != desk.Reply || isNoise(u) || u.Role == thread.Question && u.Message.FromDesk {
			continue
		}
		var named []string
		for _, found := range append(reference.FindAllString(u.Text, 4), deadline.FindAllString(u.Text, 2)...) {
			found = strings.Trim(thread.Tidy(found), " .,;:()")
			if key := strings.ToLower(found); found != "" && !seen[key] {
				seen[key] = true
				named = append(named, found)
			}
		}
		if len(named) == 0 {
			continue
		}
		l := Line{Text: lineText(u.Text), Messages: []int{u.Message.N}}
		if s.contains(l.Text) {
			l.Text = thread.UpperFirst(strings.Join(named, "; "))
		}
		lines = append(lines, l)
	}
	return lines[max(0, len(lines)-MaxLines):]
}

// contains reports whether a line of the summary contains the text.
func (s Summary) contains(text string) bool {
	text = strings.TrimRight(text, ".")
	return slices.ContainsFunc(s.Sections, func(sec Section) bool {
		return slices.ContainsFunc(sec.Lines, func(l Line) bool { return containsFold(l.Text, text) })
	})
}
