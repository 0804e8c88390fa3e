package dialect

import (
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

// restoreCode gives code what its tokens stand for.
func (t *Text) restoreCode(n ast.Node) {
	switch n := n.(type) {
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		t.restoreLines(n)
	case *ast.CodeSpan:
		t.restoreSpan(n)
	}
}

// restoreLines gives the lines of a code block what its tokens stand for.
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

// restoreSpan gives a code span what its tokens stand for.
func (t *Text) restoreSpan(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if words, ok := c.(*ast.Text); ok {
			if original, changed := t.restore(words.Segment.Start, words.Segment.Stop); changed {
				words.Segment = t.label(string(original))
			}
		}
	}
}

// applyList applies an attribute list on its own line to the block before it or, after a
// blank line, to the one behind it.
func applyList(n *attributesNode) {
	target := n.PreviousSibling()
	if target == nil || n.HasBlankPreviousLines() && n.NextSibling() != nil {
		target = n.NextSibling()
	}
	if target != nil {
		applyAttributes(target, n.tag)
	}
	n.Parent().RemoveChild(n.Parent(), n)
}

// applyAttributes gives a block the id and the callout that an attribute list names.
func applyAttributes(target ast.Node, g *tag) {
	if l, ok := target.(*ast.List); ok && g.has("toc") {
		l.Parent().RemoveChild(l.Parent(), l) // the table of contents takes its place
		return
	}
	if id := g.value("id"); id != "" {
		AddID(target, id)
	}
	for _, a := range g.args {
		if a.name != "class" {
			continue
		}
		for _, class := range strings.Fields(a.value) {
			kind, titled := strings.CutSuffix(class, "-title") // the first paragraph is the title
			if s, label, ok := calloutKind(kind); ok && mayBeCallout(target, kind) {
				target.SetAttributeString("box", &Box{Form: Callout, Severity: s, Own: titled})
				target.SetAttributeString("label", label)
				return
			}
		}
	}
}

// mayBeCallout reports whether a block with that class is one: a quotation, or a paragraph
// whose class is not a mere style.
func mayBeCallout(target ast.Node, class string) bool {
	switch target.(type) {
	case *ast.Blockquote:
		return true
	case *ast.Paragraph:
		_, bare := severities[class]
		return bare || strings.HasPrefix(class, "alert-") || strings.HasPrefix(class, "notice--") ||
			strings.HasPrefix(class, "is-")
	}
	return false
}

// applyMark uses a tag within words: an attribute list, or the begin of a link.
func (t *Text) applyMark(m *markNode) {
	parent, g := m.Parent(), m.tag
	if parent == nil {
		return
	}
	switch {
	case g.role == mark:
		applyInlineAttributes(m)
	case g.state == opening && g.close >= 0 && g.role == style:
		styleAround(m)
	case g.state == opening && g.close >= 0 && (g.role == link || g.role == group || g.role == section):
		linkAround(m)
	}
	if m.Parent() != nil {
		t.trimBefore(m)
		m.Parent().RemoveChild(m.Parent(), m)
	}
}

// applyInlineAttributes applies an attribute list within words to the heading that they
// are, or to the block that they begin; its id becomes an anchor.
func applyInlineAttributes(m *markNode) {
	block := m.Parent()
	for block != nil && block.Type() == ast.TypeInline {
		block = block.Parent()
	}
	id := m.tag.value("id")
	switch h := block.(type) {
	case *ast.Heading:
		if id != "" {
			AddID(h, id)
		}
		return
	case *ast.Paragraph:
		if m.PreviousSibling() == nil && m.Parent() == block {
			applyAttributes(h, m.tag)
			return
		}
	}
	if id != "" {
		m.Parent().InsertBefore(m.Parent(), m, &Anchor{ID: id})
	}
}

// linkAround makes what stands between a tag and its end tag a link if the tag has an
// address.
func linkAround(m *markNode) {
	if to := m.tag.value("href", "url", "to", "link"); to != "" {
		l := ast.NewLink()
		l.Destination = []byte(escapeAddress(to))
		around(m, l)
	}
}

// styleAround sets what stands between a tag and its end tag in its style.
func styleAround(m *markNode) {
	switch mark := styles[m.tag.name]; mark {
	case "~~":
		around(m, extast.NewStrikethrough())
	default:
		around(m, ast.NewEmphasis(len(mark)))
	}
}

// around moves what stands between a tag and its end tag in the same block into a node
// that takes its place. Nothing is changed if the tag ends elsewhere.
func around(m *markNode, n ast.Node) {
	end := m.NextSibling()
	for ; end != nil; end = end.NextSibling() {
		if e, ok := end.(*markNode); ok && e.tag.state == closing && e.tag.key() == m.tag.key() {
			break
		}
	}
	if end == nil || m.NextSibling() == end {
		return
	}
	for c := m.NextSibling(); c != end; {
		next := c.NextSibling()
		m.Parent().RemoveChild(m.Parent(), c)
		n.AppendChild(n, c)
		c = next
	}
	m.Parent().InsertBefore(m.Parent(), m, n)
}

