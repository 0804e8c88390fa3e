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
	// notARemedy matches past forms that did nothing about the problem.
	notARemedy = lexicon.Pattern("handoff/not-a-remedy")
	// suggesting matches possibilities that a helper mentions without telling anybody to act.
	suggesting = lexicon.Pattern("handoff/suggesting")
	// coversAllEfforts matches outcomes of everything that was tried before.
	coversAllEfforts = lexicon.Pattern("handoff/all-efforts")
)

// gatherEfforts collects all efforts of the thread with their outcomes. Each outcome is
// assigned to one effort, unless it is about all of them.
func (x *extractor) gatherEfforts() {
	for i := range x.Sentences {
		if e, ok := x.effortAt(i); ok {
			x.efforts = append(x.efforts, e)
		}
	}
	x.dropFollowedAdvice()
	for i := range x.Sentences {
		if x.isSeparateOutcome(i) {
			x.assignOutcome(i)
		}
	}
	x.addAcknowledged()
}

// effortAt reads sentence i as an effort. Consecutive instructions of one message become
// parts of the first.
func (x *extractor) effortAt(i int) (effort, bool) {
	u := x.Sentences[i]
	e := effort{at: i, result: thread.Unknown, outcome: -1}
	if u.Message.Kind == desk.Linking || u.Role == thread.Question || isNoise(u) {
		return e, false
	}
	if x.describesAction(u) {
		if u.Result != "" {
			e.result = u.Result
		}
		if u.Result == thread.Worked && x.refersToPrevious(i) {
			e.parts = []int{i - 1} // what "this" means in "Adding this fixed it"
		}
		return e, true
	}
	if !instructs(u) {
		return e, false
	}
	e.advised = true
	if n := len(x.efforts); n > 0 {
		last := &x.efforts[n-1]
		if last.advised && x.Sentences[last.at].Index == u.Index {
			if len(last.parts) < 2 {
				last.parts = append(last.parts, i)
			}
			return e, false
		}
	}
	return e, true
}

// isNoise reports whether a sentence is a pleasantry or code.
func isNoise(u thread.Sentence) bool {
	return u.Role == thread.Pleasantry || u.Form == thread.Code
}

// refersToPrevious reports whether sentence i refers to what the one before it in the
// message says.
func (x *extractor) refersToPrevious(i int) bool {
	u := x.Sentences[i]
	if i == 0 || !u.Is(thread.RefersBack) {
		return false
	}
	previous := x.Sentences[i-1]
	return previous.Index == u.Index && previous.Role != thread.Pleasantry
}

// instructs reports whether the desk tells the requester to do something about the problem.
func instructs(u thread.Sentence) bool {
	if !u.Message.FromDesk || u.Message.Kind != desk.Reply || u.Scores[thread.Advice] < 1.5 ||
		u.Role == thread.Question || u.Role == thread.Pleasantry {
		return false
	}
	return !u.Is(thread.Chore) && !suggesting.MatchString(u.Text) && !firstPersonLead.MatchString(u.Text)
}

// firstPersonLead matches a helper's account of their own machine.
var firstPersonLead = regexp.MustCompile(`^(?:\w+: )?(?:I|My|We)\b`)

// describesAction reports whether a sentence says that something was done: explicitly, or
// by naming what led to an outcome ("Reinstalling the client did not help").
func (x *extractor) describesAction(u thread.Sentence) bool {
	if notARemedy.MatchString(u.Text) || u.Is(thread.Wishful) {
		return false
	}
	if u.Scores[thread.Attempt] > 0 {
		return u.Message.Kind != desk.Escalation || u.Role == thread.Attempt
	}
	return u.Result != "" && (ownAction.MatchString(u.Text) || opensWithGerund(u.Text) || explainsSuccess(u))
}

// explainsSuccess reports whether the requester says what led to success.
func explainsSuccess(u thread.Sentence) bool {
	return !u.Message.FromDesk && u.Result == thread.Worked && u.Role == thread.Outcome &&
		causedSuccess.MatchString(u.Text)
}

// ownAction matches an action with any verb; it is tried on sentences with an outcome.
var ownAction = lexicon.Pattern("handoff/own-action")

// causedSuccess matches statements of what led to success.
var causedSuccess = lexicon.Pattern("handoff/causal")

