package thread

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// pastForms maps past forms to base forms. A step is written as an instruction: the past
// tense of a note ("Removed …") becomes the imperative ("Remove …"), which changes no
// content word.
var pastForms = lexicon.PastForms()

// BaseForms holds the base forms of the known verbs.
var BaseForms = lexicon.BaseForms()

var (
	actor           = lexicon.Pattern("thread/actor")
	instructionLead = lexicon.Pattern("thread/instruction-lead")
	sequence        = regexp.MustCompile(`(?i)\s*;\s+|,?\s+(?:and )?then,?\s+|\s*(?:->|=>|→)\s+(?:\p{Lu})`)
	coordinate      = regexp.MustCompile(`(?i)(,? and(?: then)? |, )([a-z-]+)\b`)
)

// Possessive matches the writer's possessive pronouns; what it captures comes after "the".
var Possessive = regexp.MustCompile(`(?i)\b(?:my|our)\b( own)?`)

// Clauses splits a sentence that names several actions in a row.
func Clauses(sentence string) []string {
	if strings.Contains(sentence, "://") {
		return []string{sentence}
	}
	if listed := splitAtDashes(sentence); listed != nil {
		return listed
	}
	if actions := series(sentence); len(actions) > 2 {
		return actions
	}
	var out []string
	last := 0
	for _, m := range sequence.FindAllStringIndex(sentence, -1) {
		cut := sentence[m[0]:m[1]]
		if strings.ContainsAny(cut, ">→") {
			continue // a menu path, not a sequence of sentences
		}
		head, rest := strings.TrimSpace(sentence[last:m[0]]), strings.TrimSpace(sentence[m[1]:])
		if !IsAction(head) || !IsAction(rest) && ResultOf(rest) == "" {
			continue
		}
		out = append(out, head)
		last = m[1]
	}
	return append(out, strings.TrimSpace(sentence[last:]))
}

// series splits "did A, did B and did C" into its actions, each beginning with a known
// verb. The caller leaves two together, as people read them.
func series(sentence string) []string {
	if !IsAction(sentence) {
		return nil
	}
	var out []string
	last := 0
	for _, m := range coordinate.FindAllStringSubmatchIndex(sentence, -1) {
		verb := strings.ToLower(sentence[m[4]:m[5]])
		if _, past := pastForms[verb]; !past && !BaseForms[verb] {
			continue
		}
		if head := strings.TrimSpace(sentence[last:m[0]]); !unfinished.MatchString(head) {
			out = append(out, head)
			last = m[4]
		}
	}
	return append(out, strings.TrimSpace(sentence[last:]))
}

func knownVerb(w string) bool {
	_, past := pastForms[w]
	return past || BaseForms[w]
}

// IsAction reports whether a clause begins with something done or something to do.
func IsAction(clause string) bool {
	first := FirstWord(Instruction(clause))
	return BaseForms[first] || OpensInstruction.Matches(Instruction(clause))
}

// seeing matches what the reader will notice, which cannot be an instruction.
var seeing = lexicon.Pattern("thread/seeing")

// notAnAction matches past forms of known verbs that report no action.
var notAnAction = lexicon.Pattern("thread/not-an-action")

// foundAnd matches a report of where something was found and what was done with it.
var foundAnd = regexp.MustCompile(
	`(?i)^(?:(?:i|we)(?:'ve| have)? )?(?:just |finally )?found ((?:the|a|an) [^.;!]{3,100}?) and (\p{L}+ed)\b`)

// label matches a label in the running text: "Solution: …".
var label = lexicon.Pattern("thread/label")

// WithoutLabel returns text without a label in front of it.
func WithoutLabel(text string) string {
	m := label.FindStringSubmatchIndex(text)
	if m == nil || CountContent(text[m[2]:]) < 2 {
		return text
	}
	return UpperFirst(text[m[2]:])
}

// FirstWord returns the first word of s in lower case, "" when there is none.
func FirstWord(s string) string {
	for _, w := range word.Split(strings.ToLower(s), "-") {
		return w
	}
	return ""
}

