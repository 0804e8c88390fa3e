package redact

import (
	"embed"
	"regexp"
	"strings"
)

//go:embed lexicon/*.txt
var lexicon embed.FS

// entries returns the lines of a word list without its comments.
func entries(list string) []string {
	text, err := lexicon.ReadFile("lexicon/" + list + ".txt")
	if err != nil {
		panic(err) // the lists are part of the program
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

// wordSet returns the words of a list as a set.
func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range entries(list) {
		set[w] = true
	}
	return set
}

// anyOf returns a pattern that matches the words of a list, in its order of preference.
func anyOf(list string) string {
	words := entries(list)
	for i, w := range words {
		words[i] = regexp.QuoteMeta(w)
	}
	return oneOf(words...)
}

// oneOf returns a pattern of alternatives.
func oneOf(patterns ...string) string { return "(?:" + strings.Join(patterns, "|") + ")" }

// endsInAny reports whether s ends in one of the suffixes.
func endsInAny(s string, suffixes []string) bool {
	for _, e := range suffixes {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}
