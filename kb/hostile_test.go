package kb_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/kb"
)

// hostileBytes is the size of each hostile text. At the default the whole table
// takes a second; at 1900000, the largest article, no text may take more than a few.
var hostileBytes = flag.Int("hostile-bytes", 60_000, "size of each hostile Markdown text")

// hostile lists texts that are small to write and made to be costly to parse.
func hostile(size int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, max(1, size/len(s))) }
	numbered := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	table := func(columns int, rows string) string {
		return strings.Repeat("|a", columns) + "|\n" + strings.Repeat("|-", columns) + "|\n" + rows
	}
	stairs := func() string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(strings.Repeat(" ", i*2) + "- a\n")
		}
		return b.String()
	}
	ticks := func() string {
		var b strings.Builder
		for i := 1; b.Len() < size; i++ {
			b.WriteString("a" + strings.Repeat("`", i))
		}
		return b.String()
	}
	texts := map[string]string{
		"list stairs": stairs(), "code spans of growing length": ticks(),
		"lazy quotation":          strings.Repeat(">", 10000) + " a\n" + fill("b\n"),
		"many definitions":        strings.Repeat("[a]: b\n", size/14) + strings.Repeat("[a] ", size/8),
		"distinct definitions":    numbered(size/30, "[a%d]: /b\n") + "\n" + numbered(size/30, "[a%d]\n\n"),
		"one long definition":     "[a]: http://x/" + strings.Repeat("y", 20000) + "\n\n" + fill("[a]\n\n"),
		"one definition":          "[a]: http://x/" + strings.Repeat("y", 2000) + "\n\n" + fill("[a]\n\n"),
		"wide table":              table(5000, fill("|x|\n")),
		"table of short rows":     table(60, fill("|x|\n")),
		"many tables":             fill(table(60, strings.Repeat("|x|\n", 60)) + "\n"),
		"emphasis in paragraphs":  fill(strings.Repeat("*a_ ", 500) + "\n\n"),
		"brackets inside out":     strings.Repeat("[", size/6) + "a" + strings.Repeat("](x)", size/6),
		"parentheses":             "[a](" + fill("("),
		"escaped parentheses":     "[a](" + fill("\\("),
		"address of parentheses":  "http://a.b/" + fill("("),
		"address closing them":    "http://a.b/" + fill(")"),
		"address with references": "http://a.b/" + fill("&a;"),
		"mail address":            fill("a.") + "@b.c",
		"image of images":         strings.Repeat("![", size/6) + "a" + strings.Repeat("](x)", size/6),
	}
	for _, unit := range []string{
		">", strings.Repeat(">", 1000) + " a\n", strings.Repeat(">", 24) + " a\n", "[", "]", "[a](", "[a](\n", "[a][", "![",
		"![a](b)", "[a](b) ", "[a](b)\n", "[a](b)\n\n", "*a **a ", "*", "*a_ ", "`a", "<", "<!--", "a<!--", "a<?",
		"a<![CDATA[", "a<!X", "a<a href=\"", "a<a b=c ", "a</a", "<http://a", "- ", strings.Repeat("- ", 30) + "a\n",
		"a|a\n-|-\n", "-|-\n", "http://a.b ", "www.", "www.a ", "a@", "http://", "http://a", "word word ", "word\n",
		"- a\n", "- a\n  - b\n", "~~a ", "~", "&", "&#x41;", "\t", "# a\n", "###### ", "a\n=\n", "```\n", "a | b\n",
		"[a", "[a](b \"", "[a]: b \"\n", "[a]:\n", "\\", "\n", " ", "<b>", "<div>\n\n", "<div>\n", "<!-- \n\n",
		"- [ ] a\n", "a\r\n", "漢", "*a **b ***c ", "a** b* ", "_a",
		"1. a\n", "1) ", "\x00", "\xff", "a  \n", "- > ", "1.\n",
	} {
		name := fmt.Sprintf("repeated %.20q", unit)
		texts[name] = fill(unit)
	}
	return texts
}

// TestHostileMarkdown shows that no text grows beyond proportion and none fails.
func TestHostileMarkdown(t *testing.T) {
	for name, markdown := range hostile(*hostileBytes) {
		t.Run(name, func(t *testing.T) {
			html, err := render(markdown, nil)
			if err != nil {
				t.Fatal(err)
			}
			// Tables may fill up to 200,000 cells and links repeat up to 4 MiB of addresses.
			if limit := 60*len(markdown) + 8<<20; len(html) > limit {
				t.Errorf("rendered to %d bytes, more than %d", len(html), limit)
			}
			assertSafe(t, html)
			text := 0
			for _, p := range kb.SplitPassages("a_x", markdown, nil) {
				text += len(p.Text)
			}
			if text > 4*len(markdown)+100 {
				t.Errorf("passages hold %d bytes of a text of %d", text, len(markdown))
			}
		})
	}
}
