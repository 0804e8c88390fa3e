package handoff

import (
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// environment returns the versions, devices and error signatures that the requester names, and the
// error lines of notes.
func (x *extractor) environment() []Line {
	var candidates []candidate
	for i, u := range x.Sentences {
		if u.Result != "" && u.Index > 0 || u.Message.Kind == desk.Escalation || u.Message.FromDesk && u.Form != thread.Code {
			continue // findings have what the desk found out
		}
		e := u.Scores[thread.Environment]
		if e < 1 && len(thread.Products(u.Text)) > 0 {
			e = 1
		}
		if e < 1 || thread.Mixed(u.Text) {
			continue
		}
		p := x.candidateAt(i, 0)
		if x.used[i] || len(p.line.Text) > 160 && u.Form != thread.Code {
			// Another section already has it, or it says more than that: name only the details.
			named := namedDetails(u.Text)
			if len(named) == 0 {
				continue
			}
			p.line.Text = thread.Shorten(strings.Join(named, "; "), MaxLineRunes)
		}
		score := e + 0.3*u.Centrality
		if u.Role == thread.Environment {
			score++
		}
		if !u.Message.FromDesk {
			score += 0.4
		}
		if u.Form == thread.Code {
			score -= 0.3
		}
		p.score = score
		candidates = append(candidates, p)
	}
	return x.choose(distinct(candidates), MaxLines)
}

// isGeneral reports whether a sentence comes from a public reply of the desk, which
// describes systems in general: the requester's own environment is stated by the
// requester or in notes.
func isGeneral(u thread.Sentence) bool {
	return u.Message.FromDesk && u.Message.Visibility == desk.PublicReply
}

// distinct drops candidates whose text another one contains.
func distinct(candidates []candidate) []candidate {
	return slices.DeleteFunc(slices.Clone(candidates), func(p candidate) bool {
		return slices.ContainsFunc(candidates, func(o candidate) bool {
			return len(o.line.Text) > len(p.line.Text) && containsFold(o.line.Text, strings.TrimRight(p.line.Text, "."))
		})
	})
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// namedDetails returns the products with versions, devices and error codes that a text
// names, verbatim.
func namedDetails(text string) []string {
	out := thread.Products(text)
	for _, m := range thread.ErrorCode.FindAllString(text, 6) {
		m = strings.TrimRight(thread.Tidy(m), ".,;:")
		if m != "" && !slices.ContainsFunc(out, func(o string) bool { return containsFold(o, m) }) {
			out = append(out, m)
		}
	}
	return out
}
