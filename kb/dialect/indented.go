package dialect

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// indentedBoxes parses callouts and tabs whose content is indented by four columns:
//
//	!!! warning "Title"        ??? note        === "Tab"
type indentedBoxes struct{}

var indentedHead = regexp.MustCompile(`^(!!!|\?\?\?\+?|===[+!]{0,2})[ \t]*([^"'“\n]*?)[ \t]*` +
	`(?:["'“](.*?)["'”][ \t]*(?:\{[^}\n]*\}|\|[^\n]*)?)?[ \t]*\n?$`)

var kindWords = regexp.MustCompile(`^(?:[\p{L}\p{N}_-]+[ \t]*)*(?:\|[^\n]*)?$`)

// Trigger implements parser.BlockParser.
func (indentedBoxes) Trigger() []byte { return []byte{'!', '?', '='} }

// Open opens a box if the line is the head of one.
func (indentedBoxes) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	t := textOf(pc)
	line, segment := reader.PeekLine()
	_, pos := util.IndentWidth(line, reader.LineOffset())
	if t == nil || pos >= len(line) {
		return nil, parser.NoChildren
	}
	m := indentedHead.FindSubmatchIndex(line[pos:])
	if m == nil {
		return nil, parser.NoChildren
	}
	b := &Box{lines: 4, close: never, end: never}
	at := segment.Start + pos - segment.Padding
	kinds, quoted := string(line[pos+m[4]:pos+m[5]]), m[6] >= 0
	title := text.NewSegment(at, at)
	if quoted {
		title = text.NewSegment(at+m[6], at+m[7])
	}
	if line[pos] == '=' {
		if !quoted || kinds != "" {
			return nil, parser.NoChildren
		}
		b.Form, b.Own = Section, true
		b.labelled(title)
	} else if !b.readKind(t, kinds, title, quoted, indentedBelow(reader.Source(), at)) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return b, parser.NoChildren
}

// readKind sets what kind of callout the words behind the mark name; false if they are
// ordinary words.
func (b *Box) readKind(t *Text, kinds string, title text.Segment, quoted, content bool) bool {
	words := strings.Fields(strings.Split(kinds, "|")[0])
	if len(words) == 0 && !quoted || !kindWords.MatchString(kinds) {
		return false
	}
	label := ""
	b.Form, b.Severity = Callout, Note
	known := false
	for i, w := range words {
		s, l, ok := calloutKind(w)
		if i == 0 && !ok {
			l = titled(strings.ReplaceAll(strings.ToLower(w), "-", " "))
		}
		if i == 0 || ok && label == "" {
			b.Severity, known, label = s, ok, l
		}
	}
	if !known && !quoted && !content {
		return false
	}
	if title.Len() > 0 {
		b.Own = true
		b.labelled(title)
	} else {
		b.setLabel(t, cmp.Or(label, Note.Name())) // a title that is left empty says nothing to those who see no colours
	}
	return true
}

// indentedBelow reports whether the next line with words is indented by four columns more
// than the mark at that offset.
func indentedBelow(source []byte, at int) bool {
	begin := bytes.LastIndexByte(source[:at], '\n') + 1
	quote, before := splitQuote(string(source[begin:at]), maxQuotes)
	own, rest := depth(quote), source[at:]
	for range 3 {
		_, after, _ := bytes.Cut(rest, []byte("\n"))
		if rest = after; len(rest) == 0 {
			return false
		}
		line := lineAt(string(rest[:min(len(rest), maxIndent)]), 0)
		marks, line := splitQuote(line, own)
		if columns, width := indentOf(line); width < len(line) {
			return depth(marks) == own && columns >= columnsOf(before)+4
		}
	}
	return false
}

// Continue passes the lines that are indented enough.
func (indentedBoxes) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	b, ok := node.(*Box)
	if !ok {
		return parser.Close
	}
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), b.lines)
	if at < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(at, padding)
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (indentedBoxes) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (indentedBoxes) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (indentedBoxes) CanAcceptIndentedLine() bool { return false }
