package thread

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// Products lists what a text names, word for word.
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

// product finds what an environment names: systems and devices with their version,
// programs with a version that cannot be a count, and systems that go without one.
var product = lexicon.Pattern("thread/product")

// namedVersion finds any capitalised name with a version that cannot be a count.
var namedVersion = regexp.MustCompile(`\b\p{Lu}[\p{L}\d-]+(?: \p{Lu}[\p{L}\d-]+){0,2} (?:version |v)?\d+\.\d+[\w.-]*`)

func Negated(text string) bool {
	for _, w := range Words(text) {
		if Negations[w.Text] && w.Text != "no" && w.Text != "without" {
			return true
		}
	}
	return false
}

// OutcomeReach is how many messages after an effort its outcome is looked for.
const OutcomeReach = 3
