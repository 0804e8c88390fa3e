package handoff

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// maxCredits is how many acknowledgements are followed back, the newest first.
const maxCredits = 2

// credit joins an acknowledgement of the requester to the desk's message it is for.
type credit struct {
	thanks, answer int // indexes of messages in the ticket
}

// credits lists what the requester acknowledged: a thank-you or a report of success
// names no message, the last public one of the desk with any substance before it is
// meant.
func (h *handoff) credits() []credit {
	var out []credit
	ms := h.ticket.Messages
	for i := len(ms) - 1; i > 0 && len(out) < maxCredits; i-- {
		m := ms[i]
		if m.FromDesk || m.Kind != desk.Reply || !h.acknowledges(i) {
			continue
		}
		for j := i - 1; j > 0; j-- {
			if !ms[j].FromDesk {
				break
			}
			if ms[j].Kind == desk.Reply && ms[j].Visibility == desk.PublicReply && h.answerOf(j) >= 0 {
				out = append(out, credit{i, j})
				break
			}
		}
	}
	return out
}

func (h *handoff) acknowledges(index int) bool {
	if !thread.Thankful.Matches(thread.Shorten(h.ticket.Messages[index].Text, 1500)) {
		return slices.ContainsFunc(h.thread, func(u thread.Sentence) bool {
			return u.Index == index && u.Result == thread.Worked && u.Role == thread.Outcome && u.Pos <= 3
		})
	}
	return !slices.ContainsFunc(h.thread, func(u thread.Sentence) bool {
		return u.Index == index && (u.Result == thread.Failed || u.Is(thread.Unhappy))
	})
}

// answerOf is the sentence of a desk's message that answers: an instruction or
// possibility before a statement, -1 when the message only asks or is polite.
func (h *handoff) answerOf(index int) int {
	best, top := -1, 0.0
	for i, u := range h.thread {
		if u.Index != index || u.Role == thread.Pleasantry || u.Role == thread.Question || u.Form == thread.Code || u.Is(thread.Chore) || u.Is(thread.SmallTalk) {
			continue
		}
		score := 0.3 + 0.5*u.Centrality + 0.6*u.Scores[thread.Advice] + 0.5*u.Scores[thread.Decision] + 0.4*u.Scores[thread.Attempt] - 0.02*float64(min(u.Pos, 10))
		if u.Is(thread.AddressOnly) {
			score /= 2
		}
		if score > top {
			best, top = i, score
		}
	}
	return best
}

// creditEfforts adds what the requester reports to have worked where no deed or
// instruction was recognised: then the answer acknowledged is what was done.
func (h *handoff) creditEfforts() {
	for _, c := range h.credits() {
		j := slices.IndexFunc(h.thread, func(u thread.Sentence) bool {
			return u.Index == c.thanks && u.Result == thread.Worked && u.Role == thread.Outcome && u.Pos <= 3
		})
		known := slices.ContainsFunc(h.efforts, func(e effort) bool {
			return h.thread[e.at].Index == c.thanks && !e.advised || h.thread[e.at].Index == c.answer && e.result != thread.Unknown
		})
		if j < 0 || known || slices.ContainsFunc(h.efforts, func(e effort) bool { return e.outcome == j }) {
			continue
		}
		i := h.answerOf(c.answer)
		h.efforts = slices.DeleteFunc(h.efforts, func(e effort) bool { return e.at == i })
		h.efforts = append(h.efforts, effort{at: i, advised: true, result: thread.Worked, outcome: j})
	}
	slices.SortStableFunc(h.efforts, func(a, b effort) int { return a.at - b.at })
}
