package kb_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
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

// hostileSyntax lists what other tools write, many times over.
func hostileSyntax(size int) map[string]string {
	texts := map[string]string{
		"nested elements":    strings.Repeat("<A>\n", size/8) + strings.Repeat("</A>\n", size/10),
		"nested directives":  strings.Repeat("::: note\n", size/16) + strings.Repeat(":::\n", size/8),
		"nested hints":       strings.Repeat("{% hint %}\n", size/24) + strings.Repeat("{% endhint %}\n", size/28),
		"nested quotes":      strings.Repeat("> ", 2000) + "[!NOTE]\n" + strings.Repeat("> ", 2000) + "a\n",
		"nested admonitions": "",
		"one long line":      strings.Repeat("a ==b== {{ c }} [[d]] ^[e] ", size/28),
		"one long tag":       "{% a " + strings.Repeat("b=\"c\" ", size/7) + "%}",
		"attributes":         "<A " + strings.Repeat("b={c} ", size/6) + "/>",
		"names":              "",
		"cells":              "<table>" + strings.Repeat("<tr><td>a", size/9),
		"deep HTML":          "<table>" + strings.Repeat("<ul><li>", size/8),
		"elements":           "",
	}
	for i := 0; len(texts["nested admonitions"]) < size/2 && i < 300; i++ {
		texts["nested admonitions"] += strings.Repeat("    ", i) + "!!! note\n"
	}
	var names, elements strings.Builder
	for i := 0; names.Len() < size; i++ {
		fmt.Fprintf(&names, "{%% t%d %%} ", i)
		fmt.Fprintf(&elements, "<E%d> ", i)
	}
	texts["names"], texts["elements"] = names.String(), elements.String()
	for _, unit := range []string{
		"{% a %}", "{% a %}\n", "{% enda %}\n", "{% raw %}", "{% comment %}", "{% highlight a %}\n", "{% for a %}", "{%",
		"{% \"",
		"{{< a >}}", "{{< a >}}\n", "{{< /a >}}", "{{<", "{{/*", "{{< highlight a >}}", "{{ a }}", "{{ site.a }}", "{{",
		"{{ \"",
		"<A>", "<A>\n", "</A>\n", "<A", "<A b={", "<A b=\"", "<div>a</div>\n", "<details><summary>a</summary>\n",
		"<h2 id=a>b</h2>\n",
		"<svg>", "<svg>a</svg>", "<pre>", "<code>", "<code>a</code>", "<a name=b></a>", "<a href=b>c</a> ",
		"<img src=a> ", "<iframe src=a>",
		"<td>\n", "<b id=1><p>", "<table>\n\n", "<ul><li>a\n", "<dl><dt>a<dd>b\n", "</p></div>", "::: a\n",
		"::: a [b]{c}\n", ":::a:::",
		":::\n", "/// a | b\n", "///\n", "+++a\n", "+++\n", "!!! note\n", "!!! a\n    b\n", "=== \"a\"\n",
		"=== \"a\"\n    b\n", "!> a\n",
		"> [!NOTE]\n", "> [!NOTE] a\n\n", "[!INCLUDE [a](b)]", "[details=a]\n", "[details=a]b[/details]\n", "[quote]",
		"[[a]]", "[[a|b]] ",
		"[[", "![[a.png]] ", "{.a}", "{#a}\n", "{: .note }\n", "a {#b}\n\n", "# a {#b}\n", "{#", "{:", "{.", "==a==",
		"==", "==a", "^[a]",
		"^[", "[^a]", "[^a]: b\n", "[^a]: b\n\n[^a] ", "%%", "%% a %%", "^a\n", ":a:", ":smile:", "++ctrl++", "++a",
		"{++a++}", "{--", "{~~a~>",
		"import a from 'b'\n", "export const a = {\n", "--8<-- \"a\"\n", "*[a]: b\n", "[TOC]\n", "```{note}\n",
		"```ad-note\n", "{a}", "{/*",
		"{'a'}", "<>", "a\n: b\n", "a\n\n: b\n", "![a](b =1x1) ", "[a]({% link b %}) ", "[a]({{ b }}/c) ", "[a](b c.md) ",
		"[a]: {{ b }}\n",
	} {
		texts[fmt.Sprintf("repeated %.24q", unit)] = strings.Repeat(unit, max(1, size/len(unit)))
	}
	return texts
}

// TestHostileSyntax shows the same of the syntax of other tools, in the dialects that
// understand the most.
func TestHostileSyntax(t *testing.T) {
	for name, markdown := range hostileSyntax(*hostileBytes / 4) {
		for _, d := range []dialect.Name{dialect.Common, dialect.Docusaurus, dialect.Jekyll, dialect.Obsidian} {
			t.Run(name+" "+string(d), func(t *testing.T) {
				a := kb.Article{Markdown: markdown, Origin: kb.Origin{Dialect: d}}
				p, err := kb.Render(a, kb.Rendering{Find: known})
				if err != nil {
					t.Fatal(err)
				}
				if limit := 60*len(markdown) + 1<<20; len(p.HTML) > limit {
					t.Errorf("rendered to %d bytes, more than %d", len(p.HTML), limit)
				}
				assertSafe(t, p.HTML)
				if n := len(a.PlainText()); n > 4*len(markdown)+100 {
					t.Errorf("%d bytes of a text of %d", n, len(markdown))
				}
			})
		}
	}
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
