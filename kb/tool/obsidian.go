package tool

import (
	"regexp"

	"github.com/deskbook/deskbook/kb/dialect"
)

func obsidian() tool {
	return tool{
		name:   dialect.Obsidian,
		config: []string{".obsidian"},
		signs: func(f file) bool {
			return obsidianText.MatchString(f.text) || obsidianFront.MatchString(f.front)
		},
	}
}

var (
	obsidianText = regexp.MustCompile(`!\[\[[^\]\n]+\]\]|\[\[[^\]\n]*#\^|(?m)^> ?\[![\w-]+\][-+]|` +
		`(?:^|[ \t])%%[^%\n]+%%(?:[ \t]|$)|^%%[ \t]*$`)
	obsidianFront = regexp.MustCompile(`(?m)^(?:cssclass(?:es)?|publish):`)
)
