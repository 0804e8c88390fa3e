package tool

import (
	"path"
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/kb/dialect"
)

func jekyll() tool {
	return tool{
		name: dialect.Jekyll,
		config: []string{
			"_config.yml", "_config.yaml", "_config.toml", ".eleventy.js", "eleventy.config.js", "eleventy.config.mjs",
			"eleventy.config.cjs", "_layouts", "_includes",
		},
		signs:       func(f file) bool { return jekyllText.MatchString(f.text) },
		unpublished: jekyllUnpublished,
	}
}

var jekyllText = regexp.MustCompile(`\{%-? *(?:include|link|post_url|raw|assign|if|unless|for|capture|highlight|` +
	`comment|image|` +
	`render|set|page|block|extends)\b|\{\{-? *(?:site|page|content|layout)[.| ]|(?m)^\{:[ .]`)

// jekyllUnpublished returns the rule for drafts, excluded files and defaults.
func jekyllUnpublished(f *Folder, root string) rule {
	var config struct {
		Exclude  []string `yaml:"exclude"`
		Defaults []struct {
			Scope struct {
				Path string `yaml:"path"`
			} `yaml:"scope"`
			Values map[string]any `yaml:"values"`
		} `yaml:"defaults"`
	}
	f.readYAML(root, "_config.yml", &config)
	exclude := patterns(strings.Join(config.Exclude, "\n"))
	return func(name string) string {
		name = below(root, name)
		for _, part := range strings.Split(path.Dir(name), "/") {
			if part == "_drafts" {
				return "it is in _drafts"
			}
		}
		if exclude.match(name) {
			return "exclude in _config.yml"
		}
		for _, d := range config.Defaults {
			scope := strings.Trim(d.Scope.Path, "/")
			if d.Values["published"] == false && (scope == "" || name == scope || strings.HasPrefix(name, scope+"/")) {
				return "published: false in _config.yml"
			}
		}
		return ""
	}
}
