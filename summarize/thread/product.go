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
	for _, re := range []*regexp.Regexp{namedVersion, product} {
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

// product matches systems and devices with their version, programs with a version that
// cannot be a count, and systems that are often named without one.
var product = lexicon.Pattern("thread/product")

// namedVersion matches any capitalised name with a version that cannot be a count.
var namedVersion = regexp.MustCompile(`\b\p{Lu}[\p{L}\d-]+(?: \p{Lu}[\p{L}\d-]+){0,2} (?:version |v)?\d+\.\d+[\w.-]*`)
