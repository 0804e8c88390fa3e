// Package content holds what Deskbook ships besides its program: the knowledge
// articles a fresh installation starts with, the service model and the prompts.
//
// It promises that these are readable without any file beside the binary. It
// imports the standard library only and interprets nothing: parsing belongs to kb,
// desk and summarize.
package content

import (
	"embed"
	"io/fs"
)

//go:embed articles/*.md
var articles embed.FS

//go:embed prompts/*.md
var prompts embed.FS

//go:embed service-model.yaml
var serviceModel []byte

// ArticlesFS returns the shipped articles, one Markdown file each, at the root.
func ArticlesFS() fs.FS { return sub(articles, "articles") }

// Prompts returns the prompt files, one Markdown file each, at the root.
func Prompts() fs.FS { return sub(prompts, "prompts") }

// ServiceModel returns the shipped service model (YAML). The caller owns the slice.
func ServiceModel() []byte { return append([]byte(nil), serviceModel...) }

// sub cannot fail: the folders are named in the embed patterns above, which the
// compiler checked.
func sub(fsys embed.FS, dir string) fs.FS {
	inner, err := fs.Sub(fsys, dir)
	if err != nil {
		panic("content: " + err.Error())
	}
	return inner
}
