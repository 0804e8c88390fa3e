package thread

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// role is what a sentence does in a support thread.
type role int

const (
	Statement   role = iota
	Request          // what is wrong or wanted
	Attempt          // something that was done about it
	Advice           // something the desk tells the requester to do
	Outcome          // how an attempt ended
	Environment      // versions, devices, error signatures
	Question
	Decision   // what will happen or was decided
	Pleasantry // thanks, greetings, apologies
)

// Reading is what the classifier makes of a sentence.
type Reading struct {
	Role   role
	Result Result // what the sentence says about success, "" when nothing
	Scores scores // by role; a sentence often does two things
}

// scores holds a score by role, 0 for absent cues.
type scores [Pleasantry + 1]float64

// Voice is who speaks: the same words mean different things from either side.
type Voice struct {
	Desk  bool
	first bool // the message that opened the ticket
	Nth   int  // index of the sentence within the message
}

// The cues. Each pattern is one family of wording; the scores below weigh families,
// so that no single phrase decides.
var (
	deedWords     = lexicon.Pattern("thread/did-pattern")
	failureWords  = lexicon.Pattern("thread/fail-pattern")
	successWords  = regexp.MustCompile(`(?i)(?:^(?:solved|fixed|resolved|sorted|success)(?: it)?[!.]*$|\b(?:(?:that|this|it|which|problem|issue|everything|all|now|and|error|same)\b[^.!?]{0,40}\b(?:worked|works|fixed|solved|resolved|did the trick|helped|gone|back to normal|went away|did it|disappeared|succeeded)|(?:is|are|now|back|all) (?:working|fixed|solved|resolved|gone|fine|good)\b|works? (?:now|again|fine|perfectly|well|great|like a charm)|worked(?: (?:like a charm|perfectly|fine|great|now|for me|afterwards))?[.!;]?$|fixed it|solved it|i(?:'ve| have)?(?: now| finally| just| actually)* (?:solved|fixed|resolved|sorted|figured)\b(?: it| this| that)?(?: out)?(?:[.!,]|$)|i(?:'ve| have)? (?:now|finally|successfully) (?:downloaded|installed|got|managed|found (?:out )?how|fixed|solved|recovered|restored)|(?:i|we) (?:have )?managed to|solved (?:my|the) (?:problem|issue)|resolved (?:my|the) (?:problem|issue)|fixed (?:my|the|this) (?:problem|issue)|did the trick|no longer (?:happens|occurs|appears|see|get|crash\w*|ask\w*)|(?:reconnect|login|sign-?in|sync|test|print\w*) (?:worked|succeeded|successful|ok)|confirmed (?:working|fixed|ok)|problem (?:solved|fixed|gone)|funktioniert (?:jetzt|wieder|nun)|geht (?:jetzt|wieder)|gelöst|fonctionne (?:maintenant|à nouveau)|résolu|ya funciona|solucionado|funciona (?:ahora|de nuevo)))`)
	adviceWords   = lexicon.Pattern("thread/advice-pattern")
	decided       = lexicon.Pattern("thread/decided")
	versioned     = lexicon.Pattern("thread/versioned")
	device        = regexp.MustCompile(`(?i)\b(?:(?:dell|lenovo|thinkpad|hp|elitebook|latitude|surface|macbook|imac|ipad|iphone|samsung|pixel|galaxy|asus|acer|canon|epson|brother|xerox|kyocera|laserjet|cisco|logitech|docking station|dock|yubikey)\b[\w -]{0,20}|(?:operating system|my (?:laptop|pc|computer|phone|desktop|machine|mac|tablet|printer)|user ?agent|hostname|model|os|environment|browser)\s*(?::|is|runs|=))`)
	ErrorCode     = lexicon.Pattern("thread/error-code")
	pleasantWords = lexicon.Pattern("thread/pleasant-words")
	asking        = lexicon.Pattern("thread/asking")
	ImpactWords   = lexicon.Pattern("thread/impact-words")
)

// proposing finds remedies that are not put as orders.
var proposing = lexicon.Pattern("thread/proposing")

// RemedyHeading finds headings under which an article tells what to do.
var RemedyHeading = lexicon.Pattern("thread/remedy-heading")

