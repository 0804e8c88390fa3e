package thread

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// role is what a sentence does in a support thread.
type role int

// The roles.
const (
	Statement   role = iota // none of the others
	Request                 // what is wrong or wanted
	Attempt                 // something that was done about it
	Advice                  // something the desk tells the requester to do
	Outcome                 // how an attempt ended
	Environment             // versions, devices, error signatures
	Question
	Decision   // what will happen or was decided
	Pleasantry // thanks, greetings, apologies
)

// Reading is the classification of a sentence.
type Reading struct {
	Role   role
	Result Result // what the sentence says about success, "" when nothing
	Scores scores // by role; a sentence often does two things
}

// scores holds the score of each role, 0 where there is no cue for it.
type scores [Pleasantry + 1]float64

// Voice describes the speaker: the same words mean different things from the desk and
// from the requester.
type Voice struct {
	Desk  bool
	first bool // the message that opened the ticket
	Nth   int  // index of the sentence within the message
}

// The cues. Each pattern is a family of wordings; the scores below weigh families, so
// that no single phrase decides.
var (
	actionReport = lexicon.Pattern("thread/action-report")
	failure      = lexicon.Pattern("thread/failure")
	success      = lexicon.Pattern("thread/success")
	advice       = lexicon.Pattern("thread/advice")
	decided      = lexicon.Pattern("thread/decided")
	version      = lexicon.Pattern("thread/version")
	device       = lexicon.Pattern("thread/device")
	pleasantry   = lexicon.Pattern("thread/pleasantry")
	asking       = lexicon.Pattern("thread/asking")
	complaint    = lexicon.Pattern("thread/complaint")
	beganAfter   = lexicon.Pattern("thread/began-after")
)

// ErrorCode matches error codes, exceptions and numbered events.
var ErrorCode = lexicon.Pattern("thread/error-code")

// ImpactWords matches wordings that show how many people a problem affects, and how badly.
var ImpactWords = lexicon.Pattern("thread/impact")

// proposing matches remedies that are suggested rather than given as an instruction.
var proposing = lexicon.Pattern("thread/proposing")

// RemedyHeading matches headings under which an article says what to do.
var RemedyHeading = lexicon.Pattern("thread/remedy-heading")

// Classify returns the role and the result of one sentence.
func Classify(s Span, v Voice) Reading {
	var sc scores
	text := s.Text
	n := len(strings.Fields(text))
	result := ResultOf(text)
	isQuestion := strings.HasSuffix(strings.TrimRight(text, ")\"'” !"), "?") || strings.HasSuffix(text, "？")

	if isQuestion || (asking.MatchString(text) && n > 3 && strings.Contains(text, "?")) {
		sc[Question] = 2.2
	}
	if version.MatchString(text) {
		sc[Environment] += 1.2
	}
	if device.MatchString(text) {
		sc[Environment] += 0.7
		if n <= 8 && strings.ContainsAny(text, "0123456789") {
			sc[Environment] += 0.6 // a short line with a model number says little else
		}
	}
	if ErrorCode.MatchString(text) || s.Form == Code {
		sc[Environment] += 1.1
	}
	if n <= 12 && sc[Environment] > 1 {
		sc[Environment] += 0.8 // a short line with a version says little else
	}
	if actionReport.MatchString(text) || ReportsAction(text) {
		sc[Attempt] += 1.8
	}
	if result != "" {
		sc[Outcome] += 1.4
	}
	if (advice.MatchString(text) || v.Desk && (MenuPath.Matches(text) || proposing.MatchString(text) ||
		ordersPolitely(text))) && !isQuestion {
		sc[Advice] += adviceWeight(s, v)
	}
	if NamesProblem.Matches(text) {
		sc[Request] += requestWeight(v)
	}
	if Wish.Matches(text) {
		sc[Request] += requestWeight(v)
	}
	if FutureStep.Matches(text) {
		sc[Decision] += 1.1
		if v.Desk {
			sc[Decision] += 0.4
		}
		if nextStep.MatchString(text) {
			sc[Decision]++
		}
	}
	if decided.MatchString(text) {
		sc[Decision]++
	}
	if pleasantry.MatchString(text) {
		sc[Pleasantry] += pleasantWeight(n)
	}
	if complaint.MatchString(text) {
		sc = scores{Pleasantry: 3} // whatever else it says, it is about the service
	}
	if v.first && !v.Desk && result != Worked && !stillSo.MatchString(text) && beganAfter.MatchString(text) {
		sc[Request] = max(sc[Request], requestWeight(v)) + 1
		sc[Attempt], sc[Outcome] = 0, 0
	}
	return settle(sc, result, s)
}

// politeOrder matches an order with a please; the group is its verb.
var politeOrder = regexp.MustCompile(`(?i)^(?:\w+[,:] |(?:then|now|so|and|first|next),? )?` +
	`please (?:also |now |first |then |try to )?([a-z-]+)`)

// politeOnly holds the verbs of requests that advise nothing: "please send", "please note".
var politeOnly = lexicon.Words("thread/polite-only")

// ordersPolitely reports whether a sentence of the desk tells somebody to do something.
func ordersPolitely(text string) bool {
	m := politeOrder.FindStringSubmatch(text)
	return m != nil && !politeOnly[strings.ToLower(m[1])]
}

