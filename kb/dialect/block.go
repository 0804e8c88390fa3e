package dialect

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Blocks returns the parsers of blocks that a dialect needs in addition to those of CommonMark, of
// which it replaces the one for indented code. All open containers; the parser that uses
// them has to bound their nesting.
func Blocks(d Name) []util.PrioritizedValue {
	indented := util.Prioritized(parser.NewCodeBlockParser(), 500)
	if syntaxOf(d).mdx {
		indented = util.Prioritized(indentedWords{}, 500)
	}
	return []util.PrioritizedValue{
		indented,
		util.Prioritized(tokenBlocks{}, 90),
		util.Prioritized(indentedBoxes{}, 95),
		util.Prioritized(noteBlocks{}, 150),
	}
}

// Inlines returns the parsers of what stands within lines.
func Inlines() []util.PrioritizedValue {
	return []util.PrioritizedValue{util.Prioritized(tokenInlines{}, 50), util.Prioritized(noteInlines{}, 60)}
}

// tokenBlocks parses tokens that stand for whole blocks.
type tokenBlocks struct{}

// Trigger implements parser.BlockParser.
func (tokenBlocks) Trigger() []byte { return []byte{'{'} }

// Open opens the box of a tag at the beginning of a line, or one without content for a
// tag that stands alone.
func (tokenBlocks) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	t := textOf(pc)
	line, segment := reader.PeekLine()
	_, pos := util.IndentWidth(line, reader.LineOffset())
	if t == nil || pos >= len(line) {
		return nil, parser.NoChildren
	}
	g := t.tagAt(segment.Start + pos - segment.Padding)
	if g == nil {
		return nil, parser.NoChildren
	}
	n := g.end - g.at
	switch {
	case g.state == opening && g.block:
		reader.Advance(pos + n)
		return openBox(t, g), parser.HasChildren
	case !onlyTokens(t, segment, line, pos):
		return nil, parser.NoChildren
	case g.role == mark:
		reader.Advance(pos + n)
		return &attributesNode{tag: g}, parser.NoChildren
	case g.role != callout && g.shown():
		return nil, parser.NoChildren // it makes a paragraph
	}
	reader.Advance(pos + n)
	b := &Box{Form: plainBox}
	if g.role == callout && g.value(textNames...) != "" {
		b = openBox(t, g)
	}
	b.tag, b.close, b.end, b.indent = g, g.at, g.end, -1
	return b, parser.HasChildren
}

// onlyTokens reports whether the line holds nothing but tokens from an offset on.
func onlyTokens(t *Text, segment text.Segment, line []byte, pos int) bool {
	for pos < len(line) {
		if util.IsSpace(line[pos]) {
			pos++
			continue
		}
		g := t.tagAt(segment.Start + pos - segment.Padding)
		if g == nil {
			return false
		}
		pos += g.end - g.at
	}
	return true
}

// openBox makes the box of a tag with its label.
func openBox(t *Text, g *tag) *Box {
	b := &Box{Form: plainBox, tag: g, close: never, end: never, indent: -1}
	b.strip = g.form == element || g.form == shortcode
	if g.close >= 0 {
		b.close, b.end = t.tags[g.close].at, t.tags[g.close].end
	}
	if g.state == closing {
		return b
	}
	switch g.role {
	case callout:
		b.Form = Callout
		s, label, own := g.calloutOf()
		b.Severity, b.Own = s, own
		b.setLabel(t, label)
		if content := g.value(textNames...); content != "" && content != label {
			p := ast.NewParagraph()
			p.Lines().Append(t.label(content))
			b.AppendChild(b, p)
		}
	case section:
		if label := g.sectionLabel(); label != "" || g.name == "details" {
			b.Form, b.Own = Section, true
			if label != "" {
				b.setLabel(t, label)
			}
		}
	case link:
		b.Form = linkBox
	case summary:
		b.Form = labelBox
		return b
	case quotation:
		b.Form = quoteBox
		if title := g.value("title", "author", "cite"); title != "" {
			b.setLabel(t, title)
		}
		if words := g.value("text", "content", "quote"); words != "" {
			p := ast.NewParagraph()
			p.Lines().Append(t.label(words))
			b.AppendChild(b, p)
		}
	default:
	}
	b.anchor = g.value("id")
	return b
}

func (b *Box) setLabel(t *Text, words string) { b.labelled(t.label(words)) }

