package redact

import (
	"embed"
	"strings"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed lexicon/*.txt
var lexicon embed.FS

// entries returns the entries of a word list.
func entries(list string) []string { return wordlist.Read(lexicon, "lexicon/"+list+".txt") }

// wordSet returns the entries of a list as a set.
func wordSet(list string) map[string]bool { return wordlist.Set(entries(list)) }

// anyOf returns a pattern that matches the words of a list, in its order of preference.
func anyOf(list string) string { return wordlist.AnyOf(entries(list)) }

// oneOf returns a pattern of alternatives.
func oneOf(patterns ...string) string { return wordlist.OneOf(patterns...) }

// endsInAny reports whether s ends in one of the suffixes.
func endsInAny(s string, suffixes []string) bool {
	for _, e := range suffixes {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}
