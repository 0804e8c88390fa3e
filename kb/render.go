package kb

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	goldext "github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"

	"github.com/deskbook/deskbook/internal/fault"
)

// Resolve returns the address of the article with this slug, ok=false if the reader may
// not see one.
type Resolve func(slug string) (url string, ok bool)

// Render turns an article's Markdown into HTML that is safe to embed in a page.
//
// Raw HTML is reduced to its words. Images are never fetched: a remote one becomes a
// link with its description as text, any other becomes its description.
// Links lead to http, https and mailto addresses, to headings of the article and,
// through resolve (nil resolves nothing), to other articles, written as
// "other-slug.md", "../folder/other.md#part" or "/articles/slug"; every other
// link becomes its text. Headings carry the anchors that passages name.
//
// Beyond MaxArticle the error is fault.TooLarge.
func Render(markdown string, resolve Resolve) (string, error) {
	return RenderAt("", markdown, resolve)
}

// RenderAt is Render for an article imported from the file at path, to whose folder its
// links are relative.
func RenderAt(path, markdown string, resolve Resolve) (string, error) {
	if len(markdown) > MaxArticle {
		return "", fault.New(fault.TooLarge, "an article may have up to %d bytes", MaxArticle)
	}
	doc, source := document(markdown)
	linker{path: path, resolve: remembered(resolve), source: source}.rewrite(doc)
	var out bytes.Buffer
	out.Grow(len(source) * 3 / 2)
	if err := htmlRenderer.Render(&out, source, doc); err != nil {
		return "", fmt.Errorf("render markdown: %w", err)
	}
	return string(sanitizer.SanitizeBytes(out.Bytes())), nil
}

var htmlRenderer = renderer.NewRenderer(renderer.WithNodeRenderers(
	util.Prioritized(ownNodes{}, 100),
	util.Prioritized(goldext.NewTableHTMLRenderer(goldext.WithTableCellAlignMethod(goldext.TableCellAlignAttribute)), 500),
	util.Prioritized(goldext.NewStrikethroughHTMLRenderer(), 500),
	util.Prioritized(goldhtml.NewRenderer(), 1000),
))

// ownNodes renders what Deskbook treats differently: links, whose addresses were
// checked, and everything that could contain the author's HTML.
type ownNodes struct{}

// RegisterFuncs registers the node kinds.
func (o ownNodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindLink, o.link)
	reg.Register(ast.KindAutoLink, o.autoLink)
	reg.Register(ast.KindImage, o.image)
	reg.Register(ast.KindRawHTML, o.rawHTML)
	reg.Register(ast.KindHTMLBlock, o.htmlBlock)
	reg.Register(extast.KindTaskCheckBox, o.taskCheckBox)
}

// link writes the destination as the linker left it, without decoding it again, so that
// what was checked is what is written.
func (ownNodes) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</a>")
		return ast.WalkContinue, err
	}
	l, ok := n.(*ast.Link)
	if !ok {
		return ast.WalkContinue, nil
	}
	_, err := fmt.Fprintf(w, `<a href="%s"`, util.EscapeHTML(l.Destination))
	if err == nil && isExternal(string(l.Destination)) {
		_, err = fmt.Fprintf(w, ` rel="%s"`, externalRel)
	}
	if err == nil {
		err = w.WriteByte('>')
	}
	return ast.WalkContinue, err
}

// autoLink writes the text only; the linker has turned allowed addresses into links.
func (ownNodes) autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if l, ok := n.(*ast.AutoLink); ok && entering {
		_, err := w.Write(util.EscapeHTML(l.Label(source)))
		return ast.WalkContinue, err
	}
	return ast.WalkContinue, nil
}

// image writes nothing; the linker has replaced all images.
func (ownNodes) image(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkContinue, nil
}

func (ownNodes) rawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if r, ok := n.(*ast.RawHTML); ok && entering && isLineBreak(rawHTML(r, source)) {
		_, err := w.WriteString("<br>\n")
		return ast.WalkSkipChildren, err
	}
	return ast.WalkSkipChildren, nil
}

func (ownNodes) htmlBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	for _, words := range blockTexts(n, source) {
		for _, line := range strings.Split(words, "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if _, err := fmt.Fprintf(w, "<p>%s</p>\n", util.EscapeHTML([]byte(line))); err != nil {
				return ast.WalkStop, err
			}
		}
	}
	return ast.WalkSkipChildren, nil
}

// taskCheckBox writes a character, since a form field could not be submitted.
func (ownNodes) taskCheckBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	box, ok := n.(*extast.TaskCheckBox)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	mark := "☐ "
	if box.IsChecked {
		mark = "☑ "
	}
	_, err := w.WriteString(mark)
	return ast.WalkContinue, err
}
