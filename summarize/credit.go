package summarize

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
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
	if !thankful.MatchString(shorten(h.ticket.Messages[index].Text, 1500)) {
		return slices.ContainsFunc(h.thread, func(u utterance) bool {
			return u.index == index && u.result == Worked && u.role == outcome && u.pos <= 3
		})
	}
	return !slices.ContainsFunc(h.thread, func(u utterance) bool {
		return u.index == index && (u.result == Failed || unhappy.MatchString(u.text))
	})
}

// answerOf is the sentence of a desk's message that answers: an instruction or
// possibility before a statement, -1 when the message only asks or is polite.
func (h *handoff) answerOf(index int) int {
	best, top := -1, 0.0
	for i, u := range h.thread {
		if u.index != index || u.role == pleasantry || u.role == question || u.form == code || chore.MatchString(u.text) || talk.MatchString(u.text) {
			continue
		}
		score := 0.3 + 0.5*u.centrality + 0.6*u.scores[advice] + 0.5*u.scores[decision] + 0.4*u.scores[attempt] - 0.02*float64(min(u.pos, 10))
		if addressOnly.MatchString(u.text) {
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
		j := slices.IndexFunc(h.thread, func(u utterance) bool {
			return u.index == c.thanks && u.result == Worked && u.role == outcome && u.pos <= 3
		})
		known := slices.ContainsFunc(h.efforts, func(e effort) bool {
			return h.thread[e.at].index == c.thanks && !e.advised || h.thread[e.at].index == c.answer && e.result != Unknown
		})
		if j < 0 || known || slices.ContainsFunc(h.efforts, func(e effort) bool { return e.outcome == j }) {
			continue
		}
		i := h.answerOf(c.answer)
		h.efforts = slices.DeleteFunc(h.efforts, func(e effort) bool { return e.at == i })
		h.efforts = append(h.efforts, effort{at: i, advised: true, result: Worked, outcome: j})
	}
	slices.SortStableFunc(h.efforts, func(a, b effort) int { return a.at - b.at })
}
