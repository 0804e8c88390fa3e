package tool

import (
	"regexp"

	"github.com/deskbook/deskbook/kb/dialect"
)

func wikiJS() tool {
	return tool{
		name: dialect.WikiJS,
		signs: func(f file) bool {
			return wikiJSFront.MatchString(f.front) || wikiJSText.MatchString(f.text)
		},
	}
}

var (
	wikiJSFront = regexp.MustCompile(`(?m)^(?:editor: (?:markdown|code|wysiwyg|ckeditor)|dateCreated: )`)
	wikiJSText  = regexp.MustCompile(`(?m)^\{\.(?:is-(?:info|warning|danger|success)|links-list|grid-list)\}|\{\.tabset\}`)
)