// stillSo matches what says that an attempt changed nothing.
var stillSo = regexp.MustCompile(`(?i)\b(?:still|again|immer noch|noch immer|toujours|todavía|ainda)\b`)

// adviceWeight returns the score of an instruction: most come from the desk, and as list items.
func adviceWeight(s Span, v Voice) float64 {
	w := 0.7
	if v.Desk {
		w = 1.7
	}
	if s.Form == Step {
		w += 0.6
	}
	return w
}

// requestWeight returns the score of a complaint or a wish: the requester's first sentences
// say what is wrong.
func requestWeight(v Voice) float64 {
	switch {
	case v.Desk:
		return 0.4
	case v.first && v.Nth < 4:
		return 1.6
	case v.first:
		return 1.2
	}
	return 0.8
}

// pleasantWeight returns the score of a polite word among n words: a long sentence has
// another purpose.
func pleasantWeight(n int) float64 {
	switch {
	case n <= 6:
		return 3
	case n <= 12:
		return 1.7
	case n <= 18:
		return 0.9
	}
	return 0.3
}

// settle picks the role with the highest score. A sentence that reports an attempt and its
// outcome is an attempt.
func settle(sc scores, result Result, s Span) Reading {
	if sc[Attempt] > 0 && sc[Outcome] > 0 {
		sc[Attempt] += 0.6
	}
	best := Statement
	for r := range sc {
		if sc[r] > sc[best] {
			best = role(r)
		}
	}
	if best == Pleasantry && result != "" && sc[Outcome] > 0 {
		sc[Pleasantry] = 0 // the thanks are for the outcome
		return settle(sc, result, s)
	}
	if best == Pleasantry && s.Content > 8 && (sc[Outcome] > 0 || sc[Attempt] > 0 || sc[Advice] > 1) {
		sc[Pleasantry] = 0
		return settle(sc, result, s)
	}
	return Reading{Role: best, Result: result, Scores: sc}
}

// supposed matches what makes "it works" a wish, a condition or a matter of the past.
var supposed = lexicon.Pattern("thread/supposed")

var (
	butThen = regexp.MustCompile(`(?i)^[^.!?]{0,20}\b(?:but|except|however)\b`)
	ifStart = regexp.MustCompile(`(?i)^(?:and |but |so )?(?:if|unless|in case)\b`)
)

// regret matches the opening of a sentence that brings bad news.
var regret = lexicon.Pattern("thread/regret")

var nextStep = regexp.MustCompile(`(?i)^(?:the )?(?:next steps?|to ?do|plan)\b`)

// formerly matches reports that something used to work.
var formerly = lexicon.Pattern("thread/formerly")

// ReportsAction reports whether a sentence begins with the past form of a known verb, with
// or without its subject: "Removed the profile", "I finally found the switch and turned it off".
func ReportsAction(text string) bool {
	bare := actor.ReplaceAllString(text, "")
	head := FirstWord(bare)
	base, past := pastForms[head]
	switch {
	case past && base == head: // "Set it to 587" may be an instruction, "Set it and restarted" is none
		return bare != text || joinsAction(bare, false)
	case past:
		return true
	}
	return head == "found" && joinsAction(bare, true)
}

// joinsAction reports whether a clause continues with an action: "… and turned it off". Past
// forms that are also base forms count if ambiguous is set.
func joinsAction(clause string, ambiguous bool) bool {
	for _, m := range coordinate.FindAllStringSubmatchIndex(clause, -1) {
		past := strings.ToLower(clause[m[4]:m[5]])
		base := pastForms[past]
		if BaseForms[base] && (ambiguous || base != past) && !notAnAction.MatchString(clause[m[4]:]) {
			return true
		}
	}
	return false
}

// ResultOf returns what a sentence says about success, "" when nothing. Failure takes
// precedence: "nothing works now" contains "works now".
func ResultOf(text string) Result {
	if Wishful.Matches(text) {
		return ""
	}
	fail, work := failure.FindStringIndex(text), success.FindStringIndex(text)
	if work != nil && (supposed.MatchString(text[:work[1]]) || formerly.MatchString(text)) {
		work = nil
	}
	if work != nil && work[0] > 0 && regret.MatchString(text) {
		work = nil
	}
	if work != nil && butThen.MatchString(text[work[1]:]) {
		work = nil // "is working now but every message comes twice"
	}
	if fail != nil && ifStart.MatchString(text) {
		fail = nil
	}
	switch {
	case fail != nil && work != nil && work[0] >= fail[1]:
		return Worked // "did not help at first, but restarting fixed it": the end counts
	case fail != nil:
		return Failed
	case work != nil:
		return Worked
	}
	return ""
}

// Mixed reports whether a sentence tells of success and of failure, the failure last: "it works
// here, but not on the phone".
func Mixed(text string) bool {
	fail, work := failure.FindStringIndex(text), success.FindStringIndex(text)
	if work == nil || Wishful.Matches(text) {
		return false
	}
	return fail != nil && work[0] < fail[0] || butThen.MatchString(text[work[1]:])
}

// Result is how an attempt ended, according to the thread.
type Result string

// The results of an attempt.
const (
	Failed  Result = "failed"
	Worked  Result = "worked"
	Unknown Result = "unknown"
)
