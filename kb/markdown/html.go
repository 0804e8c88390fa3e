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
	"github.com/deskbook/deskbook/kb/highlight"
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

// Nest puts the headings below that of a page, which is the first level: the outermost ones
// are of the second, and none is more than one level below the heading that it belongs to.
func (d Document) Nest() {
	var around []int // levels of the headings that the next one may belong to
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			for len(around) > 0 && around[len(around)-1] >= h.Level {
				around = around[:len(around)-1]
			}
			around = append(around, h.Level)
			h.Level = min(1+len(around), 6)
		}
		return ast.WalkContinue, nil
	})
}

// HTML returns the document as HTML that is safe to embed in a page, with its code coloured by
// the highlighter; with nil it is not. Its links must have been replaced by those that a reader
// may follow.
func (d Document) HTML(h *highlight.Highlighter) (string, error) {
	blocks := d.colour(h)
	d.direct()
	var out bytes.Buffer
	source := d.Source()
	out.Grow(len(source) * 3 / 2)
	if err := htmlRenderer.Render(&out, source, d.Root); err != nil {
		return "", fmt.Errorf("render markdown: %w", err)
	}
	return checked(out.Bytes(), blocks), nil
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
	reg.Register(extast.KindTable, o.table)
	reg.Register(ast.KindCodeBlock, o.code)
	reg.Register(ast.KindFencedCodeBlock, o.code)
	reg.Register(extast.KindTaskCheckBox, o.taskCheckBox)
	reg.Register(extast.KindFootnoteLink, o.noteLink)
	reg.Register(extast.KindFootnoteList, o.notes)
	reg.Register(extast.KindFootnote, o.note)
	reg.Register(dialect.KindBox, o.box)
	reg.Register(dialect.KindLabel, o.label)
	reg.Register(dialect.KindAnchor, o.anchor)
	reg.Register(dialect.KindPage, o.nothing)
	reg.Register(dialect.KindScript, o.script)
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

// FilePath begins the address of a file.
const FilePath = "/files/"

// image writes a picture that is a file here. All other images have been replaced.
func (ownNodes) image(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	i, ok := n.(*ast.Image)
	if !ok || !entering || !bytes.HasPrefix(i.Destination, []byte(FilePath)) {
		return ast.WalkContinue, nil
	}
	words := strings.Join(strings.Fields(InlineText(n, source)), " ")
	_, err := fmt.Fprintf(w, `<img src="%s" alt="%s" loading="lazy">`,
		util.EscapeHTML(i.Destination), util.EscapeHTML([]byte(words)))
	return ast.WalkSkipChildren, err
}

func (ownNodes) nothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkContinue, nil
}

func (ownNodes) rawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	r, ok := n.(*ast.RawHTML)
	if !ok || !entering {
		return ast.WalkSkipChildren, nil
	}
	_, err := w.WriteString(strings.ReplaceAll(breakAt(r, source), "\n", "<br>\n"))
	return ast.WalkSkipChildren, err
}

// script writes words above or below the line.
func (ownNodes) script(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	name := "sup>"
	if s, ok := n.(*dialect.Script); ok && s.Low {
		name = "sub>"
	}
	mark := "<"
	if !entering {
		mark = "</"
	}
	_, err := w.WriteString(mark + name)
	return ast.WalkContinue, err
}

func (ownNodes) htmlBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	for _, words := range (&textReader{source: source}).block(n) {
		for _, line := range strings.Split(words.Text, "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			open := "<p>"
			if readsBothWays([]byte(line)) {
				open = `<p dir="auto">`
			}
			if _, err := fmt.Fprintf(w, "%s%s</p>\n", open, util.EscapeHTML([]byte(line))); err != nil {
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
	_, err := fmt.Fprintf(w, `<h%d id="%s"%s>`, h.Level, util.EscapeHTML([]byte(headingAnchor(h))), directionAttribute(h))
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

// table writes a table within an element that scrolls sideways if the table is too wide.
func (ownNodes) table(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, err := w.WriteString(`<div class="table"` + directionAttribute(n) + ">\n<table>\n")
		return ast.WalkContinue, err
	}
	_, err := w.WriteString("</table>\n</div>\n")
	return ast.WalkContinue, err
}

// box writes a callout as a note with a label, and any other box as a labelled part.
func (ownNodes) box(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	b, ok := n.(*dialect.Box)
	if !ok {
		return ast.WalkContinue, nil
	}
	open, end := `<div class="part"`, "</div>\n"
	if b.Form == dialect.Callout {
		open, end = `<aside class="callout callout-`+string(b.Severity)+`" role="note"`, "</aside>\n"
	}
	if entering {
		_, err := w.WriteString(open + directionAttribute(n) + ">\n")
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
