package dialect

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxNotes is how many footnotes of one text are understood.
const maxNotes = 2000

var notesKey = parser.NewContextKey()

// noteMention returns the name in the [^name] that a line begins with, nil if there is none.
func noteMention(line []byte) []byte {
	if !bytes.HasPrefix(line, []byte("[^")) {
		return nil
	}
	end := bytes.IndexByte(line[:min(len(line), maxName)], ']')
	if end < 3 {
		return nil
	}
	return line[2:end]
}

// footnotes are the footnotes of a document: what they say, in the order of their first
// mention.
type footnotes struct {
	byName map[string]*extast.Footnote
	used   []*extast.Footnote
}

func footnotesOf(pc parser.Context) *footnotes {
	f, ok := pc.Get(notesKey).(*footnotes)
	if !ok {
		f = &footnotes{byName: map[string]*extast.Footnote{}}
		pc.Set(notesKey, f)
	}
	return f
}

// noteBlocks parses what a footnote says: [^name]: words.
type noteBlocks struct{}

// Trigger implements parser.BlockParser.
func (noteBlocks) Trigger() []byte { return []byte{'['} }

// Open opens a footnote.
func (noteBlocks) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	_, pos := util.IndentWidth(line, reader.LineOffset())
	if pos >= len(line) {
		return nil, parser.NoChildren
	}
	name := noteMention(line[pos:])
	behind := pos + len("[^]") + len(name)
	notes := footnotesOf(pc)
	if name == nil || behind >= len(line) || line[behind] != ':' || len(notes.byName) >= maxNotes {
		return nil, parser.NoChildren
	}
	n := extast.NewFootnote(bytes.Clone(name))
	if _, twice := notes.byName[string(name)]; !twice {
		notes.byName[string(name)] = n
	}
	reader.Advance(behind + 1)
	return n, parser.HasChildren
}

// Continue passes the lines that are indented by four columns.
func (noteBlocks) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if at < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(at, padding)
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (noteBlocks) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (noteBlocks) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (noteBlocks) CanAcceptIndentedLine() bool { return false }

// noteInlines parses mentions of footnotes: [^name].
type noteInlines struct{}

// Trigger implements parser.InlineParser.
func (noteInlines) Trigger() []byte { return []byte{'['} }

// Parse returns a link to the footnote.
func (noteInlines) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	name := noteMention(line)
	if name == nil {
		return nil
	}
	notes := footnotesOf(pc)
	n, ok := notes.byName[string(name)]
	if !ok {
		return nil
	}
	if n.Index < 0 {
		notes.used = append(notes.used, n)
		n.Index = len(notes.used)
	}
	block.Advance(len("[^]") + len(name))
	return extast.NewFootnoteLink(n.Index)
}

// collect moves the footnotes that are mentioned to the end of the document, and replaces
// the others by what they say.
func (f *footnotes) collect(doc ast.Node, all []*extast.Footnote) {
	list := extast.NewFootnoteList()
	list.Count = len(f.used)
	for _, n := range f.used {
		n.Parent().RemoveChild(n.Parent(), n)
		list.AppendChild(list, n)
	}
	for _, n := range all {
		if n.Parent() != list {
			Unwrap(n)
		}
	}
	if list.FirstChild() != nil {
		doc.AppendChild(doc, list)
	}
}
