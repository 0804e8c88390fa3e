package dialect

import "github.com/yuin/goldmark/ast"

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
	Unwrap(b)
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

// settleBox brings a box into its final form.
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
		Unwrap(b)
	case Callout, Section:
		if b.FirstChild() == nil || b.Form == Section && onlyLabel(b) && b.tag != nil && b.tag.state == single {
			moveLabelAsParagraph(b)
			Unwrap(b)
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
		Unwrap(b)
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
