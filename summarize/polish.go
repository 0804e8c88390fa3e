package summarize

import (
	"regexp"
	"strings"
)

// gerunds maps the form in -ing of the known verbs to the base form: "removing the
// entry fixed it" tells to remove it.
var gerunds = func() map[string]string {
	m := map[string]string{}
	for base := range baseForms {
		switch {
		case strings.HasSuffix(base, "ee"), strings.HasSuffix(base, "ye"):
			m[base+"ing"] = base
		case strings.HasSuffix(base, "ie"):
			m[strings.TrimSuffix(base, "ie")+"ying"] = base
		case strings.HasSuffix(base, "e"):
			m[strings.TrimSuffix(base, "e")+"ing"] = base
		default:
			m[base+"ing"] = base
		}
	}
	for _, base := range strings.Fields("set reset put run re-run drag plug unplug log get let map remap swap shut format stop") {
		m[base+base[len(base)-1:]+"ing"] = base
	}
	m["formatting"], m["getting"], m["letting"] = "format", "get", "let"
	return m
}()

var (
	// remediedBy, remedying, remedyIs and byDoing find a remedy told by what it brought: "I solved it by removing the
	// entry", "removing the entry did the trick".
	remediedBy = regexp.MustCompile(`(?i)^(?:(?:i|we)(?:'ve| have)?(?: finally| now| just)* |(?:it|this|the (?:problem|issue)) (?:was|is|got|has been) )?(?:solved|fixed|resolved|cured|sorted|got (?:around|round|rid of)|worked around|managed to (?:fix|solve|resolve))(?: (?:it|this|that|(?:the|my|this) (?:\w+ )?(?:problem|issue|error)))?(?: myself)? by (?:simply |just )*([\p{L}-]+ing)\b\s*(.*)$`)
	remedying  = regexp.MustCompile(`(?i)^(?:simply |just )*([\p{L}-]+ing) (.+?),? (?:(?:has|have|had|seems? to have|seemed to have|appears? to have|also|finally|now|then|immediately|apparently)\s+)*(?:solved|fixed|resolved|cured|sorted|did (?:it|the trick)|worked|helped)\b[^.;]*\.?$`)
	remedyIs   = regexp.MustCompile(`(?i)^(?:so |and |then )*(?:the|my) (?:(?:only|final|actual|simple) )?(?:fix|solution|answer|trick|cure|work-?around|key)(?: for me)? (?:is|was|turned out to be) (?:simply |just )*([\p{L}-]+ing)\b\s*(.*)$`)
	byDoing    = regexp.MustCompile(`(?i)^(?:(?:probably|maybe|perhaps|possibly|just|simply|try|yes,?) )*by ([\p{L}-]+ing)\b\s*([^,]*)$`)
	// afterDoing finds what somebody saw after a deed: "when I deleted it, all worked".
	afterDoing = regexp.MustCompile(`(?i)^(?:but |so |and )?(?:when|after|once|as soon as) (?:i|we)(?: had)? ([\p{L}-]+) ([^,]{6,160}), [^?]*\b(?:work\w*|fixed|solved|resolved|gone|could|able|now|again|fine|ok|came|appeared|started|logged|all)\b[^?]*$`)
	// asksBack finds what the desk asks the requester for; no article does.
	asksBack = regexp.MustCompile(`(?i)\b(?:(?:post|send|provide|attach|upload|share|show)(?: \w+){0,3} screen ?shots?|(?:post|send|provide|share|paste|copy)\b.{0,60}\b(?:troubleshooting information|your (?:next )?(?:reply|post|answer))|(?:image|picture|screen ?shot) would help|(?:let|tell) (?:me|us)\b|(?:post|report|write) back|send (?:me|us)|(?:i|we) (?:would )?need (?:more|further) (?:info\w*|details)|(?:all )?i meant|in your opinion)\b|^(?:or|and|so|but)? ?(?:is|are|was|were|do|does|did|can|could|will|would|has|have) (?:this|that|it|there|you|the|your|these|those)\b`)
	// announces finds sentences that only say that something follows, or for whom.
	announces = regexp.MustCompile(`(?i)\b(?:here(?:'s| is| are) (?:how|what|the (?:answer|fix|solution|steps))|this is (?:how|what) i|what i did|(?:just )?in case (?:any|some)(?:one|body)|(?:for|to) any(?:one|body) (?:else |who )|hope (?:this|that|it) helps?|as you can see|no guarantee|i (?:will|'ll) (?:keep|follow|see|try|report)|if (?:it|this|the problem) (?:happens|occurs|comes back) again)\b|\b(?:see|in) (?:the |my )?(?:attach\w*|screen ?shots?|images?|pictures?)(?: \w+){0,2}\.?$`)
	// joining finds words that only tie an instruction to the one before.
	joining = regexp.MustCompile(`(?i)^(?:(?:so|and|then|next|now|also|just|simply|after (?:that|this|which)|afterwards|finally|lastly|first(?:ly)?|second(?:ly)?|third(?:ly)?|basically|yes|ok|okay)\b[\s,:.…-]*)+`)
	// unfinished finds a piece that ends in a condition, so that what follows is no
	// instruction of its own.
	unfinished = regexp.MustCompile(`(?i)(?:^|[,.;(]|\b(?:and|but|or|then|now|so)\b)\s*(?:if|when|once|after|before|unless|until|while|whenever|in case|as soon as|should|to|in order to|by|without)\b[^,]*$|^(?:first|second|next|now|then|finally|instead|alternatively|otherwise|please)$`)
	// makeshift finds what the people themselves do not take for a fix.
	makeshift = regexp.MustCompile(`(?i)\b(?:work-?arounds?|work(?:s|ed|ing)? around|for now|for the time being|temporarily|temporary (?:fix|solution|remedy|measure|way)|in the meantime|until (?:it|this|that|the (?:bug|problem|issue|fault|supplier)|a (?:fix|patch|update))\b)`)
	// attachedTo finds references to pictures that an article does not have.
	attachedTo = regexp.MustCompile(`(?i),? (?:as )?(?:shown |seen )?(?:in|on|per) (?:the |my |your )?(?:attached|above|below|enclosed) (?:picture|image|screen ?shots?|photo|attachment)s?`)
)

