package dialect

import "regexp"

func obsidian() tool {
	return tool{
		name:   Obsidian,
		config: []string{".obsidian"},
		syntax: syntax{percent: true, blockIDs: true},
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
