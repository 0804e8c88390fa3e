package handoff

import (
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// questions returns the questions without an answer: no later message of the other side
// follows directly or shares a content word.
func (h *extractor) questions() []Line {
	var candidates []candidate
	for i, u := range h.thread {
		if u.Role != thread.Question || u.Content < 1 || u.Is(thread.Plea) || h.answered(i) {
			continue
		}
		if h.ticket.Status.Ended() && !u.Message.FromDesk && u.Index == 0 {
			continue // the request itself, answered by the resolution
		}
		candidates = append(candidates, h.candidateAt(i, 1+h.newness(u)+0.3*u.Centrality))
	}
	return h.choose(candidates, MaxLines)
}

func (h *extractor) answered(i int) bool {
	u := h.thread[i]
	internal := u.Message.Visibility != desk.PublicReply
	for k, m := range h.ticket.Messages[u.Index+1:] {
		if m.Kind != desk.Reply && m.Kind != desk.Resolving || m.Automatic {
			continue
		}
		if internal {
			if m.FromDesk && m.Author != u.Message.Author {
				return true
			}
			continue
		}
		if m.FromDesk == u.Message.FromDesk || m.Visibility != desk.PublicReply && m.Kind != desk.Resolving {
			continue
		}
		if m.N == u.Message.N+1 || thread.Overlap(u.Stems, h.read.Stems(u.Index+1+k)) > 0 {
			return true
		}
	}
	return false
}

// next returns explicit next steps, preferring the newest. A step that a later outcome
// or resolution has overtaken no longer counts.
func (h *extractor) next() []Line {
	if h.ticket.Status.Ended() {
		return []Line{}
	}
	lastWord := len(h.ticket.Messages) - 1
	var candidates []candidate
	for i, u := range h.thread {
		if h.overtaken(u) || u.Role == thread.Pleasantry || u.Role == thread.Question && !u.Message.FromDesk {
			continue
		}
		explicit := h.statesPlan(u)
		escalated := u.Message.Kind == desk.Escalation
		asked := u.Message.FromDesk && u.Index == lastWord && instructs(u) && h.outcomeAfter(i) < 0
		if !explicit && !escalated && !asked {
			continue
		}
		score := 1 + 1.5*h.newness(u)
		if escalated {
			score += 2
		}
		if nextWords.MatchString(u.Text) {
			score++
		}
		p := h.candidateAt(i, score)
		p.line.Text = lineText(escalationReason(u))
		candidates = append(candidates, p)
	}
	return h.choose(candidates, 4)
}

// statesPlan reports whether a sentence says what will or should be done: the requester's
// own intentions, the desk's promises and, in notes, anything that is to be done.
func (h *extractor) statesPlan(u thread.Sentence) bool {
	if !u.Is(thread.FutureStep) || u.Is(thread.Conditional) || u.Role == thread.Pleasantry {
		return false
	}
	switch {
	case !u.Message.FromDesk:
		return u.Index > 0 && intendsTo.MatchString(u.Text) && !thread.Negated(u.Text)
	case u.Message.Visibility == desk.PublicReply && u.Message.Kind == desk.Reply:
		return promises.MatchString(u.Text)
	}
	return true
}

var (
	intendsTo = lexicon.Pattern("handoff/intends")
	promises  = lexicon.Pattern("handoff/promises")
)

var nextWords = lexicon.Pattern("handoff/next-words")

var escalatedTo = regexp.MustCompile(`^Escalated from \S* ?to \S+: `)

// escalationReason returns an escalation's text without its fixed prefix; the state
// section shows the whole text.
func escalationReason(u thread.Sentence) string {
	if u.Message.Kind != desk.Escalation {
		return u.Text
	}
	return escalatedTo.ReplaceAllString(u.Text, "")
}

// overtaken reports whether the thread has moved on since a sentence: more than three
// replies followed, or the requester reported success.
func (h *extractor) overtaken(u thread.Sentence) bool {
	after := 0
	for _, m := range h.ticket.Messages[u.Index+1:] {
		if m.Kind == desk.Reply && !m.Automatic {
			after++
		}
	}
	if after > 3 {
		return true
	}
	return slices.ContainsFunc(h.thread, func(o thread.Sentence) bool {
		return o.Index > u.Index && o.Result == thread.Worked && o.Role == thread.Outcome && !o.Message.FromDesk
	})
}
