package handoff

import (
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// effort is something that was done, or that the desk told the requester to do, with its
// outcome.
type effort struct {
	at      int   // index of its sentence
	parts   []int // further sentences of the same instruction, or what the first one refers to
	advised bool
	result  thread.Result
	outcome int   // index of the sentence with the outcome; -1 if it is the effort's own or there is none
	answer  []int // sentences of the requester's answer beside the outcome
}

// tried returns what was done, with its outcome: the requester's own attempts, the
// desk's attempts (internal notes included) and the desk's instructions. What worked
// matters most; then failed attempts, which save the next person time.
func (x *extractor) tried() []Line {
	var candidates []candidate
	unreported := 0 // instructions without a reported outcome
	for k := len(x.efforts) - 1; k >= 0; k-- {
		e := x.efforts[k]
		u := x.Sentences[e.at]
		score := 1.4 + 0.4*u.Centrality + 0.5*x.newness(u)
		switch {
		case e.result == thread.Worked:
			score += 1.2
		case e.result == thread.Failed:
			score += 0.7
		case e.outcome < 0 && (x.used[e.at] || e.advised && (x.solvedAfter(u.Index) || unreported == maxUnreported)):
			continue // a finding has it, or nobody knows what became of it
		case e.advised && e.outcome < 0:
			unreported++
			score--
		}
		if u.Message.Kind == desk.Resolving {
			score++
		}
		candidates = append(candidates, x.effortLine(e, score))
	}
	return x.choose(candidates, MaxLines)
}

// maxUnreported is how many instructions without a reported outcome are listed.
const maxUnreported = 2

// effortLine returns "action → outcome" as a candidate that cites the messages of both.
func (x *extractor) effortLine(e effort, score float64) candidate {
	p := x.candidateAt(e.at, score)
	p.extra = e.parts
	p.line.Messages = x.messagesOf(append(append([]int{e.at}, e.parts...), e.answer...), e.outcome)
	p.line.Result = e.result
	head, room := "", MaxLineRunes
	if e.advised {
		head = AdvisedHead
		room -= len(AdvisedHead)
	}
	done := slices.Sorted(slices.Values(append([]int{e.at}, e.parts...)))
	if e.outcome < 0 {
		p.line.Text = head + x.joinWithin(done, room)
		return p
	}
	answer := slices.Sorted(slices.Values(append([]int{e.outcome}, e.answer...)))
	p.extra = append(slices.Clone(p.extra), answer...)
	outcome := x.joinWithin(answer, room/2)
	action := x.joinWithin(done, room-len([]rune(outcome))-3)
	p.line.Text = head + strings.TrimRight(action, ".") + " → " + outcome
	return p
}

// messagesOf returns the numbers of the messages with these sentences, ascending; -1 is none.
func (x *extractor) messagesOf(at []int, more ...int) []int {
	var out []int
	for _, i := range append(at, more...) {
		if i >= 0 {
			out = append(out, x.Sentences[i].Message.N)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// AdvisedHead prefixes what somebody was told to do and is not known to have done.
const AdvisedHead = "Advised: "

// outcomeAfter returns the index of the requester's first sentence in the next messages
// that reports the outcome of what sentence i says, or -1 if none does.
func (x *extractor) outcomeAfter(i int) int {
	u := x.Sentences[i]
	for j := i + 1; j < len(x.Sentences); j++ {
		o := x.Sentences[j]
		if o.Index > u.Index+thread.OutcomeReach {
			break
		}
		reply := o.Index > u.Index && !o.Message.FromDesk && x.isNextReply(u, o)
		if reply && o.Result != "" && o.Role != thread.Question && o.Pos <= 3 && !o.Is(thread.Wishful) {
			return j
		}
	}
	return -1
}

// solvedAfter reports whether the requester confirms success after the message and does
// not withdraw it later.
func (x *extractor) solvedAfter(index int) bool {
	j := x.decisiveOutcome()
	return j >= 0 && x.Sentences[j].Index > index && x.Sentences[j].Result == thread.Worked
}

// decisiveOutcome returns the index of the requester's last report of success or failure,
// or of an explicitly stated resolution; -1 if there is none.
func (x *extractor) decisiveOutcome() int {
	last, weight := -1, 0.0
	for i, u := range x.Sentences {
		if u.Result == "" || u.Index == 0 || u.Role == thread.Question || u.Is(thread.Wishful) || isGeneral(u) ||
			x.isStory(i) {
			continue
		}
		w := u.Scores[thread.Outcome] + 0.5*u.Scores[thread.Attempt]
		if last < 0 || u.Index > x.Sentences[last].Index || w > weight {
			last, weight = i, w
		}
	}
	return last
}

// resultAfter returns the result that the requester reported after sentence i, and the
// messages with the reporting one added.
func (x *extractor) resultAfter(i int, messages []int) (thread.Result, []int) {
	j := x.outcomeAfter(i)
	if j < 0 {
		return thread.Unknown, messages
	}
	return x.Sentences[j].Result, append(messages, x.Sentences[j].Message.N)
}
