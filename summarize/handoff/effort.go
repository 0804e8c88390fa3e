package handoff

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// notARemedy finds past forms that did nothing about the problem.
	notARemedy = lexicon.Pattern("handoff/not-a-remedy")
	// suggesting finds possibilities that a helper names; nobody was told to do them.
	suggesting = lexicon.Pattern("handoff/suggesting")
	// coversAllEfforts finds outcomes of all that was tried before.
	coversAllEfforts = lexicon.Pattern("handoff/all-efforts")
)

// gatherEfforts finds all efforts of the thread and what came of them. Each outcome is
// given to one effort, except where it speaks of all.
func (h *handoff) gatherEfforts() {
	for i := range h.thread {
		if e, ok := h.effortAt(i); ok {
			h.efforts = append(h.efforts, e)
		}
	}
	h.takenUp()
	for i := range h.thread {
		if h.reportsAlone(i) {
			h.assign(i)
		}
	}
	h.creditEfforts()
}

// effortAt reads the utterance as an effort. Instructions that follow each other in a
// message join the first.
func (h *handoff) effortAt(i int) (effort, bool) {
	u := h.thread[i]
	e := effort{at: i, result: thread.Unknown, outcome: -1}
	if u.Message.Kind == desk.Linking || u.Role == thread.Question || u.Role == thread.Pleasantry || u.Form == thread.Code {
		return e, false
	}
	if h.didSomething(u) {
		if u.Result != "" {
			e.result = u.Result
		}
		if u.Result == thread.Worked && u.Is(thread.RefersBack) && i > 0 && h.thread[i-1].Index == u.Index && h.thread[i-1].Role != thread.Pleasantry {
			e.parts = []int{i - 1} // "Adding this fixed it": what "this" is
		}
		return e, true
	}
	if !instructs(u) {
		return e, false
	}
	e.advised = true
	if n := len(h.efforts); n > 0 {
		last := &h.efforts[n-1]
		if last.advised && h.thread[last.at].Index == u.Index {
			if len(last.parts) < 2 {
				last.parts = append(last.parts, i)
			}
			return e, false
		}
	}
	return e, true
}

// instructs reports whether the desk tells the requester to do something about it.
func instructs(u thread.Sentence) bool {
	return u.Message.FromDesk && u.Message.Kind == desk.Reply && u.Scores[thread.Advice] >= 1.5 && u.Role != thread.Question && u.Role != thread.Pleasantry &&
		!u.Is(thread.Chore) && !suggesting.MatchString(u.Text) && !ownStory.MatchString(u.Text)
}

// ownStory finds a helper who tells of their own machine.
var ownStory = regexp.MustCompile(`^(?:\w+: )?(?:I|My|We)\b`)

// didSomething reports whether the utterance tells a deed: in so many words, or by
// naming what brought the outcome ("Reinstalling the client did not help").
func (h *handoff) didSomething(u thread.Sentence) bool {
	if notARemedy.MatchString(u.Text) || u.Is(thread.Wishful) {
		return false
	}
	if u.Scores[thread.Attempt] > 0 {
		return u.Message.Kind != desk.Escalation || u.Role == thread.Attempt
	}
	return u.Result != "" && (ownDeed.MatchString(u.Text) || namesDeed(u.Text) || u.Result == thread.Worked && u.Role == thread.Outcome && causal.MatchString(u.Text) && !u.Message.FromDesk)
}

// ownDeed finds a deed of any verb, asked of sentences that tell an outcome.
var ownDeed = lexicon.Pattern("handoff/own-action")

// causal finds what is said to have brought success.
var causal = lexicon.Pattern("handoff/causal")

// namesDeed finds an outcome that names what brought it: "Reinstalling the client did
// not help."
func namesDeed(text string) bool {
	head := thread.FirstWord(text)
	return len(head) > 5 && strings.HasSuffix(head, "ing") && !notGerund[head]
}

var notGerund = lexicon.Words("handoff/not-gerund")

