package handoff

import (
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// request returns the subject and what the requester says is wrong or wanted. The
// opening message counts most.
func (x *extractor) request() []Line {
	var candidates []candidate
	symptom := x.Subject.Stems
	for i, u := range x.Sentences {
		if x.used[i] || u.Message.FromDesk || u.Message.Kind != desk.Reply || isNoise(u) {
			continue
		}
		score := u.Scores[thread.Request] + 0.6*u.Centrality + thread.Overlap(symptom, u.Stems)
		if u.Index == 0 {
			score += 0.5
			if u.Pos < 3 {
				score += 0.4
			}
		}
		if u.Role == thread.Question && u.Index == 0 {
			score += 0.8
		}
		if u.Pos > 0 && thread.ImpactWords.MatchString(u.Text) {
			score -= 1.2 // it belongs in the impact section
		}
		if score < 1.2 || u.Role == thread.Attempt || strings.HasSuffix(u.Text, ":") || u.Index > 0 && !x.addsRequest(u) {
			continue
		}
		candidates = append(candidates, x.candidateAt(i, score))
	}
	lines := x.choose(candidates, 3)
	subject := x.Subject.Text
	first := x.Ticket.Messages[0]
	if len(lines) == 0 {
		for i, u := range x.Sentences {
			if u.Index == 0 && u.Role != thread.Pleasantry {
				lines = append(lines, x.candidateAt(i, 0).line)
				break
			}
		}
	}
	covers := func(l Line) bool { return thread.Overlap(symptom, thread.Stems(l.Text)) >= 0.99 }
	vague := len(lines) > 0 && thread.IsVague(subject)
	if subject != "" && !vague && !slices.ContainsFunc(lines, covers) {
		head := Line{Text: thread.Shorten(subject, MaxLineRunes), Messages: []int{first.N}}
		if thread.Overlap(symptom, x.Stems(0)) < 0.99 {
			head.Basis = "ticket"
		}
		lines = append([]Line{head}, lines...)
	}
	return lines[:min(len(lines), MaxLines)]
}

// addsRequest reports whether a sentence of a later message from the requester adds to
// the request: a problem or wish that no later report of success or stated cause settles.
func (x *extractor) addsRequest(u thread.Sentence) bool {
	return u.Role == thread.Request && u.Result == "" && !x.solvedAfter(u.Index-1) && !u.Is(thread.NamesCause) &&
		!intendsTo.MatchString(u.Text) && !u.Is(thread.SmallTalk)
}
