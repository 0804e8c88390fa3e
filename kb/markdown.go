package kb

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Limits on what the parser builds. What exceeds them remains plain text: nothing is
// lost, and the cost of a hostile article stays proportional to its length.
const (
	maxNesting  = 24      // lists and quotations within each other
	maxMarks    = 1000    // emphasis and link marks in one paragraph, heading or cell
	maxLines    = 1000    // lines of one paragraph that is searched for link definitions
	maxColumns  = 64      // columns of one table
	maxCells    = 200_000 // table cells of one article
	anchorStart = "h-"    // distinguishes a heading's anchor from the page's own ids
)

var markdownParser = newMarkdownParser()

// newMarkdownParser returns a parser of CommonMark with tables, task lists, strikethrough and bare
// links, each bounded.
func newMarkdownParser() parser.Parser {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(bounded{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(bounded{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
	inlines := append(
		parser.DefaultInlineParsers(),
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(extension.NewStrikethroughParser(), 500),
		util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})), 999),
	)
	for i, in := range inlines {
		if p, ok := in.Value.(parser.InlineParser); ok {
			inlines[i].Value = budget(p)
		}
	}
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(
			util.Prioritized(boundedReferences{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(boundedTable{extension.NewTableParagraphTransformer()}, 200),
		),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewTableASTTransformer(), 0),
			util.Prioritized(anchors{}, 500),
		),
	)
}

// document parses Markdown. The tree's segments point into source.
func document(markdown string) (doc ast.Node, source []byte) {
	clean := strings.ToValidUTF8(markdown, "\uFFFD")
	source = []byte(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(clean))
	return markdownParser.Parse(text.NewReader(source)), source
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

// anchors gives every heading an id derived from its words: the same words have the
// same id in every revision.
type anchors struct{}

// Transform sets the headings' ids in document order.
func (anchors) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	used := map[string]int{}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		h, ok := n.(*ast.Heading)
		if !ok {
			if n.Type() == ast.TypeInline {
				return ast.WalkSkipChildren, nil
			}
			return ast.WalkContinue, nil
		}
		anchor := anchorOf(inlineText(h, reader.Source()))
		used[anchor]++
		if k := used[anchor]; k > 1 {
			// "-n" can collide with a heading that ends in a number; a double hyphen cannot.
			anchor += "--" + strconv.Itoa(k)
		}
		h.SetAttributeString("id", []byte(anchor))
		return ast.WalkSkipChildren, nil
	})
}

// anchorOf returns the anchor of the first heading with these words.
func anchorOf(heading string) string {
	slug := Slugify(heading)
	if slug == "" {
		slug = "section"
	}
	return anchorStart + slug
}

// headingAnchor returns the heading's id.
func headingAnchor(h *ast.Heading) string {
	if v, ok := h.AttributeString("id"); ok {
		if b, ok := v.([]byte); ok {
			return string(b)
		}
	}
	return ""
}
