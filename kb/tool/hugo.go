package tool

import (
	"path"
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/kb/dialect"
)

func hugo() tool {
	return tool{
		name: dialect.Hugo,
		config: []string{
			"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config/_default", "archetypes",
			".hugo_build.lock",
		},
		signs: func(f file) bool {
			return strings.HasPrefix(f.front, "+++") || hugoText.MatchString(f.text)
		},
		unpublished: hugoUnpublished,
	}
}

var hugoText = regexp.MustCompile(`\{\{[<%]\s*/?\s*[a-z]`)

// hugoUnpublished returns the rule that the pages below a section are drafts whose front
// matter cascades draft to them.
func hugoUnpublished(f *Folder, root string) rule {
	drafts := map[string]bool{}
	for _, name := range f.names {
		if base := path.Base(name); base != "_index.md" || !inside(root, name) {
			continue
		}
		if head, ok := f.read(name); ok && cascadesDraft(head) {
			drafts[path.Dir(name)] = true
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	return func(name string) string {
		for dir := path.Dir(name); ; dir = path.Dir(dir) {
			if drafts[dir] {
				return "draft: true in the _index.md above it"
			}
			if dir == "." || dir == "/" {
				return ""
			}
		}
	}
}

var cascadedDraft = regexp.MustCompile(`(?is)cascade[\]":\s=]{1,8}.{0,200}?\bdraft["']?\s*[:=]\s*["']?true`)

func cascadesDraft(head string) bool { return cascadedDraft.MatchString(head[:min(len(head), 4000)]) }
