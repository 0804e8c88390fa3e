package markdown

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/deskbook/deskbook/kb/dialect"
)

// Limits on what the parser builds. What exceeds them remains plain text: nothing is
// lost, and the cost of a hostile article stays proportional to its length.
const (
	maxNesting  = 24      // lists and quotations within each other
	maxMarks    = 1000    // emphasis and link marks in one paragraph, heading or cell
	maxLines    = 1000    // lines of one paragraph that is searched for link definitions
	maxColumns  = 64      // columns of one table
	maxCells    = 200_000 // table cells of one article
	AnchorStart = "h-"    // distinguishes a heading's anchor from the page's own ids
)

var markdownParsers = newMarkdownParsers()

// newMarkdownParsers returns a parser for each dialect.
func newMarkdownParsers() map[dialect.Name]parser.Parser {
	out := map[dialect.Name]parser.Parser{}
	for _, d := range dialect.Names() {
		out[d] = newMarkdownParser(d)
	}
	return out
}

// newMarkdownParser returns a parser of CommonMark with tables, task lists, definition
// lists, strikethrough, bare links and what the dialects add, each bounded.
func newMarkdownParser(d dialect.Name) parser.Parser {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(bounded{extension.NewDefinitionListParser()}, 101),
		util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(bounded{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(bounded{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
	for _, b := range dialect.Blocks(d) {
		if p, ok := b.Value.(parser.BlockParser); ok {
			blocks = append(blocks, util.Prioritized(bounded{p}, b.Priority))
		}
	}
	linkify := extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))
	inlines := append(
		dialect.Inlines(), // their cost does not depend on the rest of the block
		util.Prioritized(budget(extension.NewTaskCheckBoxParser()), 0),
		util.Prioritized(budget(parser.NewCodeSpanParser()), 100),
		util.Prioritized(budget(parser.NewLinkParser()), 200),
		util.Prioritized(budget(parser.NewAutoLinkParser()), 300),
		util.Prioritized(budget(parser.NewRawHTMLParser()), 400),
		util.Prioritized(shortTags{}, 401),
		util.Prioritized(budget(parser.NewEmphasisParser()), 500),
		util.Prioritized(budget(extension.NewStrikethroughParser()), 500),
		util.Prioritized(budget(linkify), 999),
	)
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(append(dialect.Paragraphs(),
			util.Prioritized(boundedReferences{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(boundedTable{extension.NewTableParagraphTransformer()}, 200),
		)...),
		parser.WithASTTransformers(append(dialect.Transformers(),
			util.Prioritized(extension.NewTableASTTransformer(), 0),
			util.Prioritized(anchors{}, 500),
		)...),
	)
}

// Document is a parsed text.
type Document struct {
	Root ast.Node
	text *dialect.Text
}

// Source is what the segments of the nodes point into.
func (d Document) Source() []byte { return d.text.Source() }

// Line returns the line of the text on which the byte at an offset of the source stands.
func (d Document) Line(offset int) int { return d.text.Line(offset) }

// Parse parses a text in a dialect; an unknown one is [dialect.Common].
func Parse(markdown string, d dialect.Name) Document {
	clean := strings.ToValidUTF8(markdown, "\uFFFD")
	clean = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(clean)
	p, ok := markdownParsers[d]
	if !ok {
		d, p = dialect.Common, markdownParsers[dialect.Common]
	}
	t := dialect.Prepare(clean, d)
	return Document{p.Parse(t.Reader(), parser.WithContext(t.Context())), t}
}

// bounded opens no block nested deeper than maxNesting.
type bounded struct{ parser.BlockParser }

// Open opens no block beyond that depth; the text then becomes a paragraph.
func (b bounded) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if depth > maxNesting {
		return nil, parser.NoChildren
	}
	return b.BlockParser.Open(parent, reader, pc)
}

var (
	marksKey = parser.NewContextKey()
	cellsKey = parser.NewContextKey()
)

// marks counts the inline marks of the block being parsed.
type marks struct {
	block ast.Node
	n     int
}

// budgeted stops matching marks in a block that has too many of them, because the cost
// of pairing them is quadratic.
type budgeted struct{ parser.InlineParser }

// closing is a budgeted parser that is notified when its block ends.
type closing struct {
	budgeted
	parser.CloseBlocker
}

func budget(p parser.InlineParser) parser.InlineParser {
	if c, ok := p.(parser.CloseBlocker); ok {
		return closing{budgeted{p}, c}
	}
	return budgeted{p}
}

// Parse leaves the mark as text once the block's budget is spent.
func (b budgeted) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	m, ok := pc.Get(marksKey).(*marks)
	if !ok {
		m = &marks{}
		pc.Set(marksKey, m)
	}
	if m.block != parent {
		m.block, m.n = parent, 0
	}
	if m.n++; m.n > maxMarks {
		return nil
	}
	return b.InlineParser.Parse(parent, block, pc)
}

// shortTags parses the tags of HTML that stand on one line, which needs no budget.
type shortTags struct{}

var shortTag = regexp.MustCompile(`^</?[A-Za-z][A-Za-z0-9-]{0,40}(?:[ \t][^<>\n]{0,400})?/?>`)

// Trigger implements parser.InlineParser.
func (shortTags) Trigger() []byte { return []byte{'<'} }

// Parse returns a tag.
func (shortTags) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	m := shortTag.Find(line)
	if m == nil {
		return nil
	}
	node := ast.NewRawHTML()
	node.Segments.Append(segment.WithStop(segment.Start + len(m)))
	block.Advance(len(m))
	return node
}

// boundedReferences leaves a very long paragraph alone: removing link definitions from
// its head has quadratic cost.
type boundedReferences struct{ parser.ParagraphTransformer }

// Transform collects the definitions at the beginning of a paragraph.
func (t boundedReferences) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if node.Lines().Len() <= maxLines {
		t.ParagraphTransformer.Transform(node, reader, pc)
	}
}

// boundedTable leaves a table as text if it is too wide or if the article already has
// too many cells. Short rows are padded to the header's width, so a few bytes could
// otherwise grow to gigabytes.
type boundedTable struct{ parser.ParagraphTransformer }

// Transform turns the paragraph into a table where the bounds allow it.
func (t boundedTable) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	if lines.Len() < 2 {
		return
	}
	columns := 0
	for i := range lines.Len() {
		segment := lines.At(i)
		line := segment.Value(reader.Source())
		if isDelimiterRow(line) {
			columns = max(columns, bytes.Count(line, []byte("|"))+1)
		}
	}
	if columns == 0 {
		return
	}
	cells, _ := pc.Get(cellsKey).(int)
	cells += columns * lines.Len()
	if columns > maxColumns || cells > maxCells {
		return
	}
	pc.Set(cellsKey, cells)
	t.ParagraphTransformer.Transform(node, reader, pc)
}

func isDelimiterRow(line []byte) bool {
	return bytes.IndexByte(line, '-') >= 0 && len(bytes.Trim(line, "|:- \t\n")) == 0 &&
		len(bytes.TrimLeft(line, "|:- \t\n")) == 0
}
