package draft

import (
	"regexp"
	"strings"
)

// section writes a section unless its body is empty.
func section(b *strings.Builder, heading, body string) {
	if strings.TrimSpace(body) == "" {
		return
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	b.WriteString("## " + heading + "\n\n" + body + "\n")
}

// fence returns lines as a fenced code block.
func (c *composer) fence(lines []string) string {
	var b strings.Builder
	b.WriteString("```\n")
	for _, l := range lines {
		b.WriteString(strings.ReplaceAll(c.clean(l), "```", "'''") + "\n")
	}
	return b.String() + "```"
}

var (
	htmlStart  = regexp.MustCompile(`<([/!?a-zA-Z])`)
	linkStart  = regexp.MustCompile(`!?\[([^\[\]]*)\]([(\[:])`)
	blockStart = regexp.MustCompile(`(?m)^(\s{0,3})(#{1,6}\s|>|[-+*]\s|={3,}|-{3,}|\||~{3,}|` + "`{3,}" +
		`|:{3}|!{3}|\?{3}|/{3}|\+{3}|\*\[)`)
	// templateStart begins what other tools' Markdown has: templates, attribute lists, wiki
	// links and footnotes.
	templateStart = regexp.MustCompile(`(?:\{([%{#:./~+=>-])|\[([\[^!/]))`)
	numberDot     = regexp.MustCompile(`(?m)^(\s{0,3}\d{1,9})([.)]\s)`)
)

// escapeText escapes text from a thread so that it does not act as Markdown: no raw HTML,
// links, images or blocks. Emphasis is left alone.
func escapeText(text string) string {
	text = htmlStart.ReplaceAllString(text, `\<$1`)
	text = linkStart.ReplaceAllStringFunc(text, func(m string) string {
		return strings.NewReplacer("![", `\!\[`, "[", `\[`, "]", `\]`).Replace(m)
	})
	text = templateStart.ReplaceAllStringFunc(text, func(m string) string { return `\` + m[:1] + `\` + m[1:] })
	text = blockStart.ReplaceAllString(text, `$1\$2`)
	return numberDot.ReplaceAllString(text, `$1\$2`)
}
