package markdown

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/plain"
)

// PlainText returns the words of the document, one line for each paragraph, list item, table
// row or line of code.
func (d Document) PlainText() string {
	var lines []string
	r := newTextReader(d)
	for n := d.Root.FirstChild(); n != nil; n = n.NextSibling() {
		for _, l := range r.block(n) {
			lines = append(lines, l.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// title returns the heading that opens the text if it is of level 1, nil if there is none.
func (d Document) title() *ast.Heading {
	for n := d.Root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			if h.Level == 1 {
				return h
			}
			return nil
		}
		if len(newTextReader(d).block(n)) > 0 && !isBadges(n, d.Source()) {
			return nil
		}
	}
	return nil
}

// isBadges reports whether a paragraph holds nothing but links and pictures, such as the
// badges above the title of a project.
func isBadges(n ast.Node, source []byte) bool {
	if n.Kind() != ast.KindParagraph {
		return false
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Link, *ast.Image, *ast.RawHTML:
		case *ast.Text:
			if len(bytes.TrimSpace(c.Segment.Value(source))) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// FirstHeading returns the text of the first top-level heading of level 1, "" if there
// is none.
func (d Document) FirstHeading() string {
	for n := d.Root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 1 {
			return plain.OneLine(InlineText(h, d.Source()))
		}
	}
	return ""
}

// maxNote is the longest footnote, in runes, that is read where it is mentioned.
const maxNote = 400

// textReader reads the words of blocks.
type textReader struct {
	source []byte
	notes  map[int]*extast.Footnote
	lists  int  // lists that are open
	mark   Form // of the item whose first words come next, Words if there is none
}

func newTextReader(d Document) *textReader {
	r := &textReader{source: d.Source(), notes: map[int]*extast.Footnote{}}
	if list, ok := d.Root.LastChild().(*extast.FootnoteList); ok {
		for n := list.FirstChild(); n != nil; n = n.NextSibling() {
			if note, ok := n.(*extast.Footnote); ok {
				r.notes[note.Index] = note
			}
		}
	}
	return r
}

// block returns the lines of a block: one for a paragraph, one for each item of a list,
// row of a table and block of a quotation.
func (r *textReader) block(n ast.Node) []Line {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock, *ast.Heading, *extast.DefinitionTerm:
		form := Words
		if r.lists == 0 && isStrong(n) {
			form = Label
		}
		return r.line(r.inline(n), form, onlyLinks(n))
	case *dialect.Label:
		return r.line(r.inline(n), Label, false)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return r.line(strings.TrimRight(rawLines(n, r.source), "\n"), Listing, false)
	case *ast.HTMLBlock:
		raw := rawLines(n, r.source)
		if n.HasClosure() {
			raw += string(n.ClosureLine.Value(r.source))
		}
		return r.line(htmlText(raw), Words, false)
	case *extast.TableHeader, *extast.TableRow:
		var cells []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if s := strings.TrimSpace(r.inline(c)); s != "" {
				cells = append(cells, s)
			}
		}
		return r.line(strings.Join(cells, "; "), Row, false)
	case *ast.List:
		return r.list(n)
	case *dialect.Box:
		return r.box(n)
	case *extast.FootnoteList:
		var out []Line
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if note, ok := c.(*extast.Footnote); ok && r.notes[note.Index] != nil {
				out = append(out, r.children(note)...) // it was too long to be read in place
			}
		}
		return out
	}
	return r.children(n)
}

// line returns the text as a line, or none if it is empty. The first words of a list's item
// have the item's form.
func (r *textReader) line(text string, form Form, links bool) []Line {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	if r.mark != Words && form == Words {
		form = r.mark
	}
	r.mark = Words
	return []Line{{Text: text, Form: form, Depth: r.lists, Links: links}}
}

// list returns the lines of a list.
func (r *textReader) list(n *ast.List) []Line {
	form := Item
	if n.IsOrdered() {
		form = Step
	}
	r.lists++
	var out []Line
	number := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.mark = form
		lines := r.block(c)
		r.mark = Words
		if len(lines) > 0 && lines[0].Form == Step {
			lines[0].N = number
			number++
		}
		out = append(out, lines...)
	}
	r.lists--
	return out
}

