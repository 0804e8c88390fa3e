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
		if p.failed || !p.isInstruction && (isExclamation(p) || mentionsSelf(p.remark()) || isVagueReport(p)) {
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

// isExclamation reports whether a part is an exclamation or a closing with a name.
func isExclamation(p part) bool {
	return closingWithName.MatchString(p.Text) || strings.HasSuffix(p.Text, "!") && p.Content <= 3
}

// isVagueReport reports whether a part only says that something worked.
func isVagueReport(p part) bool {
	return p.result == thread.Worked && p.Content <= 8 && vagueReport.MatchString(p.Text)
}

// condition matches a line that only says when the next one applies.
var condition = lexicon.Pattern("draft/condition")

// longestCondition bounds such a line, in words.
const longestCondition = 14

// joinConditions joins each condition on a line of its own with the instruction it
// belongs to.
func joinConditions(parts []part) []part {
	var out []part
	for i, p := range parts {
		if i+1 < len(parts) && parts[i+1].isInstruction && isCondition(p.Text) {
			clause := strings.TrimRight(thread.Connective.ReplaceAllString(p.Text, ""), conditionEnd)
			instruction := thread.LowerFirst(thread.Instruction(parts[i+1].Text))
			parts[i+1].Phrase = thread.Parse(thread.UpperFirst(clause) + ", " + instruction)
			continue
		}
		out = append(out, p)
	}
	return out
}

// conditionEnd is the punctuation that may end a condition on a line of its own.
const conditionEnd = ".,; "

func isCondition(text string) bool {
	return condition.MatchString(strings.TrimRight(text, conditionEnd)) && len(strings.Fields(text)) <= longestCondition
}
