package dialect

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// isTab reports whether a heading is the label of a tab, as Microsoft's docs have them:
//
//	# [Windows](#tab/windows)
func isTab(h *ast.Heading) bool {
	l, ok := h.FirstChild().(*ast.Link)
	return ok && l.NextSibling() == nil && strings.HasPrefix(string(l.Destination), "#tab/")
}

// tabOf replaces such a heading by a box that gathers what follows.
func tabOf(h *ast.Heading) *Box {
	b := &Box{Form: Section, Own: true, gathers: true, level: h.Level}
	l := &Label{}
	moveChildren(h.FirstChild(), l)
	b.AppendChild(b, l)
	h.Parent().ReplaceChild(h.Parent(), h, b)
	return b
}

// gather moves what follows a box into it, up to another one that gathers, or to the line
// that ends the tabs of Microsoft's docs, which is dropped.
func gather(b *Box) {
	if b.Form != Section {
		return
	}
	for n := b.NextSibling(); n != nil; {
		next := n.NextSibling()
		if other, ok := n.(*Box); ok && other.gathers {
			return
		}
		if h, ok := n.(*ast.Heading); ok && h.Level <= b.level {
			return
		}
		b.Parent().RemoveChild(b.Parent(), n)
		if n.Kind() == ast.KindThematicBreak {
			return
		}
		b.AppendChild(b, n)
		n = next
	}
}
