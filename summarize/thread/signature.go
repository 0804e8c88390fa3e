package thread

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

var (
	greetingLine = lexicon.Pattern("thread/greeting-line")
	closingName  = lexicon.Pattern("thread/closing-name")
	bareName     = regexp.MustCompile(`^(?:[-–/] ?)?\p{Lu}\p{Ll}{1,20}(?: \p{Lu}\p{Ll}{1,20})?$`)
	namePlace    = regexp.MustCompile(
		`^\p{Lu}\p{Ll}{1,20}(?: \p{Lu}\.?\p{Ll}{0,20}){0,3}(?:, \p{Lu}[\p{L}. ]{1,24}){1,2}[.]?$`)
	salutation = lexicon.Pattern("thread/salutation")
)

// ClosingLine matches a line that closes a message: "Kind regards".
var ClosingLine = lexicon.Pattern("thread/closing-line")

// IsGreeting reports whether the text is a greeting and nothing else.
func IsGreeting(text string) bool {
	return utf8.RuneCountInString(text) <= 80 && greetingLine.MatchString(text)
}

// WithoutGreeting returns a sentence without a leading "Hi Anna,".
func WithoutGreeting(text string) string {
	rest := salutation.ReplaceAllString(text, "")
	if rest == "" || rest == text {
		return text
	}
	return UpperFirst(rest)
}

// maxSignature is the maximum number of lines of a signature below its closing.
const maxSignature = 8

// markSignature marks the closing of a message and what follows it. Of a polite closing
// that full sentences follow, only the closing itself is marked.
func markSignature(spans []Span) {
	if n := len(spans); n > 1 {
		last := &spans[n-1]
		isName := bareName.MatchString(last.Text) || namePlace.MatchString(last.Text)
		if last.Form == Prose && isName && last.Para >= spans[n-2].Para {
			last.Form = signature
		}
	}
	for i := range spans {
		s := &spans[i]
		if s.Form != Prose && s.Form != Greeting {
			continue
		}
		if ClosingLine.MatchString(s.Text) || closingName.MatchString(s.Text) {
			s.Form = signature
			if shortTail(spans[i+1:]) {
				for k := range spans[i:] {
					spans[i+k].Form = signature
				}
				return
			}
		}
	}
}

// shortTail reports whether the rest of a message looks like a name and contact details.
func shortTail(spans []Span) bool {
	for n, s := range spans {
		words := len(strings.Fields(s.Text))
		last, _ := utf8.DecodeLastRuneInString(s.Text)
		states := strings.ContainsRune(".?!", last) && words > 1 && !ClosingLine.MatchString(s.Text)
		if n >= maxSignature || words > 8 || states || ResultOf(s.Text) != "" || s.Form == Step || s.Form == Code {
			return false
		}
	}
	return true
}

// Authored returns the spans that are the writer's own statements.
func Authored(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if s.Form == Prose || s.Form == Step || s.Form == Code {
			out = append(out, s)
		}
	}
	return out
}
