package dialect

import (
	"path"
	"regexp"
	"strings"
)

func gitBook() tool {
	return tool{
		name:        GitBook,
		config:      []string{".gitbook", ".gitbook.yaml", ".gitbook.yml", "SUMMARY.md", "book.json", "book.toml"},
		syntax:      syntax{},
		signs:       func(f file) bool { return gitBookText.MatchString(f.text) },
		unpublished: gitBookUnpublished,
	}
}

var (
	gitBookText = regexp.MustCompile(`\{% (?:hint|tabs|tab|content-ref|embed|stepper|step|code|columns|openapi|updates|` +
		`swagger|reusable-content)\b`)
	summaryLink = regexp.MustCompile(`\]\(\s*(?:<([^>#\n]*)|([^)\s#]+))`)
)

// gitBookUnpublished returns the rule that only pages named in SUMMARY.md are published.
func gitBookUnpublished(f *Folder, root string) rule {
	summary, ok := f.read(path.Join(root, "SUMMARY.md"))
	if !ok {
		return nil
	}
	listed := map[string]bool{}
	for _, m := range summaryLink.FindAllStringSubmatch(summary, -1) {
		listed[strings.ToLower(path.Clean(unescaped(m[1]+m[2])))] = true
	}
	if len(listed) == 0 {
		return nil
	}
	return func(name string) string {
		name = strings.ToLower(below(root, name))
		if listed[name] || name == "readme.md" || name == "summary.md" {
			return ""
		}
		return "it is not listed in SUMMARY.md"
	}
}
