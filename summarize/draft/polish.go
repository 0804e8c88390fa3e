package draft

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// asksBack finds what the desk asks the requester for; no article does.
	asksBack = lexicon.Pattern("draft/asks-back")
	// announces finds sentences that only say that something follows, or for whom.
	announces = lexicon.Pattern("draft/announces")
	// makeshift finds what the people themselves do not take for a fix.
	makeshift = lexicon.Pattern("draft/makeshift")
	// attachedTo finds references to pictures that an article does not have.
	attachedTo = lexicon.Pattern("draft/attached-to")
)

// speaksOfSelf reports whether somebody speaks of themselves in the text; what belongs to
// them is written as belonging to nobody and does not count.
func speaksOfSelf(text string) bool { return ownVoice.MatchString(text) }

var ownVoice = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|me|we|we'(?:re|ve|ll))(?:$|[^\w'])`)

// vagueReport finds reports of success that name nothing.
var vagueReport = lexicon.Pattern("draft/vague-report")

// signedOff finds a closing with a name that stands in the running text.
var signedOff = lexicon.Pattern("draft/signed-off")

// impersonal drops what somebody tells of themselves, what failed, and reports of
// success, where what is left still tells something: an instruction, or all that is not such talk.
func impersonal(parts []part) []part {
	var out []part
	told := false
	for _, p := range parts {
		if !p.todo && (signedOff.MatchString(p.Text) || strings.HasSuffix(p.Text, "!") && p.Content <= 3) {
			continue // a cry or a name
		}
		if p.failed || !p.todo && (speaksOfSelf(p.remark()) || vagueReport.MatchString(p.Text) && p.result == thread.Worked && p.Content <= 8) {
			continue
		}
		told = told || p.todo || p.Content >= 4
		out = append(out, p)
	}
	if !told {
		return parts
	}
	return out
}

// condition finds a line that only says when the next one holds.
var condition = lexicon.Pattern("draft/condition")

// longestCondition bounds such a line, in words.
const longestCondition = 14

// joinConditions puts a condition that stands alone before the instruction it belongs
// to: some lists have them on lines of their own.
func joinConditions(parts []part) []part {
	var out []part
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		if i+1 < len(parts) && parts[i+1].todo && condition.MatchString(strings.TrimRight(p.Text, ".,; ")) && len(strings.Fields(p.Text)) <= longestCondition {
			parts[i+1].Phrase = thread.Parse(thread.UpperFirst(strings.TrimRight(thread.Connective.ReplaceAllString(p.Text, ""), ".,; ")) + ", " + thread.LowerFirst(thread.Instruction(parts[i+1].Text)))
			continue
		}
		out = append(out, p)
	}
	return out
}
