package thread

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

var (
	greetingLine = lexicon.Pattern("thread/greeting-line")
	ClosingLine  = lexicon.Pattern("thread/closing-line")
	closingName  = regexp.MustCompile(`^(?i:thanks|thank you|thx|cheers|regards|best regards|kind regards|best|danke|gruß|grüße|merci|gracias)[,!.\s–-]+\p{Lu}[\p{L}.'’-]{0,20}(?: \p{Lu}[\p{L}.'’-]{0,20}){0,2}[.!]?$`)
	bareName     = regexp.MustCompile(`^(?:[-–/] ?)?\p{Lu}\p{Ll}{1,20}(?: \p{Lu}\p{Ll}{1,20})?$`)
	namePlace    = regexp.MustCompile(`^\p{Lu}\p{Ll}{1,20}(?: \p{Lu}\.?\p{Ll}{0,20}){0,3}, \p{Lu}[\p{L}. ]{1,24}(?:, \p{Lu}[\p{L}. ]{1,24})?[.]?$`)
	mobileLine   = lexicon.Pattern("thread/mobile-line")
	disclaimer   = lexicon.Pattern("thread/disclaimer")
	vocative     = regexp.MustCompile(`^(?i:hi|hello|hey|dear|hallo|bonjour|hola|good (?:morning|afternoon|evening))(?: (?i:there|all|team|everyone))?(?: \p{Lu}[\p{L}'’-]{1,20}){0,2}\s*[,!–-]\s+`)
)

// IsGreeting reports whether the whole text only greets.
func IsGreeting(text string) bool {
	return utf8.RuneCountInString(text) <= 80 && greetingLine.MatchString(text)
}

// WithoutGreeting takes a leading "Hi Anna," off a sentence that goes on.
func WithoutGreeting(text string) string {
	rest := vocative.ReplaceAllString(text, "")
	if rest == "" || rest == text {
		return text
	}
	return UpperFirst(rest)
}

// maxSignature is how many short lines after a closing are taken for its signature.
const maxSignature = 8

// markSignature marks the closing of a message and what follows it. A closing in the
// middle with full sentences after it is only a polite word: it alone is marked.
func markSignature(spans []Span) {
	if n := len(spans); n > 1 && spans[n-1].Form == Prose && (bareName.MatchString(spans[n-1].Text) || namePlace.MatchString(spans[n-1].Text)) && spans[n-1].Para >= spans[n-2].Para {
		spans[n-1].Form = signature
	}
	for i := range spans {
		s := &spans[i]
		if s.Form != Prose && s.Form != Greeting {
			continue
		}
		switch {
		case s.Text == "--" || mobileLine.MatchString(s.Text) || disclaimer.MatchString(s.Text):
			markRest(spans[i:])
			return
		case ClosingLine.MatchString(s.Text) || closingName.MatchString(s.Text):
			s.Form = signature
			if shortTail(spans[i+1:]) {
				markRest(spans[i:])
				return
			}
		}
	}
}

func markRest(spans []Span) {
	for i := range spans {
		if spans[i].Form != quoted {
			spans[i].Form = signature
		}
	}
}

// shortTail reports whether what is left looks like a name and contact block.
func shortTail(spans []Span) bool {
	n := 0
	for _, s := range spans {
		if s.Form == quoted {
			continue
		}
		n++
		wordsHere := len(strings.Fields(s.Text))
		last, _ := utf8.DecodeLastRuneInString(s.Text)
		says := strings.ContainsRune(".?!", last) && wordsHere > 1 && !ClosingLine.MatchString(s.Text)
		if n > maxSignature || wordsHere > 8 || says || ResultOf(s.Text) != "" || s.Form == Step || s.Form == Code {
			return false
		}
	}
	return true
}

// Authored gives the spans that are the writer's own statements.
func Authored(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if s.Form == Prose || s.Form == Step || s.Form == Code {
			out = append(out, s)
		}
	}
	return out
}
