package thread

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

var Conditional = lexicon.Pattern("thread/conditional")

var ArticleAddress = regexp.MustCompile(`(?i)(?:https?://\S*|(?:^|\s))/(?:kb|articles?|help|support|docs?|knowledge)/[\w./-]+`)

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

// Anecdote finds opinions, sighs and stories.
var Anecdote = lexicon.Pattern("thread/anecdote")

// Plea are sentences of a first message that only talk to the reader.
var Plea = lexicon.Pattern("thread/plea")

// SmallTalk finds statements of a conversation that no article repeats.
var SmallTalk = lexicon.Pattern("thread/small-talk")

func Negated(text string) bool {
	for _, w := range Words(text) {
		if Negations[w.Text] && w.Text != "no" && w.Text != "without" {
			return true
		}
	}
	return false
}

// AddressOnly finds statements that point elsewhere and tell nothing themselves.
var AddressOnly = regexp.MustCompile(`^(?:\S{0,20}:?\s*)?(?:https?://\S+\s*)+$`)

// RefersBack finds sentences that speak of what was just said.
var RefersBack = lexicon.Pattern("thread/refers-back")

// Chore is what the desk asks for without it being a remedy.
var Chore = lexicon.Pattern("thread/chore")

// OutcomeReach is how many messages after an effort its outcome is looked for.
const OutcomeReach = 3

// Thankful finds that the requester takes what was said as the answer.
var Thankful = lexicon.Pattern("thread/thankful")

// Unhappy finds that it was not, whatever the thanks.
var Unhappy = lexicon.Pattern("thread/unhappy")
