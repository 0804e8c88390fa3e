package draft

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// asksBack finds what the desk asks the requester for; no article does.
	asksBack = regexp.MustCompile(`(?i)\b(?:(?:post|send|provide|attach|upload|share|show)(?: \w+){0,3} screen ?shots?|(?:post|send|provide|share|paste|copy)\b.{0,60}\b(?:troubleshooting information|your (?:next )?(?:reply|post|answer))|(?:image|picture|screen ?shot) would help|(?:let|tell) (?:me|us)\b|(?:post|report|write) back|send (?:me|us)|(?:i|we) (?:would )?need (?:more|further) (?:info\w*|details)|(?:all )?i meant|in your opinion)\b|^(?:or|and|so|but)? ?(?:is|are|was|were|do|does|did|can|could|will|would|has|have) (?:this|that|it|there|you|the|your|these|those)\b`)
	// announces finds sentences that only say that something follows, or for whom.
	announces = regexp.MustCompile(`(?i)\b(?:here(?:'s| is| are) (?:how|what|the (?:answer|fix|solution|steps))|this is (?:how|what) i|what i did|(?:just )?in case (?:any|some)(?:one|body)|(?:for|to) any(?:one|body) (?:else |who )|hope (?:this|that|it) helps?|as you can see|no guarantee|i (?:will|'ll) (?:keep|follow|see|try|report)|if (?:it|this|the problem) (?:happens|occurs|comes back) again)\b|\b(?:see|in) (?:the |my )?(?:attach\w*|screen ?shots?|images?|pictures?)(?: \w+){0,2}\.?$`)
	// makeshift finds what the people themselves do not take for a fix.
	makeshift = regexp.MustCompile(`(?i)\b(?:work-?arounds?|work(?:s|ed|ing)? around|for now|for the time being|temporarily|temporary (?:fix|solution|remedy|measure|way)|in the meantime|until (?:it|this|that|the (?:bug|problem|issue|fault|supplier)|a (?:fix|patch|update))\b)`)
	// attachedTo finds references to pictures that an article does not have.
	attachedTo = regexp.MustCompile(`(?i),? (?:as )?(?:shown |seen )?(?:in|on|per) (?:the |my |your )?(?:attached|above|below|enclosed) (?:picture|image|screen ?shots?|photo|attachment)s?`)
)

// speaksOfSelf reports whether somebody speaks of themselves in the text; what belongs to
// them is written as belonging to nobody and does not count.
func speaksOfSelf(text string) bool { return ownVoice.MatchString(text) }

var ownVoice = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|me|we|we'(?:re|ve|ll))(?:$|[^\w'])`)

// vagueReport finds reports of success that name nothing.
var vagueReport = regexp.MustCompile(`(?i)^(?:it|this|that|it's|that's|everything|all|now|seems?|(?:the |my |this )?(?:problem|issue)|solved|fixed|works?|so far)\b`)

// signedOff finds a closing with a name that stands in the running text.
var signedOff = regexp.MustCompile(`(?i)^(?:respectfully|(?:best |kind |many )?(?:regards|wishes|thanks)|cheers|sincerely|yours)\b.{0,30}$`)

// impersonal drops what somebody tells of themselves, what failed, and reports of
// success, where what is left still tells something: an instruction, or all that is not such talk.
func impersonal(parts []part) []part {
	var out []part
	told := false
	for _, p := range parts {
		if !p.todo && (signedOff.MatchString(p.text) || strings.HasSuffix(p.text, "!") && thread.ContentCount(p.text) <= 3) {
			continue // a cry or a name
		}
		if p.failed || !p.todo && (speaksOfSelf(p.remark()) || vagueReport.MatchString(p.text) && thread.ResultOf(p.text) == thread.Worked && thread.ContentCount(p.text) <= 8) {
			continue
		}
		told = told || p.todo || thread.ContentCount(p.text) >= 4
		out = append(out, p)
	}
	if !told {
		return parts
	}
	return out
}

// condition finds a line that only says when the next one holds.
var condition = regexp.MustCompile(`(?i)^(?:now,? |then,? |and |but )?(?:if|when|once|after|as soon as|in case|unless)\b[^,:;]*$`)

// longestCondition bounds such a line, in words.
const longestCondition = 14

// joinConditions puts a condition that stands alone before the instruction it belongs
// to: some lists have them on lines of their own.
func joinConditions(parts []part) []part {
	var out []part
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		if i+1 < len(parts) && parts[i+1].todo && condition.MatchString(strings.TrimRight(p.text, ".,; ")) && len(strings.Fields(p.text)) <= longestCondition {
			parts[i+1].text = thread.UpperFirst(strings.TrimRight(thread.Joining.ReplaceAllString(p.text, ""), ".,; ")) + ", " + thread.LowerFirst(thread.Instruction(parts[i+1].text))
			continue
		}
		out = append(out, p)
	}
	return out
}
