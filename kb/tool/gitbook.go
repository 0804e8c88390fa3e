package tool

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/kb/dialect"
)

func gitBook() tool {
	return tool{
		name:        dialect.GitBook,
		config:      []string{".gitbook", ".gitbook.yaml", ".gitbook.yml", "SUMMARY.md", "book.json", "book.toml"},
		signs:       func(f file) bool { return gitBookText.MatchString(f.text) },
		unpublished: gitBookUnpublished,
	}
}

var (
	gitBookText = regexp.MustCompile(`\{% (?:hint|tabs|tab|content-ref|embed|stepper|step|code|columns|openapi|updates|` +
		`swagger|reusable-content)\b`)
	summaryLink = regexp.MustCompile(`\]\(\s*(?:<([^>#\n]*)|([^)\s#]+))`)
)

// gitBookUnpublished returns the rule that only pages named in the summary are published.
// .gitbook.yaml can name another folder and another summary.
func gitBookUnpublished(f *Folder, root string) rule {
	var config struct {
		Root      string `yaml:"root"`
		Structure struct {
			Summary string `yaml:"summary"`
		} `yaml:"structure"`
	}
	f.readYAML(root, ".gitbook.yaml", &config)
	file := path.Clean(cmp.Or(config.Structure.Summary, "SUMMARY.md"))
	if root = path.Join(root, config.Root); root == "." {
		root = ""
	}
	summary, ok := f.read(path.Join(root, file))
	if !ok {
		return nil
	}
	listed := map[string]bool{}
	for _, m := range summaryLink.FindAllStringSubmatch(summary, -1) {
		listed[strings.ToLower(path.Join(path.Dir(file), unescaped(m[1]+m[2])))] = true
	}
	if len(listed) == 0 {
		return nil
	}
	return func(name string) string {
		name = strings.ToLower(below(root, name))
		if listed[name] || name == "readme.md" || name == strings.ToLower(file) {
			return ""
		}
		return "it is not listed in " + path.Base(file)
	}
}
