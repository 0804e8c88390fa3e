// Package lexicon holds the wordings by which sentences of tickets are recognised, as
// data: one file a pattern, one alternative a line. It imports no other package of Deskbook.
//
// A file begins with comments ("#"). The next line is the frame of a regular expression,
// in which … stands for the alternatives; the other lines are the alternatives.
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
// for package-level variables and panics if the file is missing or malformed.
func Pattern(name string) *regexp.Regexp {
	frame, alternatives, _ := strings.Cut(read(name), "\n")
	if strings.Count(frame, "…") != 1 {
		panic(fmt.Sprintf("lexicon %s: the first line must contain one …", name))
	}
	return regexp.MustCompile(strings.Replace(frame, "…", strings.ReplaceAll(alternatives, "\n", "|"), 1))
}

// read returns a file without its comments and its final line break.
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

// Words returns the words in ROOM/NAME.txt, which white space separates. It panics if the
// file is missing.
func Words(name string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(read(name)) {
		set[w] = true
	}
	return set
}

// Pairs returns the words of the form key/value in ROOM/NAME.txt, in order; the value of a
// word without a slash is empty. It panics if the file is missing.
func Pairs(name string) [][2]string {
	var pairs [][2]string
	for _, w := range strings.Fields(read(name)) {
		key, value, _ := strings.Cut(w, "/")
		pairs = append(pairs, [2]string{key, value})
	}
	return pairs
}
