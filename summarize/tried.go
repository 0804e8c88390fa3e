package summarize

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
)

// tried lists what was done with its outcome: the requester's own attempts, the
// desk's attempts (internal notes included) and its advice that somebody reported
// back on. Failed attempts save the next person most, and what worked decides.
func (h *handoff) tried() []Line {
	var picks []pick
	for i, u := range h.thread {
		if u.message.Kind == desk.Linking || u.message.Kind == desk.Escalation && u.scores[attempt] == 0 {
			continue
		}
		p, ok := h.attemptAt(i)
		if !ok {
			continue
		}
		score := p.score + 0.4*u.centrality + 0.5*h.newness(u)
		switch p.line.Result {
		case Worked:
			score += 1.2
		case Failed:
			score += 0.7
		}
		if u.message.Kind == desk.Resolving {
			score++
		}
		p.score = score
		picks = append(picks, p)
	}
	return h.best(picks, MaxLines)
}

// attemptAt makes a line of the utterance when it is an attempt, or advice that was
// answered by an outcome, or an outcome that names what brought it.
func (h *handoff) attemptAt(i int) (pick, bool) {
	u := h.thread[i]
	did := u.scores[attempt] > 0 && u.role != question && u.role != pleasantry
	advised := u.message.FromDesk && u.scores[advice] >= 1.5 && u.role != question && u.role != pleasantry && !chore.MatchString(u.text)
	reported := u.role == outcome && (u.result == Worked && contentCount(u.text) >= 4 || namesDeed(u.text))
	if !did && !advised && !reported {
		return pick{}, false
	}
	p := h.plain(i, 1)
	switch {
	case did || reported:
		p.score = 1.4
		p.line.Result = u.result
		if p.line.Result == "" {
			h.withOutcome(&p, i, did)
		}
	default:
		h.withOutcome(&p, i, false)
		if p.line.Result == Unknown {
			p.score = 0.5 // advice nobody reported on
		}
	}
	return p, true
}

// namesDeed finds an outcome that names what brought it: "Reinstalling the client did
// not help."
func namesDeed(text string) bool {
	head := firstWord(text)
	return len(head) > 5 && strings.HasSuffix(head, "ing") && head != "nothing" && head != "something" && head != "everything" && head != "anything"
}

// chore is what the desk asks for without it being a remedy.
var chore = regexp.MustCompile(`(?i)\b(?:mark (?:this|it|the)|let (?:me|us) know|post (?:back|a|the)|send (?:me|us)|attach|provide|share|report back|screen ?shot|tell us|feel free|see (?:attached|below|image|screenshot)|open a (?:new )?(?:ticket|question|thread))\b`)

// withOutcome looks for how the attempt at i ended and appends the sentence that
// says so. near limits the search to the same message.
func (h *handoff) withOutcome(p *pick, i int, near bool) {
	p.line.Result = Unknown
	j := h.outcomeAfter(i, near)
	if j < 0 && near {
		j = h.outcomeBefore(i)
	}
	if j < 0 {
		return
	}
	o := h.thread[j]
	if j < i { // "Solved! Found the switch …": the deed tells more than the cry
		p.line.Result, p.extra = o.result, []int{j}
		return
	}
	p.line.Result = o.result
	room := MaxLineRune - len([]rune(p.line.Text)) - 3
	if o.message.N != h.thread[i].message.N {
		p.line.Messages = append(p.line.Messages, o.message.N)
	}
	if room < 40 {
		p.line.Text = shorten(p.line.Text, MaxLineRune/2)
		room = MaxLineRune - len([]rune(p.line.Text)) - 3
	}
	p.line.Text = strings.TrimRight(p.line.Text, ".") + " → " + shorten(lineText(o.text), room)
	p.extra = []int{j}
}

// outcomeReach is how many messages after an attempt its outcome is looked for.
const outcomeReach = 3

// outcomeAfter gives the index of the first sentence that says how the attempt at i
// ended, -1 when none does. For advice by the desk only another writer's report
// counts.
func (h *handoff) outcomeAfter(i int, near bool) int {
	u := h.thread[i]
	for j := i + 1; j < len(h.thread); j++ {
		o := h.thread[j]
		switch {
		case o.index > u.index+outcomeReach:
			return -1
		case o.index == u.index && (!near || j > i+2 || o.scores[attempt] > 0 || namesDeed(o.text)):
			continue // what another attempt brought
		case near && o.index > u.index && o.message.FromDesk == u.message.FromDesk && o.message.Author != u.message.Author:
			continue
		case o.index > u.index && !near && o.message.FromDesk:
			continue
		}
		if o.result != "" && o.role != question && o.role != advice && o.message.Kind == desk.Reply {
			return j
		}
	}
	return -1
}