// becomeLink makes the words of a box a link, or puts a link before them if they are more
// than a paragraph or hold links themselves.
func becomeLink(b *Box) {
	to, words := b.tag.address()
	l := ast.NewLink()
	l.Destination = []byte(escapeAddress(to))
	p, ok := b.FirstChild().(*ast.Paragraph)
	switch {
	case to == "" || hasLink(b):
	case ok && p.NextSibling() == nil:
		moveChildren(p, l)
		p.AppendChild(p, l)
	default:
		first := ast.NewParagraph()
		first.AppendChild(first, named(l, words))
		b.Parent().InsertBefore(b.Parent(), b, first)
	}
	unwrapBlock(b)
}

func hasLink(n ast.Node) bool {
	found := false
	_ = ast.Walk(n, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		if found = found || n.Kind() == ast.KindLink || n.Kind() == KindPage; found {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return found
}

// trimBefore drops the white space between the last words of a block and a mark behind
// them, which is to be removed.
func (t *Text) trimBefore(n ast.Node) {
	if words, ok := n.PreviousSibling().(*ast.Text); ok && n.NextSibling() == nil {
		words.Segment = words.Segment.TrimRightSpace(t.source)
	}
}

// boxOf returns the box that a block is to become.
func boxOf(n ast.Node) (*Box, bool) {
	v, ok := n.AttributeString("box")
	if !ok {
		return nil, false
	}
	b, ok := v.(*Box)
	return b, ok
}

// becomeBox replaces a block by a box with its content.
func becomeBox(n ast.Node, b *Box) {
	if n.Parent() == nil {
		return
	}
	n.Parent().ReplaceChild(n.Parent(), n, b)
	if label, ok := n.AttributeString("label"); ok {
		l := &Label{}
		if words, ok := label.(string); ok {
			l.AppendChild(l, ast.NewString([]byte(words)))
		}
		b.AppendChild(b, l)
	}
	if n.Kind() == ast.KindBlockquote {
		moveChildren(n, b)
	} else {
		b.AppendChild(b, n)
	}
	first, ok := b.FirstChild().(*Label)
	if !ok {
		return
	}
	if title, ok := first.NextSibling().(*ast.Paragraph); ok && b.Own && title.NextSibling() != nil &&
		first.Lines().Len() == 0 {
		first.RemoveChildren(first)
		moveChildren(title, first)
		b.RemoveChild(b, title)
		return
	}
	if second, ok := first.NextSibling().(*Label); ok {
		if second.NextSibling() == nil {
			p := ast.NewParagraph()
			moveChildren(second, p)
			b.ReplaceChild(b, second, p)
			return
		}
		b.RemoveChild(b, first)
		b.Own = true
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

// settleBox gives a box its final form.
func settleBox(b *Box) {
	if b.Parent() == nil {
		return
	}
	if b.gathers {
		gather(b)
	}
	if b.anchor != "" {
		p := ast.NewParagraph()
		p.AppendChild(p, &Anchor{ID: b.anchor})
		b.InsertBefore(b, b.FirstChild(), p)
		if l, ok := p.NextSibling().(*Label); ok {
			b.InsertBefore(b, p, l)
		}
	}
	switch b.Form {
	case labelBox:
		becomeLabel(b)
	case quoteBox:
		q := ast.NewBlockquote()
		b.Parent().ReplaceChild(b.Parent(), b, q)
		moveLabelAsParagraph(b)
		moveChildren(b, q)
	case linkBox:
		becomeLink(b)
	case plainBox:
		moveLabelAsParagraph(b)
		unwrapBlock(b)
	case Callout, Section:
		if b.FirstChild() == nil || b.Form == Section && onlyLabel(b) && b.tag != nil && b.tag.state == single {
			moveLabelAsParagraph(b)
			unwrapBlock(b)
		}
	}
}

func onlyLabel(b *Box) bool {
	_, ok := b.FirstChild().(*Label)
	return ok && b.FirstChild() == b.LastChild()
}

// moveLabelAsParagraph makes a label that has no box a paragraph.
func moveLabelAsParagraph(b *Box) {
	if l, ok := b.FirstChild().(*Label); ok {
		p := ast.NewParagraph()
		moveChildren(l, p)
		b.ReplaceChild(b, l, p)
	}
}

// becomeLabel makes the words of a box the label of the box around it, or a paragraph if
// there is none.
func becomeLabel(b *Box) {
	around, ok := b.Parent().(*Box)
	first := b.PreviousSibling()
	label, labelled := first.(*Label)
	if !ok || around.Form != Section && around.Form != Callout || first != nil && (!labelled || around.Own) {
		unwrapBlock(b)
		return
	}
	l := &Label{}
	for c := b.FirstChild(); c != nil; c = c.NextSibling() {
		if l.FirstChild() != nil {
			l.AppendChild(l, ast.NewString([]byte(" ")))
		}
		moveChildren(c, l)
	}
	if labelled {
		around.RemoveChild(around, label)
	}
	around.Own = true
	around.ReplaceChild(around, b, l)
}

// unwrapBlock replaces a box by what it contains.
func unwrapBlock(b ast.Node) {
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

// AddID gives a block an id of the author's.
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
