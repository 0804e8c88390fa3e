package handoff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// questions returns the questions without an answer: no later message of the other side
// follows directly or shares a content word.
func (x *extractor) questions() []Line {
	var candidates []candidate
	for i, u := range x.Sentences {
		if u.Role != thread.Question || u.Content < 1 || u.Is(thread.Plea) || instructs(u) || x.answered(i) {
			continue
		}
		if x.Ticket.Status.Ended() && !u.Message.FromDesk && u.Index == 0 {
			continue // the request itself, answered by the resolution
		}
		candidates = append(candidates, x.candidateAt(i, 1+x.newness(u)+0.3*u.Centrality))
	}
	return x.choose(candidates, MaxLines)
}

func (x *extractor) answered(i int) bool {
	u := x.Sentences[i]
	internal := u.Message.Visibility != desk.PublicReply
	for k, m := range x.Ticket.Messages[u.Index+1:] {
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
		if m.N == u.Message.N+1 || thread.Overlap(u.Stems, x.Stems(u.Index+1+k)) > 0 {
			return true
		}
	}
	return false
}

// next returns explicit next steps, preferring the newest. A step that a later outcome
// or resolution has overtaken no longer counts.
func (x *extractor) next() []Line {
	if x.Ticket.Status.Ended() {
		return []Line{}
	}
	lastWord := len(x.Ticket.Messages) - 1
	var candidates []candidate
	for i, u := range x.Sentences {
		if x.overtaken(u) || u.Role == thread.Pleasantry || u.Role == thread.Question && !u.Message.FromDesk {
			continue
		}
		explicit := x.statesPlan(u)
		escalated := u.Message.Kind == desk.Escalation
		asked := u.Message.FromDesk && u.Index == lastWord && instructs(u) && x.outcomeAfter(i) < 0 && !x.used[i]
		if !explicit && !escalated && !asked {
			continue
		}
		score := 1 + 1.5*x.newness(u)
		if escalated {
			score += 2
		}
		if nextWords.MatchString(u.Text) {
			score++
		}
		p := x.candidateAt(i, score)
		if escalated {
			if p.line.Text = orderIn(escalationReason(u)); p.line.Text == "" {
				continue // the state has the reason
			}
		}
		candidates = append(candidates, p)
	}
	return x.choose(candidates, 4)
}

// statesPlan reports whether a sentence says what will or should be done: the requester's
// own intentions, the desk's promises and, in notes, anything that is to be done.
func (x *extractor) statesPlan(u thread.Sentence) bool {
	if u.Is(thread.Conditional) || u.Role == thread.Pleasantry {
		return false
	}
	switch {
	case isGeneral(u) && u.Message.Kind == desk.Reply && promises.MatchString(u.Text):
		return true
	case !u.Is(thread.FutureStep):
		return false
	case u.Message.FromDesk && u.Message.Kind == desk.Reply && x.used[x.indexOf(u)]:
		return toDo.MatchString(u.Text) // the findings have it
	case !u.Message.FromDesk:
		return u.Index > 0 && intendsTo.MatchString(u.Text) && !thread.Negated(u.Text)
	case isGeneral(u) && u.Message.Kind == desk.Reply:
		return false
	}
	return true
}

// indexOf returns the index of a sentence of the thread.
func (x *extractor) indexOf(u thread.Sentence) int {
	return slices.IndexFunc(x.Sentences, func(o thread.Sentence) bool { return o.Index == u.Index && o.Pos == u.Pos })
}

var (
	// toDo matches what somebody has to do.
	toDo      = lexicon.Pattern("handoff/to-do")
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

// orderIn returns the part of an escalation's reason that says what is to be done, "" if it gives
// reasons only.
func orderIn(reason string) string {
	m := order.FindStringIndex(reason)
	if m == nil {
		return ""
	}
	return lineText(strings.TrimLeft(reason[m[0]:], " ,;:.–-"))
}

var order = lexicon.Pattern("handoff/order")

// overtaken reports whether the thread has moved on since a sentence: more than three
// replies followed, or the requester reported success.
func (x *extractor) overtaken(u thread.Sentence) bool {
	after := 0
	for _, m := range x.Ticket.Messages[u.Index+1:] {
		if m.Kind == desk.Reply && !m.Automatic {
			after++
		}
	}
	if after > 3 {
		return true
	}
	return slices.ContainsFunc(x.Sentences, func(o thread.Sentence) bool {
		return o.Index > u.Index && o.Result == thread.Worked && o.Role == thread.Outcome && !o.Message.FromDesk
	})
}
