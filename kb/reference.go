package kb

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/kb/plain"
)

// References are what an article refers to beyond itself.
type References struct {
	Dead  []DeadLink // links that lead nowhere
	Files []string   // the pictures and attachments that it names, as written
}

// ReferencesOf returns what an article refers to.
func ReferencesOf(a Article, find Finding) (References, error) {
	doc := a.Document()
	files := attachments(doc)
	l, err := newLinker(a, doc, find)
	if err != nil {
		return References{}, err
	}
	return References{Dead: l.rewrite(), Files: files}, nil
}

// attachments lists the pictures and attachments in the folder that a document names.
func attachments(doc markdown.Document) []string {
	var out []string
	add := func(address string) {
		u, ok := localAddress(address)
		if !ok || u.Path == "" || strings.HasSuffix(u.Path, "/") || strings.HasPrefix(u.Path, articlePath) {
			return
		}
		out = append(out, u.Path)
	}
	for _, n := range linkNodes(doc.Root) {
		switch n := n.(type) {
		case *ast.Image:
			add(markdown.Address(n.Destination))
		case *ast.Link:
			if u, ok := localAddress(markdown.Address(n.Destination)); ok && isAttachment(u.Path) {
				add(markdown.Address(n.Destination))
			}
		case *dialect.PageLink:
			target, _, _ := strings.Cut(n.Target, "#")
			if target = strings.TrimSpace(target); isAttachment(target) {
				out = append(out, target)
			}
		}
	}
	return plain.List(out)
}

// isAttachment reports whether a path names a file that is no page.
func isAttachment(name string) bool {
	return slices.Contains(attachmentExtensions, strings.ToLower(path.Ext(name)))
}

//go:embed attachment.txt
var attachmentWords string

// attachmentExtensions are those of pictures and attachments.
var attachmentExtensions = plain.ParseLists(attachmentWords).Of("extension")
