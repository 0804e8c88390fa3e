package handoff

import (
	"cmp"
	"maps"
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
	for k := range x.efforts {
		x.addPrecautions(&x.efforts[k])
	}
	x.joinFollowedAdvice()
	for i := range x.Sentences {
		if x.isSeparateOutcome(i) {
			x.assignOutcome(i)
		}
	}
	x.addAcknowledged()
	x.pairAnswers()
}

// effortAt reads sentence i as an effort. Consecutive instructions of one message become
// parts of the first.
func (x *extractor) effortAt(i int) (effort, bool) {
	u := x.Sentences[i]
	e := effort{at: i, result: thread.Unknown, outcome: -1}
	asks := u.Role == thread.Question && !instructs(u)
	if u.Message.Kind == desk.Linking || asks || isNoise(u) || x.isStory(i) {
		return e, false
	}
	if x.describesAction(u) && !x.isBackground(i) {
		if u.Result != "" {
			e.result = u.Result
		}
		if u.Result == thread.Worked && x.refersToPrevious(i) {
			e.parts = []int{i - 1} // what "this" means in "Adding this fixed it"
		}
		if q := x.questionBefore(i); q >= 0 {
			e.parts = []int{q}
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
			for j := last.at + 1; j <= i && len(last.parts) < maxParts; j++ {
				s := x.Sentences[j] // what stands between two instructions says when or how
				if !slices.Contains(last.parts, j) && s.Role != thread.Question && !isNoise(s) {
					last.parts = append(last.parts, j)
				}
			}
			return e, false
		}
	}
	return e, true
}

// addPrecautions adds to an instruction what has to be done or known first.
func (x *extractor) addPrecautions(e *effort) {
	if !e.advised {
		return
	}
	index := x.Sentences[e.at].Index
	if u := x.Sentences[e.at]; u.Pos > 0 && e.at > 0 && bareObject.MatchString(u.Text) &&
		!isNoise(x.Sentences[e.at-1]) && x.Sentences[e.at-1].Role != thread.Question {
		e.parts = append(e.parts, e.at-1) // what "it" is
	}
	for i, u := range x.each(index) {
		if i != e.at && !slices.Contains(e.parts, i) && !isNoise(u) && precaution.MatchString(u.Text) {
			e.parts = append(e.parts, i)
		}
	}
}

// bareObject matches instructions whose object is a pronoun: "restart it".
var bareObject = regexp.MustCompile(
	`(?i)^(?:(?:please|then|now|and|so|bitte),? )*\w+ (?:it|them|this|that|these|those)\b`)

// precaution matches what has to be done or known before an instruction is followed.
var precaution = lexicon.Pattern("handoff/precaution")

// maxParts is how many sentences an instruction may have beside its first.
const maxParts = 6

// isStory reports whether sentence i tells what somebody else did, or what happened in another
// ticket: nobody tried it here.
func (x *extractor) isStory(i int) bool {
	u := x.Sentences[i]
	if othersStory.MatchString(u.Text) {
		return true
	}
	if longAgo.MatchString(u.Text) {
		return true
	}
	return i > 0 && x.Sentences[i-1].Index == u.Index && otherTicket.MatchString(x.Sentences[i-1].Text) &&
		storyGoesOn.MatchString(u.Text)
}

var (
	othersStory = lexicon.Pattern("handoff/others-story")
	longAgo     = regexp.MustCompile(
		`(?i)\b(?:years?|months?) ago\b|\bvor \S+ (?:jahr|monat)|\bil y a .{1,12} (?:ans?|mois)\b`)
	otherTicket = lexicon.Pattern("handoff/other-ticket")
	storyGoesOn = regexp.MustCompile(`(?i)^(?:there|it|in that (?:case|ticket)|that one)\b`)
)

// isBackground reports whether sentence i tells what came before the problem or leads to the
// request: something done in the opening message of which no outcome is told.
func (x *extractor) isBackground(i int) bool {
	u := x.Sentences[i]
	if u.Index > 0 || u.Result != "" || triedWords.MatchString(u.Text) {
		return false
	}
	for j := i + 1; j < len(x.Sentences) && j <= i+2 && x.Sentences[j].Index == 0; j++ {
		if x.Sentences[j].Result != "" {
			return false
		}
	}
	return true
}

var triedWords = lexicon.Pattern("handoff/tried-words")

// questionBefore returns the index of the desk's question to which sentence i is the answer, if it
// means nothing without it ("Yes, we tried that"); -1 for others.
func (x *extractor) questionBefore(i int) int {
	u := x.Sentences[i]
	if u.Message.FromDesk || u.Pos > 1 || !answersShort.MatchString(u.Text) {
		return -1
	}
	for j := i - 1; j >= 0 && x.Sentences[j].Index >= u.Index-2; j-- {
		if o := x.Sentences[j]; isGeneral(o) && o.Role == thread.Question {
			return j
		}
	}
	return -1
}

