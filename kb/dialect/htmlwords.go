package dialect

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// dropBreak drops the line breaks at the end of a cell.
func dropBreak(n ast.Node) {
	for {
		br, ok := n.LastChild().(*ast.Text)
		if !ok || !br.HardLineBreak() || n.Kind() != extast.KindTableCell {
			return
		}
		n.RemoveChild(n, br)
	}
}

// endParagraph closes the words that are open, up to the block around them. In a cell of
// a table it only breaks the line.
func (b *htmlBuilder) endParagraph() {
	for i := len(b.stack) - 1; i >= 0; i-- {
		switch n := b.stack[i].node.(type) {
		case *extast.TableCell, *extast.DefinitionTerm, *ast.Heading:
			b.gap("\n")
			return
		case *ast.Paragraph, *ast.TextBlock:
			b.stack = b.stack[:i]
			return
		default:
			if n.Type() == ast.TypeBlock {
				return
			}
		}
	}
}

// inline returns the node that words are added to: the one that is open, or a paragraph in
// it.
func (b *htmlBuilder) inline() ast.Node {
	top := b.top()
	switch n := top.(type) {
	case *extast.TableCell, *extast.DefinitionTerm, *ast.Heading, *ast.Paragraph, *ast.TextBlock, *ast.CodeBlock,
		*ast.FencedCodeBlock:
		return top
	case *ast.ListItem:
		b.open("", ast.NewTextBlock())
		return b.top()
	default:
		if n.Type() == ast.TypeInline {
			return top
		}
	}
	b.open("", ast.NewParagraph())
	return b.top()
}

// gap breaks the line, or adds a space, unless there are no words before it.
func (b *htmlBuilder) gap(words string) {
	top := b.top()
	if top.LastChild() == nil {
		return
	}
	if words == "\n" {
		if last, ok := top.LastChild().(*ast.String); ok && strings.HasSuffix(string(last.Value), "\n") {
			return
		}
		at := b.inline()
		br := ast.NewTextSegment(b.t.label(""))
		br.SetHardLineBreak(true)
		at.AppendChild(at, br)
		return
	}
	b.words(words)
}

// words adds words to what is open. In lists and tables between their parts there are none.
func (b *htmlBuilder) words(s string) {
	switch n := b.top().(type) {
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		for line := range strings.Lines(s) {
			bare, ends := strings.CutSuffix(line, "\n")
			segment := b.t.label(bare)
			if ends {
				segment.Stop++ // the line break that ends a label
			}
			n.Lines().Append(segment)
		}
		return
	case *ast.CodeSpan:
		n.AppendChild(n, ast.NewTextSegment(b.t.label(strings.Join(strings.Fields(s), " "))))
		return
	}
	collapsed := strings.Join(strings.Fields(s), " ")
	if collapsed == "" {
		if last := b.top().LastChild(); last != nil && b.top().Type() == ast.TypeInline || isWords(b.top()) {
			b.add(" ")
		}
		return
	}
	if strings.TrimLeft(s, " \t\n") != s {
		collapsed = " " + collapsed
	}
	if strings.TrimRight(s, " \t\n") != s {
		collapsed += " "
	}
	if b.top().LastChild() == nil {
		collapsed = strings.TrimLeft(collapsed, " ")
	}
	b.add(collapsed)
}

func isWords(n ast.Node) bool {
	switch n.(type) {
	case *ast.Paragraph, *ast.TextBlock, *extast.TableCell, *ast.Heading:
		return n.LastChild() != nil
	}
	return false
}

func (b *htmlBuilder) add(words string) {
	switch b.top().(type) {
	case *ast.List, *extast.Table, *extast.TableRow, *extast.TableHeader, *extast.DefinitionList:
		if strings.TrimSpace(words) == "" {
			return
		}
		b.closeAll() // words that belong to no part
	}
	s := ast.NewString([]byte(words))
	s.SetRaw(true)
	at := b.inline()
	at.AppendChild(at, s)
}
