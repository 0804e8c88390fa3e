package summarize

import (
	"regexp"
	"strings"
)

var (
	replyPrefix   = regexp.MustCompile(`(?i)^\s*(?:(?:re|fw|fwd|aw|wg|tr|rv|sv|antw)\s*(?:\[\d+\])?\s*:\s*)+`)
	ticketTag     = regexp.MustCompile(`(?i)[\[(]?\s*(?:(?:ticket|case|incident|request|ref(?:erence)?|call)\s*(?:no\.?|number|id|nr\.?)?\s*[:#]?\s*#?\d{3,}|(?:INC|REQ|RITM|CHG|PRB|SR|CS|TKT)[-_]?\d{3,}|#\d{3,})\s*[\])]?\s*[:,–-]?\s*`)
	shoutPrefix   = regexp.MustCompile(`(?i)^\s*(?:\[?(?:urgent|help(?: needed)?|please help|important|asap|question|problem|issue|bug|external)\]?\s*[!:–-]+\s*)+`)
	shoutSuffix   = regexp.MustCompile(`(?i)\s*[,;–-]?\s*(?:please help(?: me)?|help(?: me)?(?: please)?|help needed|urgent|asap|thanks|thank you|any (?:ideas?|help)|please)?\s*[!]*$`)
	manyMarks     = regexp.MustCompile(`([?!.])[?!.]+`)
	emptySubjects = wordSet(`help problem issue error question request support ticket urgent hello hi it computer laptop trouble bug stuff weird strange
	working work not broken doesn't need needed please assistance general other new message mail email fwd re`)
)

// cleanSubject takes mail prefixes, ticket numbers and shouting off a subject.
func cleanSubject(subject string) string {
	s := tidy(subject)
	s = replyPrefix.ReplaceAllString(s, "")
	s = ticketTag.ReplaceAllString(s, "")
	s = shoutPrefix.ReplaceAllString(s, "")
	s = manyMarks.ReplaceAllString(s, "$1")
	if cut := shoutSuffix.ReplaceAllString(s, ""); contentCount(cut) >= 2 {
		s = cut
	}
	return strings.TrimSpace(strings.Trim(s, " -–:;,.!"))
}

// vague reports whether a subject names no symptom.
func vague(subject string) bool {
	n := 0
	for _, w := range words(subject) {
		if !w.stop && !emptySubjects[w.text] {
			n++
		}
	}
	return n < 2
}
