package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/kb/dialect"
)

// Form is what a line of an article is.
type Form uint8

// The forms.
const (
	Words   Form = iota // a paragraph, also within an item
	Step                // the first words of an item of a numbered list
	Item                // the same of another list
	Label               // the name of a tab or a callout, or a paragraph in bold type
	Listing             // a block of code, whose text can have several lines
	Row                 // of a table
)

// Line is a paragraph, list item, table row or block of code of an article.
type Line struct {
	Text  string
	Form  Form
	Depth int  // lists that it is within
	N     int  // number of a step, 0 for others
	Grave bool // part of a callout that a reader must not miss
	Links bool // it consists of links
}

func joinLines(lines []Line, with string) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.Text
	}
	return strings.Join(texts, with)
}

// onlyLinks reports whether a block has links and nothing else.
func onlyLinks(n ast.Node) bool {
	links := 0
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Link, *ast.AutoLink, *dialect.PageLink:
			links++
		case *ast.Text:
			if !c.Segment.IsEmpty() && !c.SoftLineBreak() {
				return false
			}
		default:
			return false
		}
	}
	return links > 0
}

// isStrong reports whether a block is in bold type as a whole.
func isStrong(n ast.Node) bool {
	e, ok := n.FirstChild().(*ast.Emphasis)
	return ok && e.Level == 2 && e.NextSibling() == nil
}