// Classify reads one sentence.
func Classify(s Span, v Voice) Reading {
	var sc scores
	text := s.Text
	n := len(strings.Fields(text))
	result := ResultOf(text)
	isQuestion := strings.HasSuffix(strings.TrimRight(text, ")\"'” !"), "?") || strings.HasSuffix(text, "？")

	if isQuestion || (asking.MatchString(text) && n > 3 && strings.Contains(text, "?")) {
		sc[Question] = 2.2
	}
	if versioned.MatchString(text) {
		sc[Environment] += 1.2
	}
	if device.MatchString(text) {
		sc[Environment] += 0.7
		if n <= 8 && strings.ContainsAny(text, "0123456789") {
			sc[Environment] += 0.6 // a short line with a model's number says little else
		}
	}
	if ErrorCode.MatchString(text) || s.Form == Code {
		sc[Environment] += 1.1
	}
	if n <= 12 && sc[Environment] > 1 {
		sc[Environment] += 0.8 // a short line with a version says little else
	}
	if deedWords.MatchString(text) || ReportsDeed(text) {
		sc[Attempt] += 1.8
	}
	if result != "" {
		sc[Outcome] += 1.4
	}
	if (adviceWords.MatchString(text) || v.Desk && (MenuPath.Matches(text) || proposing.MatchString(text))) && !isQuestion {
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
	if pleasantWords.MatchString(text) {
		sc[Pleasantry] += pleasantWeight(n)
	}
	return settle(sc, result, s)
}

// adviceWeight: instructions come from the desk, and as list items.
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

// requestWeight: what is wrong is told first, by the requester.
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

// pleasantWeight: a thank-you in a long sentence is not what the sentence is for.
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

// settle picks the role. An attempt with its outcome in one sentence is an attempt.
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
	if best == Pleasantry && s.Content > 8 && (sc[Outcome] > 0 || sc[Attempt] > 0 || sc[Advice] > 1) {
		sc[Pleasantry] = 0
		return settle(sc, result, s)
	}
	return Reading{Role: best, Result: result, Scores: sc}
}

// supposed finds what makes "it works" a wish, a condition or the past.
var supposed = lexicon.Pattern("thread/supposed")

var (
	butThen = regexp.MustCompile(`(?i)^[^.!?]{0,20}\b(?:but|except|however)\b`)
	ifStart = regexp.MustCompile(`(?i)^(?:and |but |so )?(?:if|unless|in case)\b`)
)

// regret finds the beginning of a sentence that tells nothing good.
var regret = lexicon.Pattern("thread/regret")

var nextStep = regexp.MustCompile(`(?i)^(?:the )?(?:next steps?|to ?do|plan)\b`)

// formerly finds what worked in the past only.
var formerly = regexp.MustCompile(`(?i)\b(?:worked (?:fine |well |perfectly |ok )?(?:until|before|yesterday|last|for (?:years|months))|(?:it|all|everything) (?:all )?(?:always )?worked (?:fine|well|perfectly))\b`)

// ReportsDeed finds a sentence that begins with a past form, its actor left out or
// named: "Removed the profile", "I finally found the switch and turned it off".
func ReportsDeed(text string) bool {
	bare := deedActor.ReplaceAllString(text, "")
	head := FirstWord(bare)
	if _, past := pastForms[head]; past && head != "set" && head != "put" && head != "reset" {
		return true
	}
	if head == "set" || head == "put" || head == "reset" {
		return bare != text // the base form is the same: only with an actor it is a deed
	}
	return head == "found" && coordinatedDeed.MatchString(bare)
}

var coordinatedDeed = lexicon.Pattern("thread/coordinated-deed")

// ResultOf says what a sentence tells about success. Failure is looked for first:
// "works now" occurs in "nothing works now", not the other way round.
func ResultOf(text string) Result {
	if Wishful.Matches(text) {
		return ""
	}
	fail, work := failureWords.FindStringIndex(text), successWords.FindStringIndex(text)
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

// Result says how an attempt ended, as the thread tells.
type Result string

// The results of an attempt.
const (
	Failed  Result = "failed"
	Worked  Result = "worked"
	Unknown Result = "unknown"
)
