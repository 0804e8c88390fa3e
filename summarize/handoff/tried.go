package handoff

import (
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// effort is something that was done, or that the desk told the requester to do, with
// the sentence that says how it ended.
type effort struct {
	at      int   // index in the thread
	parts   []int // further sentences of the same instruction, or what the first refers to
	advised bool
	result  thread.Result
	outcome int // index in the thread, -1 when the deed's own sentence tells it or nobody does
}

// tried lists what was done with its outcome: the requester's own attempts, the
// desk's attempts (internal notes included) and the desk's instructions. Failed
// attempts save the next person most, and what worked decides.
func (h *handoff) tried() []Line {
	var picks []pick
	silent := 0 // instructions nobody reported on
	for k := len(h.efforts) - 1; k >= 0; k-- {
		e := h.efforts[k]
		u := h.thread[e.at]
		score := 1.4 + 0.4*u.Centrality + 0.5*h.newness(u)
		switch {
		case e.result == thread.Worked:
			score += 1.2
		case e.result == thread.Failed:
			score += 0.7
		case e.advised && (h.solvedAfter(u.Index) || silent == maxSilent):
			continue
		case e.advised:
			silent++
			score--
		}
		if u.Message.Kind == desk.Resolving {
			score++
		}
		picks = append(picks, h.effortLine(e, score))
	}
	return h.best(picks, MaxLines)
}

// maxSilent is how many instructions without a report are worth a line.
const maxSilent = 2

// effortLine writes "deed → outcome". Both parts point at their messages.
func (h *handoff) effortLine(e effort, score float64) pick {
	p := h.plain(e.at, score)
	p.extra = e.parts
	var said []string
	before := slices.DeleteFunc(slices.Clone(e.parts), func(i int) bool { return i > e.at })
	for _, i := range append(append(before, e.at), slices.DeleteFunc(slices.Clone(e.parts), func(i int) bool { return i < e.at })...) {
		said = append(said, thread.SentenceEnd(lineText(h.thread[i].Text)))
	}
	text := strings.Join(said, " ")
	if e.advised {
		text = AdvisedHead + text
	}
	p.line.Result = e.result
	p.line.Text = thread.Shorten(text, MaxLineRune)
	if e.outcome < 0 {
		return p
	}
	o := h.thread[e.outcome]
	p.extra = append(slices.Clone(p.extra), e.outcome)
	if o.Message.N != h.thread[e.at].Message.N {
		p.line.Messages = append(p.line.Messages, o.Message.N)
	}
	told := lineText(o.Text)
	room := MaxLineRune - len([]rune(told)) - 3
	if room < MaxLineRune/2 {
		room = MaxLineRune / 2
		told = thread.Shorten(told, MaxLineRune-room-3)
	}
	p.line.Text = thread.Shorten(strings.TrimRight(text, "."), room) + " → " + told
	return p
}

// AdvisedHead marks what somebody was told to do and is not known to have done.
const AdvisedHead = "Advised: "

// outcomeAfter gives the first sentence of the requester in the next messages that
// says how what was pointed out at i ended, -1 when none does.
func (h *handoff) outcomeAfter(i int) int {
	u := h.thread[i]
	for j := i + 1; j < len(h.thread); j++ {
		o := h.thread[j]
		if o.Index > u.Index+thread.OutcomeReach {
			break
		}
		if o.Index > u.Index && !o.Message.FromDesk && h.nextWord(u, o) && o.Result != "" && o.Role != thread.Question && o.Pos <= 3 && !o.Is(thread.Wishful) {
			return j
		}
	}
	return -1
}

// solvedAfter reports whether the requester later says that it works, and nothing to
// the contrary after that.
func (h *handoff) solvedAfter(index int) bool {
	j := h.decisive()
	return j >= 0 && h.thread[j].Index > index && h.thread[j].Result == thread.Worked
}

// decisive is the index of the requester's last report of success or failure, or of a
// resolution told in so many words; -1 without one.
func (h *handoff) decisive() int {
	last, weight := -1, 0.0
	for i, u := range h.thread {
		if u.Result == "" || u.Index == 0 || u.Role == thread.Question || u.Is(thread.Wishful) || u.Message.FromDesk && u.Message.Visibility == desk.PublicReply {
			continue
		}
		w := u.Scores[thread.Outcome] + 0.5*u.Scores[thread.Attempt]
		if last < 0 || u.Index > h.thread[last].Index || w > weight {
			last, weight = i, w
		}
	}
	return last
}

// resultAfter gives the result that the other side reported after the utterance, and
// the messages with the reporting one added.
func (h *handoff) resultAfter(i int, messages []int) (thread.Result, []int) {
	j := h.outcomeAfter(i)
	if j < 0 {
		return thread.Unknown, messages
	}
	return h.thread[j].Result, append(messages, h.thread[j].Message.N)
}
