package kb

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/kb/plain"
)

// checkLinks finds links that lead nowhere, or to what the article's readers may not see.
// Addresses outside are not called: a check must not reach the network.
func checkLinks(in CheckInput) Check {
	a := in.article()
	doc := a.Document()
	l, err := newLinker(a, doc, in.Find)
	if err != nil {
		return answer(LinksAlive, false, "the links could not be looked up")
	}
	var broken []string
	n := 0
	for _, node := range linkNodes(doc.Root) {
		written, why := "", ""
		switch node := node.(type) {
		case *ast.Link:
			written = markdown.Address(node.Destination)
			why = l.deadLink(in, written)
		case *dialect.PageLink:
			written = "[[" + node.Target + "]]"
			why = l.deadPage(in, node)
		default:
			continue
		}
		n++
		if why != "" {
			broken = append(broken, fmt.Sprintf("%s (%s)", plain.Clip(plain.OneLine(written), 80), why))
		}
	}
	broken = plain.List(broken)
	if len(broken) > 0 {
		return answer(LinksAlive, false, "%s", strings.Join(broken, "; "))
	}
	return answer(LinksAlive, true, "%d links", n)
}

// article returns what is to be checked as an article.
func (in CheckInput) article() Article {
	return Article{
		ID: in.Editing, Title: in.Title, Markdown: in.Markdown, Kind: in.Kind, Path: in.Path,
		Origin: Origin{Dialect: in.Dialect},
	}
}

// deadLink returns why a link does not help the reader, "" for a working link.
func (l *linker) deadLink(in CheckInput, address string) string {
	if fragment, ok := strings.CutPrefix(address, "#"); ok {
		if _, ok := l.anchor(fragment); !ok {
			return "no such heading"
		}
		return ""
	}
	if _, ok := externalAddress(address); ok {
		return ""
	}
	u, ok := localAddress(address)
	if !ok {
		return "not a usable address"
	}
	if found, ok := l.pick(linkNames(l.from.Path, u.Path), u.Path, true); ok {
		return notFor(in, found)
	}
	if strings.HasPrefix(u.Path, "/") && slices.Contains(sitePages, path.Clean(u.Path)) {
		return ""
	}
	return "no such article"
}

// deadPage returns why a wiki link does not help the reader, "" for a working one.
func (l *linker) deadPage(in CheckInput, n *dialect.PageLink) string {
	if fragment, ok := strings.CutPrefix(n.Target, "#"); ok {
		return l.deadLink(in, "#"+fragment)
	}
	if found, ok := l.pick(l.pageCandidates(n), n.Target, false); ok {
		return notFor(in, found)
	}
	return "no such article"
}

// notFor returns why the readers of a text do not get to an article, "" if they do.
func notFor(in CheckInput, t Target) string {
	switch {
	case t.Confidence == Archived:
		return "archived"
	case Wider(in.Audience, t.Audience):
		return "not for this audience"
	case in.Audience != access.Internal && t.Confidence != Validated:
		return "not validated"
	}
	return ""
}
