package markdown

import (
	"bytes"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"github.com/deskbook/deskbook/kb/highlight"
)

// NewHighlighter returns a highlighter whose HTML is checked as that of documents is.
func NewHighlighter(now func() time.Time) *highlight.Highlighter {
	return highlight.New(now, sanitizer.Sanitize)
}

// colouredKey is the attribute of a coloured block of code.
const colouredKey = "coloured"

// colouredMark stands for a coloured block of code in HTML that is not checked yet. No text
// has it: the parser replaces it.
const colouredMark = "\x00"

// colour marks the parts of the document's code. It returns the HTML of the blocks that it
// coloured, in order: they were checked when they were coloured for the first time.
func (d Document) colour(h *highlight.Highlighter) (blocks []string) {
	if h == nil {
		return nil
	}
	text, source := h.Text(), d.Source()
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if block, ok := n.(*ast.FencedCodeBlock); ok && entering {
			if out, ok := text.Code(string(block.Language(source)), string(linesOf(n, source))); ok {
				n.SetAttributeString(colouredKey, true)
				blocks = append(blocks, out)
			}
		}
		return ast.WalkContinue, nil
	})
	return blocks
}

// checked returns HTML with only what a reader's browser may get, and the coloured blocks at
// their marks.
func checked(html []byte, blocks []string) string {
	parts := bytes.Split(html, []byte(colouredMark))
	if len(parts) != len(blocks)+1 { // not as the renderer writes it
		return string(sanitizer.SanitizeBytes(html))
	}
	var out strings.Builder
	for i, part := range parts {
		out.Write(sanitizer.SanitizeBytes(part))
		if i < len(blocks) {
			out.WriteString(blocks[i])
		}
	}
	return out.String()
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
	if _, ok := n.AttributeString(colouredKey); ok {
		_, err := w.WriteString(colouredMark)
		return ast.WalkContinue, err
	}
	_, err := w.Write(util.EscapeHTML(linesOf(n, source)))
	return ast.WalkContinue, err
}
