package dialect

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

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

// applyAttributes sets the id and the callout of a block that an attribute list names.
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
		if g.html && enclosing[g.name] {
			t.breakAt(m)
		}
		t.trimBefore(m)
		m.Parent().RemoveChild(m.Parent(), m)
	}
}

// breakAt breaks the line where an element that makes a block begins or ends among words, as in
// a cell of a table.
func (t *Text) breakAt(m *markNode) {
	before, after := m.PreviousSibling(), m.NextSibling()
	if before == nil || after == nil {
		return
	}
	if words, ok := before.(*ast.Text); ok {
		if words.HardLineBreak() || words.SoftLineBreak() || len(bytes.TrimSpace(words.Segment.Value(t.source))) == 0 {
			return
		}
	}
	br := ast.NewTextSegment(t.label(""))
	br.SetHardLineBreak(true)
	m.Parent().InsertBefore(m.Parent(), m, br)
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
	case "^", "~":
		around(m, &Script{Low: mark == "~"})
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