var answersShort = regexp.MustCompile(`(?i)^(?:yes|no|yeah|yep|nope|ja|nein|oui|non|sí|si)\b`)

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
	if !isGeneral(u) || u.Message.Kind != desk.Reply {
		return false
	}
	if asksToDo.MatchString(u.Text) && !u.Is(thread.Chore) {
		return true
	}
	if u.Scores[thread.Advice] < 1.5 || u.Role == thread.Question || u.Role == thread.Pleasantry {
		return false
	}
	return !u.Is(thread.Chore) && !suggesting.MatchString(u.Text) && !firstPersonLead.MatchString(u.Text)
}

// asksToDo matches instructions that are put as questions.
var asksToDo = lexicon.Pattern("handoff/asks-to-do")

// firstPersonLead matches a helper's account of their own machine.
var firstPersonLead = regexp.MustCompile(`^(?:\w+: )?(?:I|My|We)\b`)

// describesAction reports whether a sentence says that something was done: explicitly, or
// by naming what led to an outcome ("Reinstalling the client did not help").
func (x *extractor) describesAction(u thread.Sentence) bool {
	if notARemedy.MatchString(u.Text) || u.Is(thread.Wishful) {
		return false
	}
	if u.Message.FromDesk && !isGeneral(u) && u.Result == "" && !thread.ReportsAction(u.Text) &&
		!firstPersonLead.MatchString(u.Text) {
		return false // a note that says what is, not what was done
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
	return len(head) > 5 && strings.HasSuffix(head, "ing") && !notGerund[head] && !functionWorks.MatchString(text)
}

// functionWorks matches reports on what something does, not on what was done: "Scanning seems to
// work".
var functionWorks = regexp.MustCompile(`(?i)^\w+ing (?:seems?|appears?|is|was|works?|still|now|again|no longer)\b`)

var notGerund = lexicon.Words("handoff/not-gerund")

// joinFollowedAdvice joins what the requester reports having done with the instruction that it
// follows: the instruction says what it was.
func (x *extractor) joinFollowedAdvice() {
	followed := map[int]bool{} // indexes of the reporting sentences
	for k := range x.efforts {
		e := &x.efforts[k]
		if !e.advised {
			continue
		}
		stems := map[string]bool{}
		for _, i := range append([]int{e.at}, e.parts...) {
			maps.Copy(stems, x.Sentences[i].Stems)
		}
		advice := x.Sentences[e.at].Index
		for _, o := range x.efforts {
			u := x.Sentences[o.at]
			if o.advised || u.Message.FromDesk || u.Index <= advice || u.Index > advice+thread.OutcomeReach ||
				thread.Overlap(u.Stems, stems) < 0.4 {
				continue
			}
			if e.outcome < 0 {
				e.outcome, e.result = o.at, o.result
			} else {
				e.answer = append(e.answer, o.at)
			}
			followed[o.at] = true
		}
	}
	x.efforts = slices.DeleteFunc(x.efforts, func(e effort) bool { return !e.advised && followed[e.at] })
}

// isSeparateOutcome reports whether sentence i is an outcome of an action described in
// another sentence.
func (x *extractor) isSeparateOutcome(i int) bool {
	u := x.Sentences[i]
	if u.Result == "" || u.Message.Kind != desk.Reply || u.Role == thread.Question || u.Role == thread.Advice ||
		u.Is(thread.Wishful) || u.Content > 24 {
		return false
	}
	return !x.isStory(i) && !x.isEffort(i)
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
		case e.at > j || e.result != thread.Unknown:
		case u.Index == o.Index && j-e.at <= 3 && !e.advised:
			here = append(here, e)
		case u.Index < o.Index && !o.Message.FromDesk && x.isNextReply(u, o) && !x.saidSince(u, o):
			before = append(before, e)
		}
	}
	if n := len(here); n > 0 {
		here[n-1].conclude(j, o.Result)
		if coversAllEfforts.MatchString(o.Text) {
			for _, e := range here[:n-1] {
				e.result = o.Result
			}
		}
		return
	}
	if e := x.referredEffort(before, o); e != nil {
		e.conclude(j, o.Result)
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

// saidSince reports whether the desk wrote to the requester between an effort in an internal note
// and an outcome: the outcome is then about what it wrote.
func (x *extractor) saidSince(u, o thread.Sentence) bool {
	return u.Message.Visibility != desk.PublicReply && slices.ContainsFunc(x.Ticket.Messages[u.Index+1:o.Index],
		func(m desk.Message) bool { return m.Kind == desk.Reply && m.FromDesk && isPublic(m) })
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
	return pending[len(pending)-1]
}

// overlapWith returns the share of the outcome's content words that the effort contains.
func (x *extractor) overlapWith(o thread.Sentence, e *effort) float64 {
	most := 0.0
	for _, i := range append([]int{e.at}, e.parts...) {
		most = max(most, thread.Overlap(o.Stems, x.Sentences[i].Stems))
	}
	return most
}
