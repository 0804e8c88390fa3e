package draft

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// asksRequester matches what the desk asks of the requester, which no article does.
	asksRequester = lexicon.Pattern("draft/asks-back")
	// announcement matches sentences that only say that something follows, or for whom.
	announcement = lexicon.Pattern("draft/announces")
	// temporaryFix matches what its own author does not consider a fix.
	temporaryFix = lexicon.Pattern("draft/makeshift")
	// attachmentNote matches references to attachments, which an article does not have.
	attachmentNote = lexicon.Pattern("draft/attached-to")
)

// mentionsSelf reports whether the authors of a text mention themselves. Possessives do
// not count: they are removed in writing.
func mentionsSelf(text string) bool { return selfReference.MatchString(text) }

var selfReference = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|me|we|we'(?:re|ve|ll))(?:$|[^\w'])`)

// vagueReport matches reports of success that name nothing.
var vagueReport = lexicon.Pattern("draft/vague-report")

// closingWithName matches a closing with a name within running text.
var closingWithName = lexicon.Pattern("draft/signed-off")

// withoutNarration drops first-person narration, what failed and reports of success,
// unless nothing of substance would be left.
func withoutNarration(parts []part) []part {
	var out []part
	substance := false
	for _, p := range parts {
		if !p.isInstruction && (closingWithName.MatchString(p.Text) || strings.HasSuffix(p.Text, "!") && p.Content <= 3) {
			continue // an exclamation or a name
		}
		if p.failed || !p.isInstruction && (mentionsSelf(p.remark()) || vagueReport.MatchString(p.Text) && p.result == thread.Worked && p.Content <= 8) {
			continue
		}
		substance = substance || p.isInstruction || p.Content >= 4
		out = append(out, p)
	}
	if !substance {
		return parts
	}
	return out
}

// condition matches a line that only says when the next one applies.
var condition = lexicon.Pattern("draft/condition")

// longestCondition bounds such a line, in words.
const longestCondition = 14

// joinConditions joins each condition on a line of its own with the instruction it
// belongs to.
func joinConditions(parts []part) []part {
	var out []part
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		if i+1 < len(parts) && parts[i+1].isInstruction && condition.MatchString(strings.TrimRight(p.Text, ".,; ")) && len(strings.Fields(p.Text)) <= longestCondition {
			parts[i+1].Phrase = thread.Parse(thread.UpperFirst(strings.TrimRight(thread.Joining.ReplaceAllString(p.Text, ""), ".,; ")) + ", " + thread.LowerFirst(thread.Instruction(parts[i+1].Text)))
			continue
		}
		out = append(out, p)
	}
	return out
}
