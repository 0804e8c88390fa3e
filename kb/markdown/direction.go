package markdown

import (
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"golang.org/x/text/unicode/bidi"

	"github.com/deskbook/deskbook/kb/dialect"
)

// direction is how a text reads; the zero direction is that of the text around it.
type direction string

const (
	leftToRight direction = "ltr"
	rightToLeft direction = "rtl"
)

// directionKey is the attribute with the direction of a block.
const directionKey = "dir"

// directionOf returns the direction of the first letter that has one, which is how
// browsers find it.
func directionOf(text []byte) direction {
	for len(text) > 0 {
		p, size := bidi.Lookup(text)
		if size == 0 {
			return ""
		}
		switch p.Class() {
		case bidi.L:
			return leftToRight
		case bidi.R, bidi.AL:
			return rightToLeft
		}
		text = text[size:]
	}
	return ""
}

// readsBothWays reports whether a text has letters that are written from right to left.
func readsBothWays(text []byte) bool {
	for len(text) > 0 {
		if text[0] < 0xd6 { // U+0590 is the first of them
			text = text[1:]
			continue
		}
		p, size := bidi.Lookup(text)
		if c := p.Class(); c == bidi.R || c == bidi.AL {
			return true
		}
		text = text[max(size, 1):]
	}
	return false
}

// direct sets the direction of each block that reads in another one than what is around it.
// Around the document is text from left to right. A paragraph or heading has that of its
// words without code, a list or quotation the one that most of its paragraphs have, a table that of its header,
// and code is always from left to right.
func (d Document) direct() {
	if source := d.Source(); readsBothWays(source) {
		r := directions{source: source, of: map[ast.Node]direction{}}
		r.read(d.Root)
		r.set(d.Root, leftToRight, r.of[d.Root])
	}
}

type directions struct {
	source []byte
	of     map[ast.Node]direction
}

// read finds the direction of a node and of the blocks within it, and returns by how many
// paragraphs those from right to left outnumber the others.
func (r *directions) read(n ast.Node) (surplus int) {
	switch {
	case isCode(n):
		r.of[n] = leftToRight
		return 0
	case n.Kind() == dialect.KindLabel: // often a word of Deskbook's
		return 0
	}
	if c := n.FirstChild(); c == nil || c.Type() == ast.TypeInline {
		r.of[n] = r.words(n)
		switch r.of[n] {
		case rightToLeft:
			return 1
		case leftToRight:
			return -1
		}
		return 0
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		surplus += r.read(c)
		if r.of[n] == "" && !isCode(c) {
			r.of[n] = r.of[c]
		}
	}
	switch {
	case n.Kind() == extast.KindTable: // its first words are those of the header
	case surplus > 0:
		r.of[n] = rightToLeft
	case surplus < 0:
		r.of[n] = leftToRight
	}
	return surplus
}

// words returns the direction of the words of a block.
func (r *directions) words(block ast.Node) (out direction) {
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.AutoLink, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			out = directionOf(n.Value(r.source))
		case *ast.String:
			out = directionOf(n.Value)
		}
		if out != "" {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return out
}

// set writes the directions that differ from around; a block without one has that of the
// document.
func (r *directions) set(n ast.Node, around, document direction) {
	own := r.of[n]
	if own == "" {
		own = document
	}
	if !hasDirection(n) || own == "" {
		own = around
	}
	if own != around {
		n.SetAttributeString(directionKey, []byte(own))
	}
	for c := n.FirstChild(); c != nil && c.Type() != ast.TypeInline; c = c.NextSibling() {
		r.set(c, own, document)
	}
}

func isCode(n ast.Node) bool {
	return n.Kind() == ast.KindCodeBlock || n.Kind() == ast.KindFencedCodeBlock
}

// hasDirection reports whether a node is an element whose direction is set. An item is not: its
// mark stands on the side of the list; nor is a cell: it is aligned as its column.
func hasDirection(n ast.Node) bool {
	switch n.Kind() {
	case ast.KindHeading, ast.KindParagraph, ast.KindList, ast.KindBlockquote, ast.KindCodeBlock, ast.KindFencedCodeBlock,
		extast.KindTable, extast.KindDefinitionList, extast.KindDefinitionTerm, extast.KindDefinitionDescription,
		dialect.KindBox:
		return true
	}
	return false
}

// directionAttribute returns the attribute of a node that [Document.direct] set.
func directionAttribute(n ast.Node) string {
	if v, ok := n.AttributeString(directionKey); ok {
		if b, ok := v.([]byte); ok {
			return ` dir="` + string(b) + `"`
		}
	}
	return ""
}
