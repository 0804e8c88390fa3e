package kb

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/internal/access"
)

// checkLinks finds links that lead nowhere, or to what the article's readers may
// not see. Addresses outside are not called: a check must not reach the network.
func checkLinks(in CheckInput) Check {
	in.Linked = remembered(in.Linked)
	doc, _ := document(in.Markdown)
	anchors := map[string]bool{}
	var links []string
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			anchors["#"+headingAnchor(n)] = true
		case *ast.Link:
			links = append(links, decodeAddress(n.Destination))
		}
		return ast.WalkContinue, nil
	})
	var broken []string
	for _, address := range links {
		if why := deadLink(in, anchors, address); why != "" {
			broken = append(broken, fmt.Sprintf("%s (%s)", clip(oneLine(address), 80), why))
		}
	}
	broken = cleanList(broken)
	if len(broken) > 0 {
		return answer(LinksAlive, false, "%s", strings.Join(broken, "; "))
	}
	return answer(LinksAlive, true, "%d links", len(links))
}

// deadLink returns why a link does not help the reader, "" for a working link.
func deadLink(in CheckInput, anchors map[string]bool, address string) string {
	if fragment, ok := strings.CutPrefix(address, "#"); ok {
		if anchor, ok := localAnchor(fragment); !ok || !anchors[anchor] {
			return "no such heading"
		}
		return ""
	}
	if _, ok := externalAddress(address); ok {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || !cleanAddress(address) || u.Scheme != "" || u.Host != "" {
		return "not a usable address"
	}
	if strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(u.Path, articlePath) {
		return ""
	}
	for _, slug := range linkedSlugs("", u.Path) {
		target, ok := in.Linked(slug)
		if !ok {
			continue
		}
		switch {
		case target.Confidence == Archived:
			return "archived"
		case wider(in.Audience, target.Audience):
			return "not for this audience"
		case in.Audience != access.Internal && target.Confidence != Validated:
			return "not validated"
		}
		return ""
	}
	return "no such article"
}
