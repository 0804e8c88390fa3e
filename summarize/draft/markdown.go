package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// part is a clause of the resolution on its way into the article.
type part struct {
	thread.Phrase
	result thread.Result // what it says about success
	todo   bool          // an instruction
	lists  bool          // an item of a list in the thread
	where  string        // the menu path or place named before it
	// failed says that it was tried in vain.
	failed bool
}

// steps writes the resolution in its order. Where much of it is instructions they are
// numbered, a remark stays with the step it follows, and what was observed at
// the end stands below; otherwise it stays prose.
func (c *composer) steps(ms []statement) string {
	parts, logs := c.partsAndLogs(ms)
	todo := 0
	for _, p := range parts {
		todo += count(p.todo)
	}
	var blocks []string
	if todo > 0 && 3*todo >= len(parts) {
		blocks = numberedSteps(parts, todo)
	} else if len(parts) > 0 {
		var said []string
		for _, p := range parts {
			said = append(said, p.remark())
		}
		blocks = []string{escapeText(strings.Join(said, " "))}
	}
	if len(logs) > 0 {
		blocks = append(blocks, c.fence(logs[:min(len(logs), 10)]))
	}
	return strings.Join(blocks, "\n\n")
}

// partsAndLogs gives the clauses that the resolution is written of, and lines of code
// or logs apart.
func (c *composer) partsAndLogs(ms []statement) (parts []part, logs []string) {
	where := ""
	for i, m := range ms {
		next := i+1 < len(ms) && ms[i+1].Form == thread.Step
		if strings.HasSuffix(m.Text, ":") && m.Form == thread.Prose && next {
			continue // it introduced the list
		}
		c.cite(m.message, m.Text)
		if m.Form == thread.Code {
			logs = append(logs, m.Text)
			continue
		}
		for _, p := range c.partsOf(m) {
			if place(p.Text) && i+1 < len(ms) {
				where = p.Text
				continue
			}
			p.where, where = where, ""
			parts = append(parts, p)
		}
	}
	return joinConditions(impersonal(parts)), logs
}

func (c *composer) partsOf(m statement) []part {
	var out []part
	for _, clause := range thread.Clauses(m.Text) {
		text := c.clean(attachedTo.ReplaceAllString(withoutResult(clause), ""))
		p := part{Phrase: thread.Parse(text), result: thread.ResultOf(text), lists: m.Form == thread.Step}
		action := thread.IsAction(text)
		if text == "" || announces.MatchString(text) || !action && namesSecret(text) || closingWord(text) ||
			confirms.MatchString(text) || ticketRef.MatchString(clause) && p.Content <= 3 {
			continue
		}
		observed := p.result == thread.Worked && p.Content <= 3 // "reconnect worked" is no order to reconnect
		p.todo = p.lists && !observes.MatchString(text) ||
			action && m.reading.Result != thread.Failed && !thread.Negated(text) && !observed
		p.failed = !p.lists && thread.ResultOf(clause) == thread.Failed && thread.ReportsAction(clause)
		out = append(out, p)
	}
	return out
}

// namesSecret reports whether a secret was taken out of a text.
func namesSecret(text string) bool {
	return strings.Contains(text, "["+evidence.KindPassword+" ") || strings.Contains(text, "["+evidence.KindToken+" ")
}

// observes finds list items that tell what is or will be.
var observes = lexicon.Pattern("draft/observes")

// confirms finds that somebody agreed to close the ticket.
var confirms = lexicon.Pattern("draft/confirms")

// order writes an instruction, after the place where it is done.
func (p part) order() string {
	text := thread.SentenceEnd(thread.Instruction(p.Text))
	if lowerWord.MatchString(text) {
		text = thread.UpperFirst(text)
	}
	if p.where == "" {
		return text
	}
	return "Under " + strings.TrimRight(p.where, ".:,") + ", " + thread.LowerFirst(text)
}

// lowerWord finds a text that begins with a word rather than a name of something.
var lowerWord = regexp.MustCompile(`^\p{Ll}+(?:[\s,.]|$)`)

// remark writes a statement without its first person where a rule knows how.
func (p part) remark() string {
	text := lacking.ReplaceAllString(p.Text, "$1 was missing")
	if speaksOfSelf(text) && thread.IsAction(text) {
		text = thread.Instruction(text) // "I suggest you verify that it is not …"
	}
	text = thread.SentenceEnd(thread.UpperFirst(thread.Possessive.ReplaceAllString(text, "the$1")))
	if p.where == "" {
		return text
	}
	return strings.TrimRight(p.where, ".:,") + ": " + text
}

var (
	lacking = regexp.MustCompile(`^I (?:did(?:n't| not) have|was missing|lacked) ([^,;]+?)\.?$`)
	// resultTail finds the report of success behind an instruction.
	resultTail = lexicon.Pattern("draft/result-tail")
	// storyTail finds what somebody saw after they had done it.
	storyTail = lexicon.Pattern("draft/story-tail")
	placeOnly = regexp.MustCompile(`^(?:(?:under|in|at|go to|on)\s+)?[\p{L}\d&"'(][^.?!]*(?: [|>→»] [^.?!|>]+)+[.:]?$`)
)