func (r *textReader) children(n ast.Node) []Line {
	var out []Line
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		out = append(out, r.block(c)...)
	}
	return out
}

// box returns the lines of a callout or a labelled part. The name of a severity is no
// text, but a warning says that it is one.
func (r *textReader) box(b *dialect.Box) []Line {
	label, ok := b.FirstChild().(*dialect.Label)
	if !ok || b.Own {
		return r.children(b)
	}
	var out []Line
	for c := label.NextSibling(); c != nil; c = c.NextSibling() {
		out = append(out, r.block(c)...)
	}
	if len(out) > 0 && b.Severity.Grave() {
		out[0].Text = r.inline(label) + ": " + out[0].Text
		for i := range out {
			out[i].Grave = true
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

// InlineText returns the text of a block's inline content without its footnotes.
func InlineText(n ast.Node, source []byte) string {
	return (&textReader{source: source}).inline(n)
}

// inline returns the text of a block's inline content.
func (r *textReader) inline(n ast.Node) string {
	var b strings.Builder
	r.write(&b, n)
	return strings.TrimSpace(b.String())
}

func (r *textReader) write(b *strings.Builder, parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.Write(unescape(n.Segment.Value(r.source), n.IsRaw()))
			if n.HardLineBreak() {
				b.WriteByte('\n')
			} else if n.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(unescape(n.Value, n.IsRaw() || n.IsCode()))
		case *ast.CodeSpan:
			writeCode(b, n, r.source)
		case *ast.AutoLink:
			b.Write(n.Label(r.source))
		case *ast.RawHTML:
			b.WriteString(breakAt(n, r.source))
		case *dialect.Script:
			words := r.inline(n)
			if n.Low || strings.Trim(words, "0123456789+-") != "" {
				b.WriteString(words)
			} else {
				b.WriteString(exponents.Replace(words))
			}
		case *extast.FootnoteLink:
			r.note(b, n.Index)
		default:
			if n.Type() == ast.TypeBlock && b.Len() > 0 {
				b.WriteByte(' ') // a list in a cell of a table
			}
			r.write(b, n)
		}
	}
}

// note writes a footnote where it is first mentioned.
func (r *textReader) note(b *strings.Builder, index int) {
	n := r.notes[index]
	if n == nil {
		return
	}
	delete(r.notes, index)
	if words := joinLines(r.children(n), " "); utf8.RuneCountInString(words) <= maxNote {
		b.WriteString(" (" + words + ")")
		return
	}
	r.notes[index] = n
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

// exponents are the signs above the line, without which 10⁶ would be 106 in plain text.
var exponents = strings.NewReplacer(
	"0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻",
)

// breakAt returns what stands for a tag of HTML within words: a line break where it makes one or
// begins a block, and the sign of a list's item.
func breakAt(n *ast.RawHTML, source []byte) string {
	raw := rawHTML(n, source)
	name := strings.ToLower(strings.Trim(raw, "</> \t\n"))
	name, _, _ = strings.Cut(name, " ")
	switch {
	case name == "br":
		return "\n"
	case strings.HasPrefix(raw, "</"):
		return ""
	}
	first := n.PreviousSibling() == nil
	for p, ok := n.PreviousSibling().(*ast.RawHTML); ok && !first; p, ok = p.PreviousSibling().(*ast.RawHTML) {
		first = p.PreviousSibling() == nil
	}
	switch name {
	case "li":
		if first {
			return "• "
		}
		return "\n• "
	case "p", "div", "tr", "dt", "dd", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6":
		if !first {
			return "\n"
		}
	}
	return ""
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

// Address resolves the escapes and character references of a destination as the
// renderer would, with spaces as %20.
func Address(destination []byte) string {
	return strings.ReplaceAll(strings.TrimSpace(string(unescape(destination, false))), " ", "%20")
}