// remedyTold gives the instruction in a sentence that tells a remedy by its success.
func remedyTold(sentence string) (string, bool) {
	for _, re := range []*regexp.Regexp{remediedBy, remedyIs, byDoing, remedying} {
		m := re.FindStringSubmatch(sentence)
		if m == nil {
			continue
		}
		if base, known := gerunds[strings.ToLower(m[1])]; known && strings.TrimSpace(m[2]) != "" {
			return upperFirst(base + " " + m[2]), true
		}
	}
	if m := afterDoing.FindStringSubmatch(sentence); m != nil && resultOf(sentence) != Failed {
		if base, known := pastForms[strings.ToLower(m[1])]; known {
			return upperFirst(base + " " + m[2]), true
		}
	}
	return "", false
}

// dashed splits instructions that a message lists in one line with dashes between, two
// at least. What is none stays with the instruction before it.
func dashed(sentence string) []string {
	pieces := strings.Split(strings.TrimLeft(sentence, "- "), " - ")
	if len(pieces) < 2 {
		return nil
	}
	var out []string
	orders := 0
	for _, p := range pieces {
		p = strings.TrimSpace(p)
		if isAction(p) {
			orders++
		} else if len(out) > 0 {
			out[len(out)-1] += " - " + p
			continue
		}
		out = append(out, p)
	}
	if orders < 2 {
		return nil
	}
	return out
}

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
		if !p.todo && (signedOff.MatchString(p.text) || strings.HasSuffix(p.text, "!") && contentCount(p.text) <= 3) {
			continue // a cry or a name
		}
		if p.failed || !p.todo && (speaksOfSelf(p.remark()) || vagueReport.MatchString(p.text) && resultOf(p.text) == Worked && contentCount(p.text) <= 8) {
			continue
		}
		told = told || p.todo || contentCount(p.text) >= 4
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
			parts[i+1].text = upperFirst(strings.TrimRight(joining.ReplaceAllString(p.text, ""), ".,; ")) + ", " + lowerFirst(instruction(parts[i+1].text))
			continue
		}
		out = append(out, p)
	}
	return out
}