// takenUp drops instructions that the requester then tells to have followed: the deed
// stands for both.
func (h *handoff) takenUp() {
	h.efforts = slices.DeleteFunc(h.efforts, func(e effort) bool {
		if !e.advised {
			return false
		}
		said := map[string]bool{}
		for _, i := range append([]int{e.at}, e.parts...) {
			for s := range h.thread[i].Stems {
				said[s] = true
			}
		}
		return slices.ContainsFunc(h.efforts, func(d effort) bool {
			u := h.thread[d.at]
			return !d.advised && !u.Message.FromDesk && u.Index > h.thread[e.at].Index && u.Index <= h.thread[e.at].Index+thread.OutcomeReach && thread.Overlap(u.Stems, said) >= 0.4
		})
	})
}

// reportsAlone reports whether the utterance is an outcome that belongs to a deed told
// elsewhere.
func (h *handoff) reportsAlone(i int) bool {
	u := h.thread[i]
	if u.Result == "" || u.Message.Kind != desk.Reply || u.Role == thread.Question || u.Role == thread.Advice || u.Is(thread.Wishful) || u.Content > 24 {
		return false
	}
	return !slices.ContainsFunc(h.efforts, func(e effort) bool { return e.at == i || slices.Contains(e.parts, i) })
}

// assign gives the outcome at j to the effort it is about: the one told just before it
// in the same message, else what the requester was told last or did last, when the
// outcome refers to it or when it is the only one without an outcome.
func (h *handoff) assign(j int) {
	o := h.thread[j]
	var here, before []*effort
	for k := range h.efforts {
		e := &h.efforts[k]
		u := h.thread[e.at]
		switch {
		case e.at > j || e.outcome >= 0 || e.result != thread.Unknown:
		case u.Index == o.Index && j-e.at <= 3 && !e.advised:
			here = append(here, e)
		case u.Index < o.Index && !o.Message.FromDesk && h.nextWord(u, o):
			before = append(before, e)
		}
	}
	if n := len(here); n > 0 {
		here[n-1].result, here[n-1].outcome = o.Result, j
		if coversAllEfforts.MatchString(o.Text) {
			for _, e := range here[:n-1] {
				e.result = o.Result
			}
		}
		return
	}
	if e := h.spokenOf(before, o); e != nil {
		e.result, e.outcome = o.Result, j
		return
	}
	if o.Result == thread.Worked { // "Solved! Found the switch …": the deed follows the cry
		for k := range h.efforts {
			if e := &h.efforts[k]; e.at > j && e.at <= j+2 && h.thread[e.at].Index == o.Index && !e.advised && e.result == thread.Unknown {
				e.result = thread.Worked
				return
			}
		}
	}
}

// nextWord reports whether o stands in the next message of the requester after u.
func (h *handoff) nextWord(u, o thread.Sentence) bool {
	if o.Index > u.Index+thread.OutcomeReach {
		return false
	}
	for _, m := range h.ticket.Messages[u.Index+1 : o.Index] {
		if m.Kind == desk.Reply && !m.FromDesk {
			return false
		}
	}
	return true
}

// spokenOf picks of the pending efforts the one that the outcome refers to.
func (h *handoff) spokenOf(pending []*effort, o thread.Sentence) *effort {
	if len(pending) == 0 {
		return nil
	}
	best := slices.MaxFunc(pending, func(a, b *effort) int {
		return cmp.Or(cmp.Compare(h.refers(o, a), h.refers(o, b)), cmp.Compare(a.at, b.at))
	})
	if h.refers(o, best) >= 0.3 {
		return best
	}
	short := o.Content <= 8 || o.Is(thread.RefersBack)
	if o.Pos > 2 || !short || len(pending) > 1 && h.thread[pending[len(pending)-1].at].Index != o.Index-1 {
		return nil
	}
	last := pending[len(pending)-1]
	if h.thread[last.at].Message.FromDesk || len(pending) == 1 {
		return last
	}
	return nil
}

// refers is the share of the outcome's content words that the effort has.
func (h *handoff) refers(o thread.Sentence, e *effort) float64 {
	most := 0.0
	for _, i := range append([]int{e.at}, e.parts...) {
		most = max(most, thread.Overlap(o.Stems, h.thread[i].Stems))
	}
	return most
}
