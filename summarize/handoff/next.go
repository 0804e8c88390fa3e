package handoff

import (
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// questions lists those that nobody answered: no later message of the other side
// that shares a content word with it or follows it directly.
func (h *handoff) questions() []Line {
	var picks []pick
	for i, u := range h.thread {
		if u.Role != thread.Question || u.Content < 1 || u.Is(thread.Plea) || h.answered(i) {
			continue
		}
		if h.ticket.Status.Ended() && !u.Message.FromDesk && u.Index == 0 {
			continue // the request itself, answered by the resolution
		}
		picks = append(picks, h.plain(i, 1+h.newness(u)+0.3*u.Centrality))
	}
	return h.best(picks, MaxLines)
}

func (h *handoff) answered(i int) bool {
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

// next lists explicit next steps, the newest first to be kept; a step that a later
// outcome or resolution has overtaken is not one any more.
func (h *handoff) next() []Line {
	if h.ticket.Status.Ended() {
		return []Line{}
	}
	lastWord := len(h.ticket.Messages) - 1
	var picks []pick
	for i, u := range h.thread {
		if h.overtaken(u) || u.Role == thread.Pleasantry || u.Role == thread.Question && !u.Message.FromDesk {
			continue
		}
		explicit := h.plans(u)
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
		p := h.plain(i, score)
		p.line.Text = lineText(escalationReason(u))
		picks = append(picks, p)
	}
	return h.best(picks, 4)
}

// plans reports whether the utterance says what will be or is to be done: the
// requester's own intentions, the desk's promises, and in notes also what ought to be.
func (h *handoff) plans(u thread.Sentence) bool {
	if !u.Is(thread.FutureStep) || u.Is(thread.Conditional) || u.Role == thread.Pleasantry {
		return false
	}
	switch {
	case !u.Message.FromDesk:
		return u.Index > 0 && intends.MatchString(u.Text) && !thread.Negated(u.Text)
	case u.Message.Visibility == desk.PublicReply && u.Message.Kind == desk.Reply:
		return promises.MatchString(u.Text)
	}
	return true
}

var (
	intends  = lexicon.Pattern("handoff/intends")
	promises = lexicon.Pattern("handoff/promises")
)

var nextWords = lexicon.Pattern("handoff/next-words")

var escalatedTo = regexp.MustCompile(`^Escalated from \S* ?to \S+: `)

// escalationReason takes the fixed head off an escalation's text; the state section
// shows it whole.
func escalationReason(u thread.Sentence) string {
	if u.Message.Kind != desk.Escalation {
		return u.Text
	}
	return escalatedTo.ReplaceAllString(u.Text, "")
}

// overtaken reports whether the thread moved on: more than three replies came after
// the utterance, or somebody said that it works.
func (h *handoff) overtaken(u thread.Sentence) bool {
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