// withoutResult takes ", and that fixed it" off what was done.
func withoutResult(clause string) string {
	cut := storyTail.ReplaceAllString(resultTail.ReplaceAllString(clause, ""), "")
	if cut != clause && thread.CountContent(cut) >= 2 && thread.IsAction(cut) {
		return cut
	}
	return clause
}

// place reports whether a text only names a menu path.
func place(text string) bool {
	return placeOnly.MatchString(text) && !thread.IsAction(text) && len([]rune(text)) <= 120
}

// numberedSteps puts remarks before the first instruction ahead of the list, those
// between with their step and those after the last below.
func numberedSteps(parts []part, todo int) []string {
	var lead, tail []string
	var list []string
	for _, p := range parts {
		text := p.remark()
		switch {
		case p.todo:
			list = append(list, p.order())
		case len(list) == 0:
			lead = append(lead, text)
		case len(list) < todo:
			list[len(list)-1] += " " + text
		default:
			tail = append(tail, text)
		}
	}
	var blocks []string
	if len(lead) > 0 {
		blocks = append(blocks, escapeText(strings.Join(lead, " ")))
	}
	if len(list) == 1 {
		blocks = append(blocks, escapeText(list[0]))
	} else {
		for i := range list {
			list[i] = fmt.Sprintf("%d. %s", i+1, escapeText(list[i]))
		}
		blocks = append(blocks, strings.Join(list, "\n"))
	}
	if len(tail) > 0 {
		blocks = append(blocks, escapeText(strings.Join(tail, " ")))
	}
	return blocks
}

func closingWord(text string) bool {
	return thread.ClosingLine.MatchString(text) || thinNote.MatchString(text) || thread.IsGreeting(text)
}

// edit proposes the article's current text with what it does not tell yet, under a
// heading in the requester's words, at the end of the section it belongs to.
func (c *composer) edit(v verdict) kb.Proposal {
	added := slices.DeleteFunc(slices.Clone(v.added), func(m statement) bool { return m.internal && !c.internal })
	body := c.steps(added)
	p := kb.Proposal{
		ArticleID: v.article.ID, BaseRevision: v.article.Revision, Title: v.article.Title,
		Evidence: c.evidence, Redactions: c.redactions(),
	}
	if strings.TrimSpace(body) == "" {
		return p
	}
	title := c.title()
	p.Markdown = insert(v.article.Markdown, c.resolutionHeading(added...), title, body)
	p.Evidence, p.Redactions = c.evidence, c.redactions()
	return p
}

var headingLine = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*\s*$`)

// insert puts a subsection at the end of the section whose heading begins with the
// wanted word, or a new section at the end of the text. Everything else stays byte
// for byte.
func insert(markdown, wanted, title, body string) string {
	lines := strings.SplitAfter(markdown, "\n")
	level, at := 0, -1
	fenced := false
	for i, l := range lines {
		if t := strings.TrimSpace(l); strings.HasPrefix(t, "```") || strings.HasPrefix(t, "~~~") {
			fenced = !fenced
		}
		m := headingLine.FindStringSubmatch(strings.TrimRight(l, "\r\n"))
		if m == nil || fenced {
			continue
		}
		switch {
		case at < 0 && level == 0 && strings.HasPrefix(strings.ToLower(m[2]), strings.ToLower(wanted)):
			level = len(m[1])
		case level > 0 && at < 0 && len(m[1]) <= level:
			at = i
		}
	}
	if level == 0 {
		return joinBlocks(markdown, "## "+wanted+": "+escapeText(title)+"\n\n"+body+"\n", "")
	}
	if at < 0 {
		at = len(lines)
	}
	block := strings.Repeat("#", min(level+1, 6)) + " " + escapeText(title) + "\n\n" + body + "\n"
	return joinBlocks(strings.Join(lines[:at], ""), block, strings.Join(lines[at:], ""))
}

// joinBlocks joins with exactly one blank line between.
func joinBlocks(before, block, after string) string {
	switch {
	case before == "" || strings.HasSuffix(before, "\n\n"):
	case strings.HasSuffix(before, "\n"):
		before += "\n"
	default:
		before += "\n\n"
	}
	if after != "" {
		block += "\n"
	}
	return before + block + after
}

var (
	htmlStart  = regexp.MustCompile(`<([/!?a-zA-Z])`)
	linkStart  = regexp.MustCompile(`!?\[([^\[\]]*)\]([(\[:])`)
	blockStart = regexp.MustCompile(`(?m)^(\s{0,3})(#{1,6}\s|>|[-+*]\s|={3,}|-{3,}|\||~{3,}|` + "`{3,}" + `)`)
	numberDot  = regexp.MustCompile(`(?m)^(\s{0,3}\d{1,9})([.)]\s)`)
)

// escapeText keeps text from a thread from acting as Markdown: no raw HTML, links,
// images or blocks. What merely emphasises is left alone.
func escapeText(text string) string {
	text = htmlStart.ReplaceAllString(text, `\<$1`)
	text = linkStart.ReplaceAllStringFunc(text, func(m string) string {
		return strings.NewReplacer("![", `\!\[`, "[", `\[`, "]", `\]`).Replace(m)
	})
	text = blockStart.ReplaceAllString(text, `$1\$2`)
	return numberDot.ReplaceAllString(text, `$1\$2`)
}
