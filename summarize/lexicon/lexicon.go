// Package lexicon holds the wordings that sentences of tickets are recognised by, as
// data: one file a pattern, one alternative a line. It imports nothing of Deskbook.
//
// A file begins with comments ("#"), then holds the frame of a regular expression in
// which … stands for the alternatives, then the alternatives.
package lexicon

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
)

//go:embed */*.txt
var files embed.FS

// Pattern returns the regular expression in ROOM/NAME.txt. Like regexp.MustCompile it is
// for package-level variables, and panics for a file that is missing or malformed.
func Pattern(name string) *regexp.Regexp {
	frame, alternatives, _ := strings.Cut(read(name), "\n")
	if strings.Count(frame, "…") != 1 {
		panic(fmt.Sprintf("lexicon %s: the first line must hold one …", name))
	}
	return regexp.MustCompile(strings.Replace(frame, "…", strings.ReplaceAll(alternatives, "\n", "|"), 1))
}

// read returns a file without its comments and its last line break.
func read(name string) string {
	data, err := files.ReadFile(name + ".txt")
	if err != nil {
		panic(fmt.Sprintf("lexicon %s: %v", name, err))
	}
	text := string(data)
	for strings.HasPrefix(text, "#") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return strings.TrimSuffix(text, "\n")
}

// Words returns the words of ROOM/NAME.txt, which are separated by white space. It panics
// for a file that is missing.
func Words(name string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(read(name)) {
		set[w] = true
	}
	return set
}

// Pairs returns the words of ROOM/NAME.txt of the form key/value, in their order; a word
// without a slash has no value. It panics for a file that is missing.
func Pairs(name string) [][2]string {
	var pairs [][2]string
	for _, w := range strings.Fields(read(name)) {
		key, value, _ := strings.Cut(w, "/")
		pairs = append(pairs, [2]string{key, value})
	}
	return pairs
}
