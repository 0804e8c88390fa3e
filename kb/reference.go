package kb

import (
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
)

// maxReferences is how many references of one article are stored.
const maxReferences = 2000

// Reference is what a text refers to and only other articles or files can decide about: a
// link, a picture or an attachment. A link to a heading of the text itself is one if there
// is no such heading, and links to other sites are none.
type Reference struct {
	Line  int           `json:"l"` // of the text, without the front matter
	To    string        `json:"t"` // the address, or the target of a wiki link
	Form  ReferenceForm `json:"f,omitempty"`
	Label string        `json:"w,omitempty"` // the words of a wiki link, if they are not its target
}

// ReferenceForm is how a text writes a reference.
type ReferenceForm string

// The forms.
const (
	LinkReference  ReferenceForm = ""
	ImageReference ReferenceForm = "image"
	PageReference  ReferenceForm = "page" // a wiki link
)

// ReferencesIn returns the references of a text in order, none of them nil.
func ReferencesIn(doc markdown.Document) []Reference {
	out := []Reference{}
	own := ownFragments(doc)
	for _, n := range linkNodes(doc.Root) {
		if len(out) == maxReferences {
			break
		}
		r := Reference{}
		switch n := n.(type) {
		case *ast.Link:
			if len(n.Destination) > maxAddress {
				continue
			}
			r.To = markdown.Address(n.Destination)
			if fragment, ok := strings.CutPrefix(r.To, "#"); ok && cleanAddress(r.To) && isAnchor(own, fragment) {
				continue
			}
			if _, ok := externalAddress(r.To); ok {
				continue
			}
		case *ast.Image:
			if r.Form, r.To = ImageReference, markdown.Address(n.Destination); localPath(r.To) == "" {
				continue
			}
		case *dialect.PageLink:
			r.Form, r.To = PageReference, n.Target
			if fragment, ok := strings.CutPrefix(r.To, "#"); ok && isAnchor(own, fragment) {
				continue
			}
			if label := markdown.InlineText(n, doc.Source()); label != n.Target {
				r.Label = label
			}
		default:
			continue
		}
		r.Line = lineOf(doc, n)
		out = append(out, r)
	}
	return out
}

// ownFragments returns how the fragments of a document are found, once they are asked for.
func ownFragments(doc markdown.Document) func() markdown.Fragments {
	return sync.OnceValue(func() markdown.Fragments { return markdown.NewFragments(doc.Headings()) })
}

// isAnchor reports whether a fragment leads to a place in the text itself.
func isAnchor(own func() markdown.Fragments, fragment string) bool {
	if fragment == "top" || fragment == "_top" {
		return true
	}
	_, ok := own().Find(fragment)
	return ok
}

// LooseLinks returns the links of an article that lead nowhere. It needs neither the text
// nor the passages of the article, but its references, headings, files and front matter.
func LooseLinks(a Article, find Finding) ([]DeadLink, error) {
	l := &linker{
		from: a, headings: map[string]markdown.Fragments{}, first: strings.Count(a.Front, "\n"),
		fragments: sync.OnceValue(func() markdown.Fragments { return markdown.NewFragments(a.Headings) }),
		files:     newFilePlaces(a.Files),
	}
	if err := l.lookUp(a.References, find); err != nil {
		return nil, err
	}
	for _, r := range a.References {
		at := func() int { return r.Line }
		switch r.Form {
		case LinkReference:
			if _, ok := l.target(at, r.To); !ok {
				l.bury(at, r.To)
			}
		case PageReference:
			if _, ok := l.page(at, r.To, r.Label); !ok {
				l.bury(at, "[["+r.To+"]]")
			}
		case ImageReference:
		}
	}
	return l.dead, nil
}
