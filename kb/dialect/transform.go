package dialect

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Transformers returns the transformers of whole documents.
func Transformers() []util.PrioritizedValue {
	return []util.PrioritizedValue{util.Prioritized(transformer{}, 100)}
}

// transformer gives the tags of a document their meaning, and their original words to
// those that turned out to be code.
type transformer struct{}

// Transform rewrites the tree. It keeps no node of this package but boxes with their
// labels, anchors and page links.
func (transformer) Transform(doc *ast.Document, _ text.Reader, pc parser.Context) {
	t := textOf(pc)
	if t == nil {
		return
	}
	var found nodes
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			t.restoreCode(n)
			t.trimForm(n)
			found.collect(n)
		} else if b, ok := n.(*Box); ok {
			found.boxes = append(found.boxes, b)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range found.lists {
		applyList(n)
	}
	for _, n := range found.marks {
		t.applyMark(n)
	}
	for _, n := range found.blocks {
		if b, ok := boxOf(n); ok {
			becomeBox(n, b)
			if b.gathers {
				found.boxes = append(found.boxes, b)
			}
		}
	}
	for _, n := range found.tabs {
		found.boxes = append(found.boxes, tabOf(n))
	}
	for _, n := range found.html {
		t.htmlBlock(n)
	}
	footnotesOf(pc).collect(doc, found.notes)
	for _, n := range found.boxes {
		settleBox(n)
	}
}

// nodes are the nodes of a document that are to be rewritten.
type nodes struct {
	boxes  []*Box     // the inner ones first
	blocks []ast.Node // that may become boxes
	tabs   []*ast.Heading
	html   []*ast.HTMLBlock
	notes  []*extast.Footnote
	lists  []*attributesNode
	marks  []*markNode
}

func (found *nodes) collect(n ast.Node) {
	switch n := n.(type) {
	case *ast.Blockquote, *ast.Paragraph:
		found.blocks = append(found.blocks, n)
	case *ast.Heading:
		if isTab(n) {
			found.tabs = append(found.tabs, n)
		}
	case *ast.HTMLBlock:
		found.html = append(found.html, n)
	case *extast.Footnote:
		found.notes = append(found.notes, n)
	case *attributesNode:
		found.lists = append(found.lists, n)
	case *markNode:
		found.marks = append(found.marks, n)
	}
}

// restoreCode replaces the tokens in code by what they stand for.
func (t *Text) restoreCode(n ast.Node) {
	switch n := n.(type) {
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		t.restoreLines(n)
	case *ast.CodeSpan:
		t.restoreSpan(n)
	}
}

// shownForm matches what the words of a picture or an attachment say about how it is shown: its
// size, and whether it is played.
var shownForm = regexp.MustCompile(`(?:\\?\|(?:\d+(?:x\d+)?(?:,\s*\d+%)?|attachment|video|audio)|^\d+x\d+)$`)

// trimForm drops what the words of a picture or a link say about how it is shown.
func (t *Text) trimForm(n ast.Node) {
	switch n.(type) {
	case *ast.Image, *ast.Link:
	default:
		return
	}
	if words, ok := n.LastChild().(*ast.Text); ok {
		if m := shownForm.FindIndex(words.Segment.Value(t.source)); m != nil {
			words.Segment.Stop = words.Segment.Start + m[0]
		}
	}
}

// restoreLines replaces the tokens in the lines of a code block by what they stand for.
func (t *Text) restoreLines(n ast.Node) {
	lines := n.Lines()
	for i := range lines.Len() {
		segment := lines.At(i)
		if original, changed := t.restore(segment.Start, segment.Stop); changed {
			restored := t.label(strings.TrimSuffix(string(original), "\n"))
			restored.Stop++ // the line break that ends a label
			restored.Padding = segment.Padding
			lines.Set(i, restored)
		}
	}
}

// restoreSpan replaces the tokens in a code span by what they stand for.
func (t *Text) restoreSpan(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if words, ok := c.(*ast.Text); ok {
			if original, changed := t.restore(words.Segment.Start, words.Segment.Stop); changed {
				words.Segment = t.label(string(original))
			}
		}
	}
}

func moveChildren(from, to ast.Node) {
	for c := from.FirstChild(); c != nil; {
		next := c.NextSibling()
		from.RemoveChild(from, c)
		to.AppendChild(to, c)
		c = next
	}
}

// Unwrap replaces a node by its children.
func Unwrap(b ast.Node) {
	parent := b.Parent()
	for c := b.FirstChild(); c != nil; {
		next := c.NextSibling()
		b.RemoveChild(b, c)
		parent.InsertBefore(parent, b, c)
		c = next
	}
	parent.RemoveChild(parent, b)
}

// idsKey is the attribute under which a block's explicit ids are stored.
const idsKey = "ids"

// AddID sets a block's id of the author's.
func AddID(n ast.Node, id string) {
	n.SetAttributeString(idsKey, append(IDs(n), id))
}

// IDs returns the ids that the author gave a block.
func IDs(n ast.Node) []string {
	v, ok := n.AttributeString(idsKey)
	if !ok {
		return nil
	}
	ids, _ := v.([]string)
	return ids
}
