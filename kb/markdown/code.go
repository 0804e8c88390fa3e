package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"github.com/deskbook/deskbook/kb/highlight"
)

// colouredKey is the attribute of a block of code that holds its HTML.
const colouredKey = "coloured"

// colour marks the parts of the document's code.
func (d Document) colour(h *highlight.Highlighter) {
	if h == nil {
		return
	}
	text, source := h.Text(), d.Source()
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if block, ok := n.(*ast.FencedCodeBlock); ok && entering {
			if out, ok := text.Code(string(block.Language(source)), string(linesOf(n, source))); ok {
				n.SetAttributeString(colouredKey, out)
			}
		}
		return ast.WalkContinue, nil
	})
}

func linesOf(n ast.Node, source []byte) []byte {
	var out bytes.Buffer
	lines := n.Lines()
	for i := range lines.Len() {
		segment := lines.At(i)
		out.Write(segment.Value(source))
	}
	return out.Bytes()
}

// code writes a block of code, coloured if it is.
func (ownNodes) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</code></pre>\n")
		return ast.WalkContinue, err
	}
	open := "<pre" + directionAttribute(n) + "><code"
	if block, ok := n.(*ast.FencedCodeBlock); ok && len(block.Language(source)) > 0 {
		open += ` class="language-` + string(util.EscapeHTML(block.Language(source))) + `"`
	}
	if _, err := w.WriteString(open + ">"); err != nil {
		return ast.WalkStop, err
	}
	if v, ok := n.AttributeString(colouredKey); ok {
		if out, ok := v.(string); ok {
			_, err := w.WriteString(out)
			return ast.WalkContinue, err
		}
	}
	_, err := w.Write(util.EscapeHTML(linesOf(n, source)))
	return ast.WalkContinue, err
}