// opensWithGerund reports whether an outcome begins with the action that led to it:
// "Reinstalling the client did not help."
func opensWithGerund(text string) bool {
	head := thread.FirstWord(text)
	return len(head) > 5 && strings.HasSuffix(head, "ing") && !notGerund[head]
}

var notGerund = lexicon.Words("handoff/not-gerund")

// dropFollowedAdvice drops instructions that the requester later reports having followed:
// the action stands for both.
func (x *extractor) dropFollowedAdvice() {
	x.efforts = slices.DeleteFunc(x.efforts, func(e effort) bool {
		if !e.advised {
			return false
		}
		stems := map[string]bool{}
		for _, i := range append([]int{e.at}, e.parts...) {
			for s := range x.Sentences[i].Stems {
				stems[s] = true
			}
		}
		advice := x.Sentences[e.at].Index
		return slices.ContainsFunc(x.efforts, func(o effort) bool {
			u := x.Sentences[o.at]
			return !o.advised && !u.Message.FromDesk && u.Index > advice && u.Index <= advice+thread.OutcomeReach &&
				thread.Overlap(u.Stems, stems) >= 0.4
		})
	})
}

// isSeparateOutcome reports whether sentence i is an outcome of an action described in
// another sentence.
func (x *extractor) isSeparateOutcome(i int) bool {
	u := x.Sentences[i]
	if u.Result == "" || u.Message.Kind != desk.Reply || u.Role == thread.Question || u.Role == thread.Advice ||
		u.Is(thread.Wishful) || u.Content > 24 {
		return false
	}
	return !slices.ContainsFunc(x.efforts, func(e effort) bool { return e.at == i || slices.Contains(e.parts, i) })
}

// assignOutcome assigns the outcome in sentence j to the effort it is about: the one just
// before it in the same message, else the one the requester was last told to do or last
// did, if the outcome refers to it or no other effort lacks an outcome.
func (x *extractor) assignOutcome(j int) {
	o := x.Sentences[j]
	var here, before []*effort
	for k := range x.efforts {
		e := &x.efforts[k]
		u := x.Sentences[e.at]
		switch {
		case e.at > j || e.outcome >= 0 || e.result != thread.Unknown:
		case u.Index == o.Index && j-e.at <= 3 && !e.advised:
			here = append(here, e)
		case u.Index < o.Index && !o.Message.FromDesk && x.isNextReply(u, o):
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
	if e := x.referredEffort(before, o); e != nil {
		e.result, e.outcome = o.Result, j
		return
	}
	if o.Result == thread.Worked { // "Solved! Found the switch …": the action follows its outcome
		for k := range x.efforts {
			e := &x.efforts[k]
			follows := e.at > j && e.at <= j+2 && x.Sentences[e.at].Index == o.Index
			if follows && !e.advised && e.result == thread.Unknown {
				e.result = thread.Worked
				return
			}
		}
	}
}

// isNextReply reports whether o is in the requester's next message after u.
func (x *extractor) isNextReply(u, o thread.Sentence) bool {
	if o.Index > u.Index+thread.OutcomeReach {
		return false
	}
	for _, m := range x.Ticket.Messages[u.Index+1 : o.Index] {
		if m.Kind == desk.Reply && !m.FromDesk {
			return false
		}
	}
	return true
}

// referredEffort returns the pending effort that the outcome refers to, nil if there is none.
func (x *extractor) referredEffort(pending []*effort, o thread.Sentence) *effort {
	if len(pending) == 0 {
		return nil
	}
	best := slices.MaxFunc(pending, func(a, b *effort) int {
		return cmp.Or(cmp.Compare(x.overlapWith(o, a), x.overlapWith(o, b)), cmp.Compare(a.at, b.at))
	})
	if x.overlapWith(o, best) >= 0.3 {
		return best
	}
	short := o.Content <= 8 || o.Is(thread.RefersBack)
	if o.Pos > 2 || !short || len(pending) > 1 && x.Sentences[pending[len(pending)-1].at].Index != o.Index-1 {
		return nil
	}
	last := pending[len(pending)-1]
	if x.Sentences[last.at].Message.FromDesk || len(pending) == 1 {
		return last
	}
	return nil
}

// overlapWith returns the share of the outcome's content words that the effort contains.
func (x *extractor) overlapWith(o thread.Sentence, e *effort) float64 {
	most := 0.0
	for _, i := range append([]int{e.at}, e.parts...) {
		most = max(most, thread.Overlap(o.Stems, x.Sentences[i].Stems))
	}
	return most
}
