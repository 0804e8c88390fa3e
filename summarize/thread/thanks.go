package thread

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

var (
	farewell = lexicon.Pattern("thread/farewell")
	contrast = lexicon.Pattern("thread/contrast")
	clause   = regexp.MustCompile(`[,;:–—]|\s-\s`)
)

// OnlyThanks reports whether a reply says no more than thanks, a greeting or that it works
// now, so that nobody has to act on it. A reply with anything else in it, also one in a
// language that is not recognised, is not: to act in vain costs less than to miss it.
func OnlyThanks(text string) bool {
	return strings.TrimSpace(text) != "" && !slices.ContainsFunc(Authored(Segment(text)), saysMore)
}

// saysMore reports whether a sentence says more than thanks or success.
func saysMore(s Span) bool {
	r := Classify(s, Voice{})
	switch {
	case r.Result == Failed || r.Scores[Question] > 0 || r.Scores[Request] > 0:
		return true
	case r.Result == Worked:
		return false
	case contrast.MatchString(s.Text):
		return true
	}
	return slices.ContainsFunc(clause.Split(s.Text, -1), func(c string) bool {
		return len(strings.Fields(c)) > 2 && !Thankful.Matches(c) && !farewell.MatchString(c)
	})
}
