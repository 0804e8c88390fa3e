package dialect

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

const (
	maxDepth     = 24     // elements within each other; what lies deeper is shown in the element around it
	maxHTMLCells = 50_000 // cells of the tables of one block
)

// htmlBlock replaces a block of HTML by what it shows.
func (t *Text) htmlBlock(n *ast.HTMLBlock) {
	var raw bytes.Buffer
	for i := range n.Lines().Len() {
		t.writeHTML(&raw, n.Lines().At(i))
	}
	if n.HasClosure() {
		t.writeHTML(&raw, n.ClosureLine)
	}
	b := &htmlBuilder{t: t, root: &Box{Form: plainBox}}
	b.build(html.NewTokenizer(&raw))
	parent := n.Parent()
	for c := b.root.FirstChild(); c != nil; {
		next := c.NextSibling()
		b.root.RemoveChild(b.root, c)
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}

// writeHTML writes a line of a block of HTML with the elements that its tokens stand for.
func (t *Text) writeHTML(out *bytes.Buffer, s text.Segment) {
	at := s.Start
	for _, g := range t.within(s.Start, s.Stop) {
		out.Write(t.source[at:g.at])
		if g.form == element {
			out.WriteString(g.raw)
		}
		at = g.end
	}
	out.Write(t.source[at:s.Stop])
}

// htmlBuilder builds a tree from tokens of HTML.
type htmlBuilder struct {
	t     *Text
	root  ast.Node
	stack []htmlFrame
	cells int
	skip  string // the element whose content is dropped
}

type htmlFrame struct {
	name string
	node ast.Node
}

func (b *htmlBuilder) build(z *html.Tokenizer) {
	for {
		switch z.Next() {
		case html.ErrorToken:
			b.closeAll()
			return
		case html.TextToken:
			if b.skip == "" {
				b.words(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			b.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(string(name))
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// top returns the node that is open.
func (b *htmlBuilder) top() ast.Node {
	if len(b.stack) == 0 {
		return b.root
	}
	return b.stack[len(b.stack)-1].node
}

// open opens a node below the one that is open.
func (b *htmlBuilder) open(name string, n ast.Node) {
	top := b.top()
	top.AppendChild(top, n)
	b.stack = append(b.stack, htmlFrame{name, n})
}

func (b *htmlBuilder) start(z *html.Tokenizer) {
	raw, more := z.TagName()
	name := string(raw)
	attributes := map[string]string{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		attributes[string(key)] = string(value)
	}
	switch {
	case b.skip != "":
		return
	case goneElements[name]:
		b.skip = name
		return
	case len(b.stack) > maxDepth:
		return
	}
	if b.inCode(name, attributes) {
		return
	}
	if id := attributes["id"]; id != "" && name != "input" && !headingName.MatchString(name) && name[0] != 't' {
		b.inline().AppendChild(b.inline(), &Anchor{ID: id})
	}
	if !b.startBlock(name, attributes) {
		b.startInline(name, attributes)
	}
}

// inCode reports whether code is open, in which elements say nothing. A block ends code
// within words.
func (b *htmlBuilder) inCode(name string, attributes map[string]string) bool {
	switch b.top().(type) {
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		if name == "br" {
			b.words("\n")
		} else if codeNames[name] {
			b.language(attributes["class"])
		}
		return true
	case *ast.CodeSpan:
		if !blockNames[name] {
			return true
		}
		b.stack = b.stack[:len(b.stack)-1]
	}
	return false
}

// startBlock opens a block; false if the element is none.
func (b *htmlBuilder) startBlock(name string, attributes map[string]string) bool {
	switch name {
	case "p", "div", "section", "article", "figure", "figcaption", "center", "header", "footer", "main", "nav", "address",
		"details", "summary", "caption", "form", "fieldset", "legend", "aside":
		b.endParagraph()
	case "ul", "ol", "menu", "dir":
		b.endParagraph()
		l := ast.NewList('-')
		if name == "ol" {
			l.Marker, l.Start = '.', 1
		}
		l.IsTight = true
		b.open(name, l)
	case "li":
		b.closeTo("li", "ul", "ol", "menu", "dir")
		if _, ok := b.top().(*ast.List); ok {
			b.open(name, ast.NewListItem(0))
		}
	case "dl":
		b.endParagraph()
		b.open(name, extast.NewDefinitionList(0, nil))
	case "dt", "dd":
		b.closeTo("dt", "dl")
		b.closeTo("dd", "dl")
		if _, ok := b.top().(*extast.DefinitionList); !ok {
			b.endParagraph()
		} else if name == "dt" {
			b.open(name, extast.NewDefinitionTerm())
		} else {
			b.open(name, extast.NewDefinitionDescription())
		}
	case "blockquote":
		b.endParagraph()
		b.open(name, ast.NewBlockquote())
	case "h1", "h2", "h3", "h4", "h5", "h6":
		b.endParagraph()
		h := ast.NewHeading(int(name[1] - '0'))
		if id := attributes["id"]; id != "" {
			AddID(h, id)
		}
		b.open(name, h)
	case "hr":
		b.endParagraph()
		b.top().AppendChild(b.top(), ast.NewThematicBreak())
	case "pre":
		b.endParagraph()
		b.open(name, ast.NewCodeBlock())
	default:
		return b.startTable(name, attributes)
	}
	return true
}

// startTable opens a table or a part of one; false if the element is none.
func (b *htmlBuilder) startTable(name string, attributes map[string]string) bool {
	switch name {
	case "table":
		if b.within("table") || b.cells > maxHTMLCells {
			return true // a table within a cell is read row by row
		}
		b.endParagraph()
		b.open(name, extast.NewTable())
	case "thead", "tbody", "tfoot", "colgroup", "col":
	case "tr":
		b.closeTo("tr", "table")
		if t, ok := b.top().(*extast.Table); ok {
			if t.FirstChild() == nil {
				b.open(name, extast.NewTableHeader(extast.NewTableRow(nil)))
			} else {
				b.open(name, extast.NewTableRow(nil))
			}
		}
	case "td", "th":
		b.closeTo("td", "tr")
		b.closeTo("th", "tr")
		switch b.top().(type) {
		case *extast.TableHeader, *extast.TableRow:
			b.cells++
			b.open(name, spanningCell(attributes))
		default:
			b.gap(" ")
		}
	default:
		return false
	}
	return true
}

// cellSpan matches over how many columns or rows a cell may extend.
var cellSpan = regexp.MustCompile(`^[1-9][0-9]?$`)

// spanningCell returns a cell that extends over as many columns and rows as it says.
func spanningCell(attributes map[string]string) *extast.TableCell {
	cell := extast.NewTableCell()
	for _, name := range []string{"colspan", "rowspan"} {
		if n := attributes[name]; n != "1" && cellSpan.MatchString(n) {
			cell.SetAttributeString(name, []byte(n))
		}
	}
	return cell
}

func (b *htmlBuilder) startInline(name string, attributes map[string]string) {
	var n ast.Node
	switch name {
	case "br":
		b.gap("\n")
		return
	case "img":
		l := ast.NewLink()
		l.Destination = []byte(escapeAddress(attributes["src"]))
		b.inline().AppendChild(b.inline(), named(ast.NewImage(l), attributes["alt"]))
		return
	case "a":
		if attributes["href"] == "" || b.within("a") {
			return
		}
		l := ast.NewLink()
		l.Destination = []byte(escapeAddress(attributes["href"]))
		n = l
	case "strong", "b":
		n = ast.NewEmphasis(2)
	case "em", "i":
		n = ast.NewEmphasis(1)
	case "del", "s", "strike":
		n = extast.NewStrikethrough()
	case "sup", "sub":
		n = &Script{Low: name == "sub"}
	case "code", "kbd", "samp", "tt":
		n = ast.NewCodeSpan()
	default:
		return
	}
	at := b.inline()
	at.AppendChild(at, n)
	b.stack = append(b.stack, htmlFrame{name, n})
}

// language sets the language of the open block of code to the one that a class names.
func (b *htmlBuilder) language(class string) {
	for _, word := range strings.Fields(class) {
		name, ok := strings.CutPrefix(word, "language-")
		code, isCode := b.top().(*ast.CodeBlock)
		if !ok || !isCode || code.Lines().Len() > 0 || !plainWord(name) {
			continue
		}
		fenced := ast.NewFencedCodeBlock(ast.NewTextSegment(b.t.label(name)))
		code.Parent().ReplaceChild(code.Parent(), code, fenced)
		b.stack[len(b.stack)-1].node = fenced
	}
}

func plainWord(s string) bool {
	return s != "" && strings.IndexFunc(
		s, func(r rune) bool { return r >= 0x80 || !isWord(byte(r)) && r != '-' && r != '+' },
	) < 0
}

// end closes the innermost element of that name with what is open in it.
func (b *htmlBuilder) end(name string) {
	if b.skip != "" {
		if name == b.skip {
			b.skip = ""
		}
		return
	}
	switch name {
	case "p", "div", "section", "article", "figure", "figcaption", "center", "summary", "details", "caption", "aside":
		b.endParagraph()
		return
	}
	for i := len(b.stack) - 1; i >= 0; i-- {
		if b.stack[i].name == name {
			dropBreak(b.stack[i].node)
			b.stack = b.stack[:i]
			return
		}
		if b.stack[i].name == "table" && name != "table" {
			return
		}
	}
}

func (b *htmlBuilder) within(name string) bool {
	for _, f := range b.stack {
		if f.name == name {
			return true
		}
	}
	return false
}

// closeTo closes the innermost element of that name unless another one that bounds it is
// met first; words that are open are closed in any case.
func (b *htmlBuilder) closeTo(name string, bounds ...string) {
	for i := len(b.stack) - 1; i >= 0; i-- {
		if b.stack[i].name == name {
			b.stack = b.stack[:i]
			return
		}
		for _, bound := range bounds {
			if b.stack[i].name == bound {
				b.stack = b.stack[:i+1]
				return
			}
		}
	}
}

// closeAll closes everything that is open.
func (b *htmlBuilder) closeAll() { b.stack = nil }
