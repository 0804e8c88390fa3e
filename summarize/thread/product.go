package thread

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// Products returns the systems, devices and programs that a text names, word for word.
func Products(text string) []string {
	var out []string
	for _, re := range products {
		for _, m := range re.FindAllString(text, 6) {
			if m = strings.TrimRight(Tidy(m), ".,;:-"); !slices.ContainsFunc(out, func(o string) bool {
				return strings.Contains(strings.ToLower(o), strings.ToLower(m))
			}) {
				out = append(out, m)
			}
		}
	}
	return out
}

var products = []*regexp.Regexp{
	// Any capitalised name with a version that cannot be a count.
	regexp.MustCompile(`\b\p{Lu}[\p{L}\d-]+(?: \p{Lu}[\p{L}\d-]+){0,2} (?:version |v)?\d+\.\d+[\w.-]*`),
	lexicon.Pattern("thread/product"),
}
