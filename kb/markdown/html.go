package markdown

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	goldext "github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"github.com/deskbook/deskbook/kb/dialect"
)

// Contents lists the headings of a document without the one that is its title.
func (d Document) Contents() []Heading {
	var out []Heading
	for _, h := range d.Headings() {
		if h.Level > 0 {
			out = append(out, h)
		}
	}
	if len(out) > 0 && d.title() != nil {
		return out[1:]
	}
	return out
}

// OmitTitle drops the heading that opens the text if it repeats the title.
func (d Document) OmitTitle(title string) {
	if h := d.title(); h != nil && fold(InlineText(h, d.Source())) == fold(title) {
		h.Parent().RemoveChild(h.Parent(), h)
	}
}

// HTML returns the document as HTML that is safe to embed in a page. Its links must have
// been replaced by those that a reader may follow.
func (d Document) HTML() (string, error) {
	var out bytes.Buffer
	source := d.Source()
	out.Grow(len(source) * 3 / 2)
	if err := htmlRenderer.Render(&out, source, d.Root); err != nil {
		return "", fmt.Errorf("render markdown: %w", err)
	}
	return string(sanitizer.SanitizeBytes(out.Bytes())), nil
}

var htmlRenderer = renderer.NewRenderer(renderer.WithNodeRenderers(
	util.Prioritized(ownNodes{}, 100),
	util.Prioritized(goldext.NewTableHTMLRenderer(
		goldext.WithTableCellAlignMethod(goldext.TableCellAlignAttribute),
	), 500),
	util.Prioritized(goldext.NewStrikethroughHTMLRenderer(), 500),
	util.Prioritized(goldext.NewDefinitionListHTMLRenderer(), 500),
	util.Prioritized(goldhtml.NewRenderer(), 1000),
))

// ownNodes renders what Deskbook treats differently: links, whose addresses were
// checked, everything that could contain the author's HTML, and the nodes of dialects.
type ownNodes struct{}

// RegisterFuncs registers the node kinds.
func (o ownNodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindLink, o.link)
	reg.Register(ast.KindAutoLink, o.autoLink)
	reg.Register(ast.KindImage, o.image)
	reg.Register(ast.KindRawHTML, o.rawHTML)
	reg.Register(ast.KindHTMLBlock, o.htmlBlock)
	reg.Register(ast.KindHeading, o.heading)
	reg.Register(extast.KindTaskCheckBox, o.taskCheckBox)
	reg.Register(extast.KindFootnoteLink, o.noteLink)
	reg.Register(extast.KindFootnoteList, o.notes)
	reg.Register(extast.KindFootnote, o.note)
	reg.Register(dialect.KindBox, o.box)
	reg.Register(dialect.KindLabel, o.label)
	reg.Register(dialect.KindAnchor, o.anchor)
	reg.Register(dialect.KindPage, o.nothing)
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

func (ownNodes) nothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
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
	for _, words := range (&textReader{source: source}).block(n) {
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

// heading writes the heading with its id and, where its author gave it another one, with
// a target for links that use the id derived from its words.
func (ownNodes) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h, ok := n.(*ast.Heading)
	if !ok {
		return ast.WalkContinue, nil
	}
	if !entering {
		_, err := fmt.Fprintf(w, "</h%d>\n", h.Level)
		return ast.WalkContinue, err
	}
	_, err := fmt.Fprintf(w, `<h%d id="%s">`, h.Level, util.EscapeHTML([]byte(headingAnchor(h))))
	if former := formerAnchor(h); err == nil && former != "" {
		_, err = fmt.Fprintf(w, `<span id="%s"></span>`, util.EscapeHTML([]byte(former)))
	}
	return ast.WalkContinue, err
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

// box writes a callout as a note with a label, and any other box as a labelled part.
func (ownNodes) box(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	b, ok := n.(*dialect.Box)
	if !ok {
		return ast.WalkContinue, nil
	}
	open, end := `<div class="part">`, "</div>\n"
	if b.Form == dialect.Callout {
		open, end = `<aside class="callout callout-`+string(b.Severity)+`" role="note">`, "</aside>\n"
	}
	if entering {
		_, err := w.WriteString(open + "\n")
		return ast.WalkContinue, err
	}
	_, err := w.WriteString(end)
	return ast.WalkContinue, err
}

// label writes the label of a box. That of a grave callout names the severity, which is
// otherwise only seen by its colour.
func (ownNodes) label(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</strong></p>\n")
		return ast.WalkContinue, err
	}
	severity := ""
	if b, ok := n.Parent().(*dialect.Box); ok && b.Form == dialect.Callout && b.Own && b.Severity.Grave() {
		if name := b.Severity.Name(); !strings.Contains(strings.ToLower(InlineText(n, source)), strings.ToLower(name)) {
			severity = name + ": "
		}
	}
	_, err := w.WriteString(`<p class="label"><strong>` + severity)
	return ast.WalkContinue, err
}

func (ownNodes) anchor(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	id := headingAnchor(n)
	if !entering || id == "" {
		return ast.WalkContinue, nil
	}
	_, err := fmt.Fprintf(w, `<span id="%s"></span>`, util.EscapeHTML([]byte(id)))
	return ast.WalkContinue, err
}

// noteAnchor begins the ids of footnotes. No heading's anchor has two hyphens there.
const noteAnchor = AnchorStart + "-note-"

// noteLink writes the number of a footnote, which leads to it.
func (ownNodes) noteLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	link, ok := n.(*extast.FootnoteLink)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	number := strconv.Itoa(link.Index)
	_, err := w.WriteString(`<sup><a href="#` + noteAnchor + number + `">` + number + `</a></sup>`)
	return ast.WalkContinue, err
}

func (ownNodes) notes(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	tags := "<hr>\n<ol>\n"
	if !entering {
		tags = "</ol>\n"
	}
	_, err := w.WriteString(tags)
	return ast.WalkContinue, err
}

func (ownNodes) note(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	note, ok := n.(*extast.Footnote)
	if !ok {
		return ast.WalkContinue, nil
	}
	if !entering {
		_, err := w.WriteString("</li>\n")
		return ast.WalkContinue, err
	}
	_, err := w.WriteString(`<li id="` + noteAnchor + strconv.Itoa(note.Index) + "\">\n")
	return ast.WalkContinue, err
}

func isExternal(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://") ||
		strings.HasPrefix(address, "mailto:")
}
