package thread

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

var (
	replyPrefix   = regexp.MustCompile(`(?i)^\s*(?:(?:re|fw|fwd|aw|wg|tr|rv|sv|antw)\s*(?:\[\d+\])?\s*:\s*)+`)
	ticketTag     = lexicon.Pattern("thread/ticket-tag")
	urgencyPrefix = lexicon.Pattern("thread/urgency-prefix")
	urgencySuffix = lexicon.Pattern("thread/urgency-suffix")
	manyMarks     = regexp.MustCompile(`([?!.])[?!.]+`)
)

// EmptySubjects are the words that do not describe a problem in a subject.
var EmptySubjects = lexicon.Words("thread/empty-subjects")

// CleanSubject returns a subject without mail prefixes, ticket numbers and markers such as
// "URGENT".
func CleanSubject(subject string) string {
	s := Tidy(plainLetters(subject))
	s = replyPrefix.ReplaceAllString(s, "")
	s = ticketTag.ReplaceAllString(s, "")
	s = urgencyPrefix.ReplaceAllString(s, "")
	s = manyMarks.ReplaceAllString(s, "$1")
	if cut := urgencySuffix.ReplaceAllString(s, ""); CountContent(cut) >= 2 {
		s = cut
	}
	s = balanced(placeholder.ReplaceAllString(s, " "))
	return strings.TrimSpace(strings.Trim(Tidy(s), " -–:;,.!"))
}

// plainLetters replaces mathematical letters, which people use as bold or italic text, by
// plain ones.
func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x1d400 && r <= 0x1d7ff {
			if plain := []rune(norm.NFKC.String(string(r))); len(plain) == 1 {
				return plain[0]
			}
		}
		return r
	}, s)
}

// placeholder matches a placeholder of removed data together with the words that mean
// nothing without it: "version [number]-bit)".
var placeholder = lexicon.Pattern("thread/placeholder")

// balanced returns s without unpaired brackets.
func balanced(s string) string {
	var out []rune
	var open []int
	for _, r := range s {
		switch r {
		case '(', '[':
			open = append(open, len(out))
		case ')', ']':
			if len(open) == 0 {
				continue
			}
			open = open[:len(open)-1]
		}
		out = append(out, r)
	}
	for i := len(open) - 1; i >= 0; i-- {
		out = append(out[:open[i]], out[open[i]+1:]...)
	}
	return string(out)
}

// IsVague reports whether a subject is too unspecific to name a symptom.
func IsVague(subject string) bool {
	if complaint.MatchString(subject) {
		return true
	}
	n := 0
	for _, w := range Words(subject) {
		if !w.Stop && !EmptySubjects[w.Text] {
			n++
		}
	}
	return n < 2
}
