package draft

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
)

// edit proposes the article's current text with what it does not cover yet, under a
// heading in the requester's words, at the end of the section where it belongs.
func (c *composer) edit(v verdict) kb.Proposal {
	added := slices.DeleteFunc(slices.Clone(v.added), func(m statement) bool { return m.internal && !c.internal })
	if v.against != nil {
		c.cite(v.against.statement.message, v.against.statement.Text)
		return kb.Proposal{
			ArticleID: v.article.ID, BaseRevision: v.article.Revision, Title: v.article.Title,
			Markdown: v.against.corrected(v.article.Markdown), Evidence: c.evidence, Redactions: c.redactions(),
		}
	}
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

// insert adds a subsection at the end of the section whose heading begins with the wanted
// word, or a new section at the end of the text. Everything else is preserved byte for
// byte.
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

// joinBlocks joins the texts with exactly one blank line around block.
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