// Instruction returns a clause as an instruction: it drops who did it and turns past forms
// of known verbs into imperatives. A clause that does not begin with a known verb is
// returned as it is.
func Instruction(clause string) string {
	s := strings.TrimSpace(clause)
	if m := foundAnd.FindStringSubmatch(s); m != nil && pastForms[strings.ToLower(m[2])] != "" {
		s = "find " + m[1] + " and " + pastForms[strings.ToLower(m[2])] + s[len(m[0]):]
	}
	if instruction, ok := creditedRemedy(s); ok {
		return Possessive.ReplaceAllString(instruction, "the$1")
	}
	bare := withoutActor(instructionLead.ReplaceAllString(s, ""))
	head := FirstWord(bare)
	if cut := withoutActor(Connective.ReplaceAllString(bare, "")); !knownVerb(head) && knownVerb(FirstWord(cut)) {
		bare, head = cut, FirstWord(cut)
	}
	base, past := pastForms[head]
	if notAnAction.MatchString(bare) || seeing.MatchString(s) {
		return s
	}
	switch {
	case past:
		bare = base + bare[len(head):]
	case !BaseForms[head]:
		return s
	}
	if past {
		bare = coordinate.ReplaceAllStringFunc(bare, func(m string) string {
			g := coordinate.FindStringSubmatch(m)
			if b, ok := pastForms[strings.ToLower(g[2])]; ok {
				return g[1] + b
			}
			return m
		})
	}
	bare = Possessive.ReplaceAllString(bare, "the$1")
	return UpperFirst(bare)
}

// withoutActor returns a clause without its subject and what leads up to an instruction.
func withoutActor(clause string) string {
	return instructionLead.ReplaceAllString(actor.ReplaceAllString(clause, ""), "")
}

// creditedRemedy returns the instruction in a sentence that credits an action with the
// success, and whether there is one.
func creditedRemedy(sentence string) (string, bool) {
	for _, re := range credits {
		m := re.FindStringSubmatch(sentence)
		if m == nil {
			continue
		}
		if base, known := gerunds[strings.ToLower(m[1])]; known && strings.TrimSpace(m[2]) != "" {
			return UpperFirst(base + " " + m[2]), true
		}
	}
	if m := afterDoing.FindStringSubmatch(sentence); m != nil && ResultOf(sentence) != Failed {
		if base, known := pastForms[strings.ToLower(m[1])]; known {
			return UpperFirst(base + " " + m[2]), true
		}
	}
	return "", false
}

// splitAtDashes splits a line that lists at least two instructions with dashes between
// them, and returns nil for any other. What is not an instruction stays with the one before it.
func splitAtDashes(sentence string) []string {
	pieces := strings.Split(strings.TrimLeft(sentence, "- "), " - ")
	if len(pieces) < 2 {
		return nil
	}
	var out []string
	instructions := 0
	for _, p := range pieces {
		p = strings.TrimSpace(p)
		if IsAction(p) {
			instructions++
		} else if len(out) > 0 {
			out[len(out)-1] += " - " + p
			continue
		}
		out = append(out, p)
	}
	if instructions < 2 {
		return nil
	}
	return out
}

// Connective matches words that only connect an instruction with the one before it.
var Connective = lexicon.Pattern("thread/connective")

// unfinished matches a piece that ends in a condition: what follows depends on it.
var unfinished = lexicon.Pattern("thread/unfinished")

// afterDoing matches what happened after an action: "when I deleted it, all worked".
var afterDoing = lexicon.Pattern("thread/after-doing")

// gerunds maps the -ing forms of the known verbs to their base forms: "removing the entry
// fixed it" is an instruction to remove it.
var gerunds = lexicon.Gerunds()

// credits match sentences that credit an action with the success. They capture its -ing
// form and its object.
var credits = []*regexp.Regexp{
	lexicon.Pattern("thread/remedied-by"), // "I solved it by removing the entry"
	lexicon.Pattern("thread/remedy-is"),   // "The fix was removing the entry"
	regexp.MustCompile(
		`(?i)^(?:(?:probably|maybe|perhaps|possibly|just|simply|try|yes,?) )*by ([\p{L}-]+ing)\b\s*([^,]*)$`),
	lexicon.Pattern("thread/remedying"), // "Removing the entry did the trick"
}
