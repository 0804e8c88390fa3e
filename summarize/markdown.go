package summarize

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/kb"
)

// part is a clause of the resolution on its way into the article.
type part struct {
	text  string
	todo  bool // an instruction
	lists bool // an item of a list in the thread
}

// steps writes the resolution in its order. Where much of it is instructions they are
// numbered, a remark stays with the step it follows, and what was observed at
// the end stands below; otherwise it stays prose.
func (c *composer) steps(ms []material) string {
	var parts []part
	var logs []string
	todo := 0
	for i, m := range ms {
		next := i+1 < len(ms) && ms[i+1].form == step
		if strings.HasSuffix(m.text, ":") && m.form == prose && next {
			continue // it introduced the list
		}
		c.cite(m.message, m.text)
		if m.form == code {
			logs = append(logs, m.text)
			continue
		}
		for _, p := range c.partsOf(m) {
			parts = append(parts, p)
			if p.todo {
				todo++
			}
		}
	}
	var blocks []string
	if todo > 0 && 2*todo >= len(parts) || todo > 1 && 3*todo >= len(parts) {
		blocks = numberedSteps(parts, todo)
	} else if len(parts) > 0 {
		var said []string
		for _, p := range parts {
			said = append(said, sentenceEnd(upperFirst(p.text)))
		}
		blocks = []string{escapeText(strings.Join(said, " "))}
	}
	if len(logs) > 0 {
		blocks = append(blocks, c.fence(logs[:min(len(logs), 10)]))
	}
	return strings.Join(blocks, "\n\n")
}

func (c *composer) partsOf(m material) []part {
	var out []part
	for _, clause := range clauses(m.text) {
		text := c.clean(clause)
		if text == "" || closingWord(text) || ticketRef.MatchString(clause) && contentCount(text) <= 3 {
			continue
		}
		observed := resultOf(text) == Worked && contentCount(text) <= 3 // "reconnect worked" is no order to reconnect
		todo := m.form == step || isAction(text) && m.reading.result != Failed && !negated(text) && !observed
		out = append(out, part{text: text, todo: todo, lists: m.form == step})
	}
	return out
}

func negated(text string) bool {
	for _, w := range words(text) {
		if negations[w.text] && w.text != "no" && w.text != "without" {
			return true
		}
	}
	return false
}

// numberedSteps puts remarks before the first instruction ahead of the list, those
// between with their step and those after the last below.
func numberedSteps(parts []part, todo int) []string {
	var lead, tail []string
	var list []string
	for _, p := range parts {
		text := sentenceEnd(upperFirst(p.text))
		switch {
		case p.todo:
			list = append(list, sentenceEnd(instruction(p.text)))
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
	return closingLine.MatchString(text) || thinNote.MatchString(text) || isGreeting(text)
}

func sentenceEnd(s string) string {
	s = strings.TrimRight(s, " ,;")
	last, _ := utf8.DecodeLastRuneInString(s)
	if s == "" || strings.ContainsRune(".!?:)`\"'”’…。！？", last) || strings.Contains(s[strings.LastIndex(s, " ")+1:], "://") {
		return s
	}
	return s + "."
}

// edit proposes the article's current text with what it does not tell yet, under a
// heading in the requester's words, at the end of the section it belongs to.
func (c *composer) edit(v verdict) kb.Proposal {
	added := slices.DeleteFunc(slices.Clone(v.added), func(m material) bool { return m.internal && !c.internal })
	body := c.steps(added)
	p := kb.Proposal{
		ArticleID: v.article.ID, BaseRevision: v.article.Revision, Title: v.article.Title,
		Evidence: c.evidence, Redactions: c.redactions(),
	}
	if strings.TrimSpace(body) == "" {
		return p
	}
	title := c.title()
	p.Markdown = insert(v.article.Markdown, c.resolutionHeading(), title, body)
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