// outcomeBefore finds a short report of success that opens the message in which the
// attempt is told.
func (h *handoff) outcomeBefore(i int) int {
	for j := i - 1; j >= max(0, i-2) && h.thread[j].index == h.thread[i].index; j-- {
		if o := h.thread[j]; o.result == Worked && len(o.stems) <= 4 {
			return j
		}
	}
	return -1
}

// resultAfter gives the result that the other side reported after the utterance, and
// the messages with the reporting one added.
func (h *handoff) resultAfter(i int, messages []int) (Result, []int) {
	j := h.outcomeAfter(i, false)
	if j < 0 {
		return Unknown, messages
	}
	return h.thread[j].result, append(messages, h.thread[j].message.N)
}

// questions lists those that nobody answered: no later message of the other side
// that shares a content word with it or follows it directly.
func (h *handoff) questions() []Line {
	var picks []pick
	for i, u := range h.thread {
		if u.role != question || contentCount(u.text) < 1 || chat.MatchString(u.text) || h.answered(i) {
			continue
		}
		if h.ticket.Status.Ended() && !u.message.FromDesk && u.index == 0 {
			continue // the request itself, answered by the resolution
		}
		picks = append(picks, h.plain(i, 1+h.newness(u)+0.3*u.centrality))
	}
	return h.best(picks, MaxLines)
}

func (h *handoff) answered(i int) bool {
	u := h.thread[i]
	internal := u.message.Visibility != desk.PublicReply
	for _, m := range h.ticket.Messages[u.index+1:] {
		if m.Kind != desk.Reply && m.Kind != desk.Resolving || m.Automatic {
			continue
		}
		if internal {
			if m.FromDesk && m.Author != u.message.Author {
				return true
			}
			continue
		}
		if m.FromDesk == u.message.FromDesk || m.Visibility != desk.PublicReply && m.Kind != desk.Resolving {
			continue
		}
		if m.N == u.message.N+1 || overlap(u.stems, stems(shorten(m.Text, 4000))) > 0 {
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
		if h.overtaken(u) || u.role == pleasantry || u.role == question && !u.message.FromDesk {
			continue
		}
		explicit := futureStep.MatchString(u.text)
		escalated := u.message.Kind == desk.Escalation
		asked := u.message.FromDesk && u.index == lastWord && u.scores[advice] >= 1.5 && h.outcomeAfter(i, false) < 0
		if !explicit && !escalated && !asked {
			continue
		}
		if explicit && !u.message.FromDesk && u.index == 0 {
			continue
		}
		score := 1 + 1.5*h.newness(u)
		if escalated {
			score += 2
		}
		if nextWords.MatchString(u.text) {
			score++
		}
		p := h.plain(i, score)
		p.line.Text = lineText(escalationReason(u))
		picks = append(picks, p)
	}
	return h.best(picks, 4)
}

var nextWords = regexp.MustCompile(`(?i)\b(?:next|please (?:check|look|take|investigate|replace|contact|verify|review|arrange)|to ?do|waiting (?:for|on)|awaiting|scheduled|follow(?:ing)? up)\b`)

var escalatedTo = regexp.MustCompile(`^Escalated from \S* ?to \S+: `)

// escalationReason takes the fixed head off an escalation's text; the state section
// shows it whole.
func escalationReason(u utterance) string {
	if u.message.Kind != desk.Escalation {
		return u.text
	}
	return escalatedTo.ReplaceAllString(u.text, "")
}

// overtaken reports whether the thread moved on: more than three replies came after
// the utterance, or somebody said that it works.
func (h *handoff) overtaken(u utterance) bool {
	after := 0
	for _, m := range h.ticket.Messages[u.index+1:] {
		if m.Kind == desk.Reply && !m.Automatic {
			after++
		}
	}
	if after > 3 {
		return true
	}
	return slices.ContainsFunc(h.thread, func(o utterance) bool {
		return o.index > u.index && o.result == Worked && o.role == outcome && !o.message.FromDesk
	})
}
