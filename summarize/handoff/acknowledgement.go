package handoff

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// maxAcknowledgements is how many acknowledgements are traced back, the newest first.
const maxAcknowledgements = 2

// acknowledgement joins a message in which the requester acknowledges help to the
// desk's message it is about.
type acknowledgement struct {
	thanks, answer int // indexes of messages in the ticket
}

// acknowledgements returns what the requester acknowledged. A thank-you or a report of
// success names no message; it is taken to mean the desk's last public message of any
// substance before it.
func (x *extractor) acknowledgements() []acknowledgement {
	var out []acknowledgement
	ms := x.Ticket.Messages
	for i := len(ms) - 1; i > 0 && len(out) < maxAcknowledgements; i-- {
		m := ms[i]
		if m.FromDesk || m.Kind != desk.Reply || !x.acknowledges(i) {
			continue
		}
		for j := i - 1; j > 0; j-- {
			if !ms[j].FromDesk {
				break
			}
			if ms[j].Kind == desk.Reply && ms[j].Visibility == desk.PublicReply && x.answerOf(j) >= 0 {
				out = append(out, acknowledgement{i, j})
				break
			}
		}
	}
	return out
}

func (x *extractor) acknowledges(index int) bool {
	if !thread.Thankful.Matches(thread.Shorten(x.Ticket.Messages[index].Text, 1500)) {
		return slices.ContainsFunc(x.of(index), func(u thread.Sentence) bool {
			return u.Result == thread.Worked && u.Role == thread.Outcome && u.Pos <= 3
		})
	}
	return !slices.ContainsFunc(x.of(index), func(u thread.Sentence) bool {
		return u.Result == thread.Failed || u.Is(thread.Unhappy)
	})
}

// answerOf returns the index of the sentence in a message of the desk that answers, an
// instruction or suggestion rather than a statement; -1 if the message only asks or is
// polite.
func (x *extractor) answerOf(index int) int {
	best, top := -1, 0.0
	for i, u := range x.each(index) {
		if u.Role == thread.Question || isNoise(u) || u.Is(thread.Chore) || u.Is(thread.SmallTalk) {
			continue
		}
		score := 0.3 + 0.5*u.Centrality + 0.6*u.Scores[thread.Advice] + 0.5*u.Scores[thread.Decision] +
			0.4*u.Scores[thread.Attempt] - 0.02*float64(min(u.Pos, 10))
		if u.Is(thread.AddressOnly) {
			score /= 2
		}
		if score > top {
			best, top = i, score
		}
	}
	return best
}

// addAcknowledged adds an effort for a report of success that belongs to no recognised
// action or instruction: the acknowledged answer is then taken to be what was done.
func (x *extractor) addAcknowledged() {
	for _, c := range x.acknowledgements() {
		j := slices.IndexFunc(x.Sentences, func(u thread.Sentence) bool {
			return u.Index == c.thanks && u.Result == thread.Worked && u.Role == thread.Outcome && u.Pos <= 3
		})
		known := slices.ContainsFunc(x.efforts, func(e effort) bool {
			at := x.Sentences[e.at].Index
			return at == c.thanks && !e.advised || at == c.answer && e.result != thread.Unknown
		})
		if j < 0 || known || slices.ContainsFunc(x.efforts, func(e effort) bool { return e.outcome == j }) {
			continue
		}
		i := x.answerOf(c.answer)
		if u := x.Sentences[i]; !instructs(u) && u.Scores[thread.Attempt]+u.Scores[thread.Advice] == 0 ||
			promises.MatchString(u.Text) {
			continue // it says nothing that could have helped
		}
		x.efforts = slices.DeleteFunc(x.efforts, func(e effort) bool { return e.at == i })
		x.efforts = append(x.efforts, effort{at: i, advised: instructs(x.Sentences[i]), result: thread.Worked, outcome: j})
	}
	slices.SortStableFunc(x.efforts, func(a, b effort) int { return a.at - b.at })
}
