package kb

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/kb/plain"
)

const (
	articlePath  = "/articles/" // begins the address of an article
	maxTargets   = 500          // distinct pages that one article may link to
	maxAddress   = 2048         // bytes of an address; few browsers accept more
	maxAddresses = 4 << 20      // bytes of all addresses in one article: a single definition can serve a million links
	maxDead      = 500          // links of one article that are listed as dead
)

// sitePages are the pages of Deskbook that an article may link to.
var sitePages = []string{"/", "/search", "/articles", "/tickets", "/tickets/new", "/account", "/login"}

// DeadLink is a link that leads nowhere a reader may go.
type DeadLink struct {
	Line int    `json:"line"` // of the file, or of the text if there is no file
	Link string `json:"link"` // as written
}

// linker rewrites the links and images of a document to what a reader may follow.
type linker struct {
	doc       markdown.Document
	from      Article
	known     map[string][]Target
	names     map[string][]string // that the path of a link can mean, by path
	fragments func() markdown.Fragments
	headings  map[string]markdown.Fragments // of targets, by article id
	files     filePlaces
	first     int // line of the file on which the text begins
	dead      []DeadLink
}

// newLinker looks up everything that the document links to.
func newLinker(a Article, doc markdown.Document, find Finding) (*linker, error) {
	l := &linker{
		doc: doc, from: a, headings: map[string]markdown.Fragments{}, first: strings.Count(a.Front, "\n"),
		fragments: ownFragments(doc), files: newFilePlaces(a.Files),
	}
	return l, l.lookUp(ReferencesIn(doc), find)
}

// lookUp finds the articles that references can mean.
func (l *linker) lookUp(refs []Reference, find Finding) error {
	if find == nil {
		return nil
	}
	var names []string
	pages := map[string]bool{}
	for _, r := range refs {
		key := string(r.Form) + r.To
		if pages[key] || len(pages) >= maxTargets {
			continue
		}
		pages[key] = true
		switch r.Form {
		case LinkReference:
			if u, ok := localAddress(r.To); ok && u.Path != "" {
				names = append(names, l.namesOf(u.Path)...)
			}
		case PageReference:
			names = append(names, l.pageCandidates(r.To, r.Label)...)
		case ImageReference:
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	var err error
	l.known, err = find(slices.Compact(names))
	return err
}

// namesOf returns the names that the path of a link can mean.
func (l *linker) namesOf(to string) []string {
	names, known := l.names[to]
	if !known {
		names = linkNames(l.from.Path, to)
		if l.names == nil {
			l.names = map[string][]string{}
		}
		l.names[to] = names
	}
	return names
}

// linkNodes returns the links, bare addresses and images of a document.
func linkNodes(root ast.Node) []ast.Node {
	var nodes []ast.Node
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			switch n.Kind() {
			case ast.KindLink, ast.KindImage, ast.KindAutoLink, dialect.KindPage:
				nodes = append(nodes, n)
			}
		}
		return ast.WalkContinue, nil
	})
	return nodes
}

// rewrite replaces links, bare addresses and images. A link that may not be followed is
// replaced by its text; those that lead nowhere are returned.
func (l *linker) rewrite() []DeadLink {
	spent := 0
	affordable := func(destination []byte) bool {
		spent += len(destination)
		return len(destination) <= maxAddress && spent <= maxAddresses
	}
	for _, n := range linkNodes(l.doc.Root) {
		switch n := n.(type) {
		case *ast.Link:
			if !affordable(n.Destination) {
				dialect.Unwrap(n)
				continue
			}
			address := markdown.Address(n.Destination)
			at := func() int { return lineOf(l.doc, n) }
			target, ok := l.target(at, address)
			if !ok {
				l.bury(at, address)
				dialect.Unwrap(n)
				continue
			}
			n.Destination, n.Title = []byte(target), nil
		case *dialect.PageLink:
			l.pageLink(n)
		case *ast.Image:
			l.image(n, affordable(n.Destination))
		case *ast.AutoLink:
			if affordable(n.Label(l.doc.Source())) {
				l.autoLink(n)
			}
		}
	}
	return l.dead
}

// bury lists a dead link, which stands on a line of the text.
func (l *linker) bury(at func() int, link string) {
	if len(l.dead) < maxDead {
		l.dead = append(l.dead, DeadLink{Line: l.first + at(), Link: plain.Clip(plain.OneLine(link), 200)})
	}
}

// lineOf returns the line of the text on which a node begins.
func lineOf(doc markdown.Document, n ast.Node) int {
	for at := n; at != nil; at = at.Parent() {
		if t, ok := at.(*ast.Text); ok {
			return doc.Line(t.Segment.Start)
		}
		if at.Type() == ast.TypeBlock && at.Lines() != nil && at.Lines().Len() > 0 {
			return doc.Line(at.Lines().At(0).Start)
		}
		if first, ok := at.FirstChild().(*ast.Text); ok {
			return doc.Line(first.Segment.Start)
		}
	}
	return 1
}

