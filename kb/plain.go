package kb

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

// PlainText returns the article's words without Markdown syntax, one line for each
// paragraph, list item, table row or line of code. Headings are separate lines; code,
// link texts and image descriptions are included, addresses are not.
func PlainText(markdown string) string {
	doc, source := document(markdown)
	var lines []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		lines = append(lines, blockTexts(n, source)...)
	}
	return strings.Join(lines, "\n")
}

// WithoutTitle removes the heading at the start of a body if it repeats the article's
// title, for pages that show the title themselves.
func WithoutTitle(markdown, title string) string {
	rest := strings.TrimLeft(markdown, " \t\r\n")
	line, body, _ := strings.Cut(rest, "\n")
	words, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
	if !ok || !strings.EqualFold(
		strings.TrimSpace(strings.TrimRight(strings.TrimSpace(words), "#")), strings.TrimSpace(title),
	) {
		return markdown
	}
	return strings.TrimLeft(body, "\r\n")
}

// firstHeading returns the text of the first top-level heading of level 1, "" if there
// is none.
func firstHeading(markdown string) string {
	doc, source := document(markdown)
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 1 {
			return oneLine(inlineText(h, source))
		}
	}
	return ""
}

// blockTexts returns the texts of a block: one for a paragraph, one for each item of a
// list, row of a table and block of a quotation.
func blockTexts(n ast.Node, source []byte) []string {
	var out []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock, *ast.Heading:
		add(inlineText(n, source))
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		add(strings.TrimRight(rawLines(n, source), "\n"))
	case *ast.HTMLBlock:
		raw := rawLines(n, source)
		if n.HasClosure() {
			raw += string(n.ClosureLine.Value(source))
		}
		add(htmlText(raw))
	case *extast.TableHeader, *extast.TableRow:
		var cells []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if s := strings.TrimSpace(inlineText(c, source)); s != "" {
				cells = append(cells, s)
			}
		}
		add(strings.Join(cells, "; "))
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			out = append(out, blockTexts(c, source)...)
		}
	}
	return out
}

func rawLines(n ast.Node, source []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(source))
	}
	return b.String()
}

// inlineText returns the text of a block's inline content.
func inlineText(n ast.Node, source []byte) string {
	var b strings.Builder
	writeInline(&b, n, source)
	return strings.TrimSpace(b.String())
}

func writeInline(b *strings.Builder, parent ast.Node, source []byte) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.Write(unescape(n.Segment.Value(source), n.IsRaw()))
			if n.HardLineBreak() {
				b.WriteByte('\n')
			} else if n.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(unescape(n.Value, n.IsRaw() || n.IsCode()))
		case *ast.CodeSpan:
			writeCode(b, n, source)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		case *ast.RawHTML:
			if isLineBreak(rawHTML(n, source)) {
				b.WriteByte('\n')
			}
		default:
			writeInline(b, n, source)
		}
	}
}

// writeCode writes a code span, in which neither escapes nor references apply.
func writeCode(b *strings.Builder, span ast.Node, source []byte) {
	for c := span.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.WriteString(strings.ReplaceAll(string(t.Segment.Value(source)), "\n", " "))
		}
	}
}

// unescape resolves backslash escapes and character references.
func unescape(s []byte, raw bool) []byte {
	if raw {
		return s
	}
	return util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(s)))
}

func rawHTML(n *ast.RawHTML, source []byte) string {
	var b strings.Builder
	for i := range n.Segments.Len() {
		segment := n.Segments.At(i)
		b.Write(segment.Value(source))
	}
	return b.String()
}

func isLineBreak(tag string) bool {
	name := strings.ToLower(strings.Trim(tag, "</> \t\n"))
	return name == "br"
}

// htmlText returns the text of an HTML fragment: without tags, and without the content
// of script and style.
func htmlText(raw string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(raw))
	hidden := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.StartTagToken:
			name, _ := z.TagName()
			if s := string(name); s == "script" || s == "style" || s == "template" {
				hidden = s
			}
			b.WriteString(tagGap(string(name)))
		case html.EndTagToken:
			name, _ := z.TagName()
			if string(name) == hidden {
				hidden = ""
			}
			b.WriteString(tagGap(string(name)))
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		case html.SelfClosingTagToken:
			b.WriteByte('\n')
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// tagGap returns what separates the words on both sides of a tag.
func tagGap(name string) string {
	switch name {
	case "a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "samp", "small", "span",
		"strong", "sub", "sup", "u", "var":
		return ""
	case "br", "p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6",
		"pre", "summary", "details":
		return "\n"
	}
	return " "
}
