package tool

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/kb/dialect"
)

func mkDocs() tool {
	return tool{
		name:        dialect.MkDocs,
		config:      []string{"mkdocs.yml", "mkdocs.yaml", "mkdocs-*.yml", "mkdocs.*.yml", "zensical.toml", "properdocs.yml"},
		unpublished: mkDocsUnpublished,
		signs: func(f file) bool {
			return mkDocsText.MatchString(f.text)
		},
	}
}

var mkDocsText = regexp.MustCompile(`(?m)^(?:!!!|\?\?\?\+?) [\w"]|^=== "|:(?:material|fontawesome|octicons|` +
	`simple)-[a-z]|` +
	`\{ ?\.md-button|^--8<-- `)

// mkDocsUnpublished reads exclude_docs and draft_docs, which are patterns like those of
// .gitignore relative to the folder of the documents.
func mkDocsUnpublished(f *Folder, root string) rule {
	var config struct {
		DocsDir string `yaml:"docs_dir"`
		Exclude string `yaml:"exclude_docs"`
		Draft   string `yaml:"draft_docs"`
	}
	if !f.readYAML(root, "mkdocs.yml", &config) || config.Exclude == "" && config.Draft == "" {
		return nil
	}
	docs := "docs"
	if config.DocsDir != "" {
		docs = config.DocsDir
	}
	exclude, draft := patterns(config.Exclude), patterns(config.Draft)
	return func(name string) string {
		name = strings.TrimPrefix(strings.TrimPrefix(below(root, name), docs), "/")
		switch {
		case exclude.match(name):
			return "exclude_docs"
		case draft.match(name):
			return "draft_docs"
		}
		return ""
	}
}