// image shows a picture that is a file of the article. A file that is no picture and a
// remote image become links where a link is allowed, any other image its description.
func (l *linker) image(n *ast.Image, linked bool) {
	target, ok, words := "", false, ""
	if linked {
		address := markdown.Address(n.Destination)
		f, found := l.files.file(l.from.Path, localPath(address))
		switch {
		case found && f.Picture():
			n.Destination, n.Title = []byte(fileAddress(f)), nil
			return
		case found:
			target, ok, words = fileAddress(f), true, path.Base(f.Path)
		default:
			target, ok = externalAddress(address)
			words = pictureName(target)
		}
	}
	if !ok || strings.HasPrefix(target, "mailto:") || within(n, ast.KindLink) {
		dialect.Unwrap(n)
		return
	}
	link := ast.NewLink()
	link.Destination = []byte(target)
	moveChildren(n, link)
	if link.FirstChild() == nil {
		link.AppendChild(link, ast.NewString([]byte(words)))
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

// pictureName returns what a link to a picture elsewhere says if its author says nothing.
func pictureName(address string) string {
	u, err := url.Parse(address)
	if err != nil || path.Ext(u.Path) == "" {
		return "image"
	}
	return path.Base(u.Path)
}

func (l *linker) autoLink(n *ast.AutoLink) {
	address := string(n.URL(l.doc.Source()))
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

// pageLink turns a wiki link into a link, or into its words.
func (l *linker) pageLink(n *dialect.PageLink) {
	at := func() int { return lineOf(l.doc, n) }
	target, ok := l.page(at, n.Target, markdown.InlineText(n, l.doc.Source()))
	if !ok {
		l.bury(at, "[["+n.Target+"]]")
		dialect.Unwrap(n)
		return
	}
	link := ast.NewLink()
	link.Destination = []byte(target)
	moveChildren(n, link)
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

// page returns where a wiki link leads, ok=false if it leads nowhere a reader may go.
func (l *linker) page(at func() int, to, label string) (string, bool) {
	_, part, _ := strings.Cut(to, "#")
	if f, found := l.files.file(l.from.Path, wikiPath(to)); found {
		return fileAddress(f), true
	}
	if strings.HasPrefix(to, "#") {
		return l.anchor(part)
	}
	if found, known := l.pick(l.pageCandidates(to, label), to, false); known {
		return l.addressOf(at, found, part, "[["+to+"]]"), true
	}
	return "", false
}

// pageCandidates lists the names that a wiki link can mean: its target, or, as wikis write
// it that put the words first, its label.
func (l *linker) pageCandidates(to, label string) []string {
	page, _, _ := strings.Cut(to, "#")
	if page == "" {
		return nil
	}
	out := pageNames(l.from.Path, page)
	if label != "" && label != page {
		out = append(out, pageNames("", label)...)
	}
	return out
}

// target returns where a link leads, ok=false if it leads nowhere a reader may go.
func (l *linker) target(at func() int, address string) (string, bool) {
	if fragment, ok := strings.CutPrefix(address, "#"); ok && cleanAddress(address) {
		return l.anchor(fragment)
	}
	if external, ok := externalAddress(address); ok {
		return external, true
	}
	u, ok := localAddress(address)
	if !ok {
		return "", false
	}
	if f, found := l.files.file(l.from.Path, localPath(address)); found {
		return fileAddress(f), true
	}
	if found, ok := l.pick(l.namesOf(u.Path), u.Path, true); ok && u.Path != "" {
		return l.addressOf(at, found, u.Fragment, address), true
	}
	if p := path.Clean(u.Path); slices.Contains(sitePages, p) && strings.HasPrefix(u.Path,
		"/") && (p != "/" || l.from.Path == "") {
		return (&url.URL{Path: p, RawQuery: u.RawQuery, Fragment: u.Fragment}).String(), true
	}
	return "", false
}

// anchor returns the address of a place in the article itself.
func (l *linker) anchor(fragment string) (string, bool) {
	if fragment == "top" || fragment == "_top" {
		return "#top", true
	}
	anchor, ok := l.fragments().Find(fragment)
	return "#" + anchor, ok
}

// addressOf returns the address of an article, with the part that a link names if the
// article has it; a part that it has not is listed as dead.
func (l *linker) addressOf(at func() int, t Target, fragment, written string) string {
	address := articlePath + t.Slug
	if fragment == "" || strings.HasPrefix(fragment, ":~:") {
		return address
	}
	own := t.ID == l.from.ID && l.from.ID != ""
	f, known := l.headings[t.ID]
	switch {
	case own:
		f = l.fragments()
	case !known:
		f = markdown.NewFragments(t.Headings)
		l.headings[t.ID] = f
	}
	if !own {
		if len(t.Headings) == 0 && t.Unread {
			return address + "#" + markdown.AnchorOf(strings.TrimPrefix(fragment, markdown.AnchorStart))
		}
	}
	anchor, ok := f.Find(fragment)
	switch {
	case !ok:
		l.bury(at, written)
		return address
	case own:
		return "#" + anchor
	}
	return address + "#" + anchor
}

func fileAddress(f File) string { return markdown.FilePath + f.ID }

func within(n ast.Node, kind ast.NodeKind) bool {
	for p := n.Parent(); p != nil && p.Type() == ast.TypeInline; p = p.Parent() {
		if p.Kind() == kind {
			return true
		}
	}
	return false
}

func moveChildren(from, to ast.Node) {
	for c := from.FirstChild(); c != nil; {
		next := c.NextSibling()
		from.RemoveChild(from, c)
		to.AppendChild(to, c)
		c = next
	}
}