// labelled sets the label of the box: the one that a segment of the source holds.
func (b *Box) labelled(words text.Segment) {
	l := &Label{}
	l.Lines().Append(words)
	b.AppendChild(b, l)
}

// Continue passes the lines up to the token that closes the box.
func (tokenBlocks) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	b, ok := node.(*Box)
	if !ok {
		return parser.Close
	}
	line, segment := reader.PeekLine()
	if b.end <= segment.Start {
		return parser.Close
	}
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	w, pos := util.IndentWidth(line, reader.LineOffset())
	at := segment.Start + pos - segment.Padding
	if at == b.close {
		reader.Advance(pos + b.end - b.close)
		return parser.Close
	}
	if b.indent < 0 {
		b.indent = 0
		if b.strip || w < 4 || line[pos] == '{' {
			b.indent = w
		}
	}
	if n := min(w, b.indent); n > 0 {
		at, padding := util.IndentPosition(line, reader.LineOffset(), n)
		reader.AdvanceAndSetPadding(at, padding)
	}
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (tokenBlocks) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (tokenBlocks) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (tokenBlocks) CanAcceptIndentedLine() bool { return true }

// tokenInlines parses tokens within lines.
type tokenInlines struct{}

// Trigger implements parser.InlineParser.
func (tokenInlines) Trigger() []byte { return []byte{'{'} }

// Parse returns what a token stands for.
func (tokenInlines) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	t := textOf(pc)
	_, segment := block.PeekLine()
	if t == nil {
		return nil
	}
	g := t.tagAt(segment.Start)
	if g == nil || segment.Padding > 0 {
		return nil
	}
	block.Advance(g.end - g.at)
	return inlineOf(g)
}

// shown reports whether a tag within words is something to a reader by itself.
func (g *tag) shown() bool {
	_, mark := inlineOf(g).(*markNode)
	return !mark
}

// inlineOf returns the node of a tag within words.
func inlineOf(g *tag) ast.Node {
	switch {
	case g.role == page:
		return pageLink(g)
	case g.role == anchor:
		return &Anchor{ID: g.value("id", "name")}
	case g.role == picture && g.state != closing:
		src, alt := g.imageOf()
		l := ast.NewLink()
		l.Destination = []byte(src)
		return named(ast.NewImage(l), alt)
	case g.role == link && g.state != closing && g.close < 0 && !(g.html && g.name == "a"):
		return linkTo(g.address())
	case g.state == closing || g.role == mark || g.role == style || g.close >= 0:
		return &markNode{tag: g}
	}
	if to := g.value("url", "href"); g.role == group && to != "" && g.text() == "" {
		return linkTo(g.address())
	}
	if words := g.text(); words != "" {
		return ast.NewString([]byte(words))
	}
	return &markNode{tag: g}
}

func pageLink(g *tag) ast.Node {
	target, label := g.arg("target"), g.arg("label")
	if label == "" {
		label = pageLabel(target)
	}
	return named(&PageLink{Target: target}, label)
}

func linkTo(to, words string) ast.Node {
	l := ast.NewLink()
	l.Destination = []byte(escapeAddress(to))
	return named(l, words)
}

func named(n ast.Node, words string) ast.Node {
	if words != "" {
		n.AppendChild(n, ast.NewString([]byte(words)))
	}
	return n
}

// indentedWords parses what would be indented code where there is none: its lines are read
// without their indentation.
type indentedWords struct{}

// Trigger implements parser.BlockParser.
func (indentedWords) Trigger() []byte { return nil }

// Open opens a box that is replaced by its content.
func (indentedWords) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	w, _ := util.IndentWidth(line, reader.LineOffset())
	if w < 4 || util.IsBlank(line) {
		return nil, parser.NoChildren
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), w)
	reader.AdvanceAndSetPadding(at, padding)
	return &Box{Form: plainBox, close: never, end: never, lines: w}, parser.HasChildren
}

// Continue passes the lines that are indented too.
func (indentedWords) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	b, ok := node.(*Box)
	line, _ := reader.PeekLine()
	if !ok {
		return parser.Close
	}
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	w, _ := util.IndentWidth(line, reader.LineOffset())
	if w < 4 {
		return parser.Close
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), min(w, b.lines))
	reader.AdvanceAndSetPadding(at, padding)
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (indentedWords) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (indentedWords) CanInterruptParagraph() bool { return false }

// CanAcceptIndentedLine implements parser.BlockParser.
func (indentedWords) CanAcceptIndentedLine() bool { return true }
