package tool

import (
	"path"
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/kb/dialect"
)

func docusaurus() tool {
	return tool{
		name: dialect.Docusaurus,
		config: []string{
			"docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs", "docusaurus.config.cjs",
			"sidebars.js", "sidebars.ts", "docs.json",
			"mint.json", "theme.config.tsx", "theme.config.jsx", "astro.config.mjs", "astro.config.ts",
		},
		signs: func(f file) bool {
			return path.Ext(f.name) == ".mdx" || docusaurusText.MatchString(f.text)
		},
		unpublished: func(_ *Folder, root string) rule {
			return func(name string) string {
				for _, part := range strings.Split(below(root, name), "/") {
					if strings.HasPrefix(part, "_") {
						return "a name that begins with _"
					}
				}
				return ""
			}
		},
	}
}

var docusaurusText = regexp.MustCompile(`(?m)^import\s[^\n]*["'](?:@theme|@site|@docusaurus|@mdx|@astrojs|nextra)|` +
	`^export default |<TabItem\b|<DocCardList\b|<Tabs groupId=|^\{/\*`)
