package thread

import (
	"slices"
	"strings"
)

// OnlyThanks reports whether a reply says no more than thanks, a greeting or that it works
// now, so that nobody has to act on it. A reply with anything else in it, also one in a
// language that is not recognised, is not.
func OnlyThanks(text string) bool {
	spans := Authored(Segment(text))
	return strings.TrimSpace(text) != "" && !slices.ContainsFunc(spans, func(s Span) bool {
		r := Classify(s, Voice{})
		if r.Result == Failed || r.Scores[Question] > 0 || r.Scores[Request] > 0 {
			return true
		}
		return r.Role != Pleasantry && r.Result != Worked
	})
}
