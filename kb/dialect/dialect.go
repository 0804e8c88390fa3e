// Package dialect understands how other tools write Markdown: callouts, tabs, hints,
// shortcodes, template tags, wiki links, components, attribute lists, comments and the
// like of MkDocs, Docusaurus, Hugo, Jekyll, GitBook, Obsidian, Wiki.js, Microsoft's docs
// and GitHub.
//
// [Prepare] rewrites a text outside its code into one that goldmark's parser can read
// together with the block parsers, inline parsers and transformers of this package. What
// means something to a reader becomes a node: a [Box], a link, an image. What means
// nothing is dropped. Code blocks and code spans are never touched.
//
// Most syntax is unambiguous and is understood in every text; a dialect decides only the
// rest, such as whether %% encloses a comment.
//
// The package promises linear time and bounded nesting for every text, and imports
// nothing else of this module.
package dialect

import (
	"slices"
	"strings"
)

// Name is the name of a dialect.
type Name string

// The dialects. Common is Markdown without the ambiguous syntax of any tool.
const (
	Common     Name = "common"
	Docusaurus Name = "docusaurus" // and other MDX: Mintlify, Nextra, Starlight
	GitBook    Name = "gitbook"    // and mdBook
	GitHub     Name = "github"
	Hugo       Name = "hugo"
	Jekyll     Name = "jekyll" // and other Liquid or Nunjucks: Eleventy, Hexo
	Microsoft  Name = "microsoft"
	MkDocs     Name = "mkdocs"
	Obsidian   Name = "obsidian"
	WikiJS     Name = "wikijs"
)

// syntax is what is understood in one dialect only.
type syntax struct {
	mdx       bool // {expressions} and ESM; no indented code
	variables bool // every {{ variable }} is a template
	templates bool // {# comments #}
	percent   bool // %% comments %%
	blockIDs  bool // ^block-ids
	keys      bool // ++ctrl+c++ whatever the key
}

// Names lists every dialect in alphabetical order.
func Names() []Name {
	return []Name{Common, Docusaurus, GitBook, GitHub, Hugo, Jekyll, Microsoft, MkDocs, Obsidian, WikiJS}
}

// Parse returns the dialect with that name, in any case.
func Parse(s string) (Name, bool) {
	n := Name(strings.ToLower(strings.TrimSpace(s)))
	return n, slices.Contains(Names(), n)
}

func syntaxOf(n Name) syntax {
	switch n {
	case Docusaurus:
		return syntax{mdx: true}
	case Jekyll:
		return syntax{variables: true, templates: true}
	case MkDocs:
		return syntax{keys: true, templates: true}
	case Obsidian:
		return syntax{percent: true, blockIDs: true}
	case Common, GitBook, GitHub, Hugo, Microsoft, WikiJS:
	}
	return syntax{}
}
