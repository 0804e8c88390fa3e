package dialect

import (
	"math"

	"github.com/yuin/goldmark/ast"
)

// The kinds of this package's nodes.
var (
	KindBox    = ast.NewNodeKind("Box")
	KindLabel  = ast.NewNodeKind("Label")
	KindAnchor = ast.NewNodeKind("Anchor")
	KindPage   = ast.NewNodeKind("PageLink")
	KindScript = ast.NewNodeKind("Script")
	kindMark   = ast.NewNodeKind("Mark")
)

// Form is what a box is to a reader.
type Form int

// The forms of boxes. In a parsed document only callouts and sections remain.
const (
	Callout  Form = iota + 1
	Section       // a labelled part: a tab, a step, a part that folds out
	plainBox      // replaced by what it contains
	labelBox      // becomes the label of the section around it
	quoteBox      // becomes a quotation
	linkBox       // becomes a link
)

// Box is a callout or a labelled part of a document. Its first child is a [Label] unless
// it has none.
type Box struct {
	ast.BaseBlock
	Form     Form
	Severity Severity
	Own      bool // the label is the author's and not the name of the severity

	tag     *tag
	close   int // offset of the token that closes it
	end     int // offset behind that token
	indent  int // columns that its lines are indented by, -1 until that is known
	strip   bool
	gathers bool   // what follows it belongs to it, up to another such box
	anchor  string // the id that its author gave it
	level   int    // of the heading that it was
	lines   int    // for a box closed by indentation: columns its content is indented by
}

// Kind implements ast.Node.
func (b *Box) Kind() ast.NodeKind { return KindBox }

// Dump implements ast.Node.
func (b *Box) Dump(source []byte, level int) {
	ast.DumpHelper(b, source, level, map[string]string{"Severity": string(b.Severity)}, nil)
}

// Label is the heading of a box; its children are inline.
type Label struct{ ast.BaseBlock }

// Kind implements ast.Node.
func (l *Label) Kind() ast.NodeKind { return KindLabel }

// Dump implements ast.Node.
func (l *Label) Dump(source []byte, level int) { ast.DumpHelper(l, source, level, nil, nil) }

// Anchor is a place that links can lead to.
type Anchor struct {
	ast.BaseInline
	ID string // as the author wrote it
}

// Kind implements ast.Node.
func (a *Anchor) Kind() ast.NodeKind { return KindAnchor }

// Dump implements ast.Node.
func (a *Anchor) Dump(source []byte, level int) {
	ast.DumpHelper(a, source, level, map[string]string{"ID": a.ID}, nil)
}

// PageLink is a link to a page by its name: [[Page#Part]]. Its children are its words.
type PageLink struct {
	ast.BaseInline
	Target string
}

// Kind implements ast.Node.
func (p *PageLink) Kind() ast.NodeKind { return KindPage }

// Dump implements ast.Node.
func (p *PageLink) Dump(source []byte, level int) {
	ast.DumpHelper(p, source, level, map[string]string{"Target": p.Target}, nil)
}

// Script is words above the line, such as an exponent, or below it.
type Script struct {
	ast.BaseInline
	Low bool // below the line
}

// Kind implements ast.Node.
func (s *Script) Kind() ast.NodeKind { return KindScript }

// Dump implements ast.Node.
func (s *Script) Dump(source []byte, level int) { ast.DumpHelper(s, source, level, nil, nil) }

// markNode stands for a tag within words until the transforms have used it.
type markNode struct {
	ast.BaseInline
	tag *tag
}

// Kind implements ast.Node.
func (m *markNode) Kind() ast.NodeKind { return kindMark }

// Dump implements ast.Node.
func (m *markNode) Dump(source []byte, level int) { ast.DumpHelper(m, source, level, nil, nil) }

// attributesNode is an attribute list on a line of its own until the transforms have
// used it.
type attributesNode struct {
	ast.BaseBlock
	tag *tag
}

// Kind implements ast.Node.
func (a *attributesNode) Kind() ast.NodeKind { return kindMark }

// Dump implements ast.Node.
func (a *attributesNode) Dump(source []byte, level int) { ast.DumpHelper(a, source, level, nil, nil) }

const never = math.MaxInt
