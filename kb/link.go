package kb

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
)

const (
	articlePath  = "/articles/" // begins the address of an article
	maxTargets   = 500          // distinct articles that one article may link to
	maxAddress   = 2048         // bytes of an address; few browsers accept more
	maxAddresses = 4 << 20      // bytes of all addresses in one article: a single definition can serve a million links
)

// linker rewrites the links and images of a document to what a reader may follow.
type linker struct {
	path    string // the article's file, "" when it has none
	resolve Resolve
	source  []byte
}

// rewrite replaces links, bare addresses and images. A link that may not be followed is
// replaced by its text.
func (l linker) rewrite(doc ast.Node) {
	var nodes []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			switch n.Kind() {
			case ast.KindLink, ast.KindImage, ast.KindAutoLink:
				nodes = append(nodes, n)
			}
		}
		return ast.WalkContinue, nil
	})
	spent := 0
	affordable := func(destination []byte) bool {
		spent += len(destination)
		return len(destination) <= maxAddress && spent <= maxAddresses
	}
	for _, n := range nodes {
		switch n := n.(type) {
		case *ast.Link:
			if !affordable(n.Destination) {
				unwrap(n)
			} else if target, ok := l.target(decodeAddress(n.Destination)); ok {
				n.Destination, n.Title = []byte(target), nil
			} else {
				unwrap(n)
			}
		case *ast.Image:
			l.image(n, affordable(n.Destination))
		case *ast.AutoLink:
			if affordable(n.Label(l.source)) {
				l.autoLink(n)
			}
		}
	}
}

// remembered asks for each slug only once, and for a bounded number of slugs, because
// each question can cost a query.
func remembered[T any](ask func(slug string) (T, bool)) func(slug string) (T, bool) {
	if ask == nil {
		return func(string) (none T, ok bool) { return none, false }
	}
	type answered struct {
		value T
		ok    bool
	}
	known := map[string]answered{}
	return func(slug string) (T, bool) {
		a, ok := known[slug]
		if !ok && slug != "" && len(known) < maxTargets {
			a.value, a.ok = ask(slug)
			known[slug] = a
		}
		return a.value, a.ok
	}
}

// image turns a remote image into a link where a link is allowed, and any other image
// into its description.
func (l linker) image(n *ast.Image, linked bool) {
	target, ok := "", false
	if linked {
		target, ok = externalAddress(decodeAddress(n.Destination))
	}
	if !ok || strings.HasPrefix(target, "mailto:") || within(n, ast.KindLink) {
		unwrap(n)
		return
	}
	link := ast.NewLink()
	link.Destination = []byte(target)
	moveChildren(n, link)
	if link.FirstChild() == nil {
		link.AppendChild(link, ast.NewString([]byte("image")))
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

func (l linker) autoLink(n *ast.AutoLink) {
	address := string(n.URL(l.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	target, ok := externalAddress(address)
	if !ok || within(n, ast.KindLink) {
		return
	}
	link := ast.NewLink()
	link.Destination = []byte(target)
	n.Parent().ReplaceChild(n.Parent(), n, link)
	link.AppendChild(link, n)
}

// target returns where a link leads, ok=false if it leads nowhere a reader may go.
func (l linker) target(address string) (string, bool) {
	if address == "" || !cleanAddress(address) {
		return "", false
	}
	if fragment, ok := strings.CutPrefix(address, "#"); ok {
		return localAnchor(fragment)
	}
	if external, ok := externalAddress(address); ok {
		return external, true
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(address, "//") {
		return "", false
	}
	if strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(u.Path, articlePath) {
		p := path.Clean(u.Path)
		return (&url.URL{Path: p, RawQuery: u.RawQuery, Fragment: u.Fragment}).String(), !strings.HasPrefix(p, "//")
	}
	return l.article(u)
}

// article resolves a link to another article.
func (l linker) article(u *url.URL) (string, bool) {
	for _, slug := range linkedSlugs(l.path, u.Path) {
		found, ok := l.resolve(slug)
		if !ok || !cleanAddress(found) || strings.HasPrefix(found, "//") {
			continue
		}
		if anchor, ok := localAnchor(u.Fragment); ok && u.Fragment != "" {
			found += anchor
		}
		return found, true
	}
	return "", false
}

// linkedSlugs lists the slugs that a link's path can mean, the likeliest first: the
// file it names relative to the article's folder, then to the top, then by its base
// name alone.
func linkedSlugs(from, to string) []string {
	if slug, ok := strings.CutPrefix(to, articlePath); ok {
		slug = strings.Trim(slug, "/")
		return distinct(slug, Slugify(slug))
	}
	to = strings.TrimSuffix(strings.TrimSuffix(to, ".md"), ".markdown")
	base := path.Base(to)
	if base == "." || base == "/" || base == ".." {
		return nil
	}
	var out []string
	if joined := path.Join(path.Dir(from), to); from != "" && !strings.HasPrefix(joined, "../") {
		out = append(out, Slugify(joined))
	}
	top := path.Clean(to)
	for strings.HasPrefix(top, "../") {
		top = top[len("../"):]
	}
	return distinct(append(out, Slugify(top), base, Slugify(base))...)
}

func distinct(in ...string) []string { return cleanList(in) }

// localAnchor maps a fragment as other systems write it to one of our heading anchors.
func localAnchor(fragment string) (string, bool) {
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	slug := Slugify(strings.TrimPrefix(fragment, anchorStart))
	if slug == "" {
		return "", false
	}
	if k := strings.LastIndex(fragment, "--"); k > 0 && strings.HasPrefix(fragment, anchorStart) {
		// One of our own anchors of a repeated heading.
		return "#" + anchorStart + Slugify(fragment[len(anchorStart):k]) + "--" + Slugify(fragment[k:]), true
	}
	return "#" + anchorStart + slug, true
}

// externalAddress returns the address if it leads to the web or a mailbox.
func externalAddress(address string) (string, bool) {
	if !cleanAddress(address) {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Host != "" && u.Opaque == ""
	case "mailto":
		return u.String(), u.Opaque != "" && strings.Contains(u.Opaque, "@")
	}
	return "", false
}

func isExternal(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://") ||
		strings.HasPrefix(address, "mailto:")
}

// cleanAddress reports whether an address is free of what browsers skip or reinterpret:
// control and invisible characters, spaces and backslashes.
func cleanAddress(address string) bool {
	return address != "" && strings.IndexFunc(address, func(r rune) bool {
		return r == '\\' || r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.IsSpace(r) ||
			unicode.Is(unicode.Cf, r)
	}) < 0
}

// decodeAddress resolves the escapes and character references of a destination as the
// renderer would, with spaces as %20.
func decodeAddress(destination []byte) string {
	return strings.ReplaceAll(strings.TrimSpace(string(unescape(destination, false))), " ", "%20")
}

func within(n ast.Node, kind ast.NodeKind) bool {
	for p := n.Parent(); p != nil && p.Type() == ast.TypeInline; p = p.Parent() {
		if p.Kind() == kind {
			return true
		}
	}
	return false
}

// unwrap replaces a node by its children.
func unwrap(n ast.Node) {
	parent := n.Parent()
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		n.RemoveChild(n, c)
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}

func moveChildren(from, to ast.Node) {
	for c := from.FirstChild(); c != nil; {
		next := c.NextSibling()
		from.RemoveChild(from, c)
		to.AppendChild(to, c)
		c = next
	}
}
