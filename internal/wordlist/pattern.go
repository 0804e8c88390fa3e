package wordlist

import (
	"regexp"
	"strings"
)

// AnyOf returns a pattern that matches any of the words, earlier ones first.
func AnyOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return OneOf(quoted...)
}

// OneOf returns a pattern of alternatives.
func OneOf(patterns ...string) string { return "(?:" + strings.Join(patterns, "|") + ")" }
