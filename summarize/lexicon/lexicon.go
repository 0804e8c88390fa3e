// Package lexicon holds the wordings by which sentences of tickets are recognised, as
// data: one file a pattern, one alternative a line. It imports no other package of Deskbook.
//
// A file begins with comments ("#"). The next line is the frame of a regular expression,
// in which … stands for the alternatives; the following lines are the alternatives. Parts
// come after an empty line each: a name with a colon, then the alternatives for which
// {name} stands in all that is above it:
//
//	# Reports of a restart.
//	(?i)^…\b
//	{person} restarted
//	restarting
//
//	person:
//	i
//	we
package lexicon

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

//go:embed */*.txt
var files embed.FS

// Pattern returns the regular expression in ROOM/NAME.txt. Like regexp.MustCompile it is
// for package-level variables and panics if the file is missing or malformed.
func Pattern(name string) *regexp.Regexp {
	pattern, err := expand(read(name))
	if err != nil {
		panic(fmt.Sprintf("lexicon %s: %v", name, err))
	}
	return regexp.MustCompile(pattern)
}

// reference matches the place where a part is to be inserted.
var reference = regexp.MustCompile(`\{[a-z][a-z-]*\}`)

// expand returns the regular expression that the text of a file describes.
func expand(text string) (string, error) {
	blocks := strings.Split(text, "\n\n")
	frame, alternatives, _ := strings.Cut(blocks[0], "\n")
	if strings.Count(frame, "…") != 1 {
		return "", errors.New("the first line must contain one …")
	}
	pattern := strings.Replace(frame, "…", group(alternatives), 1)
	for _, b := range blocks[1:] {
		part, alternatives, _ := strings.Cut(b, ":\n")
		if !strings.Contains(pattern, "{"+part+"}") {
			return "", fmt.Errorf("part %q is not used above it", part)
		}
		pattern = strings.ReplaceAll(pattern, "{"+part+"}", group(alternatives))
	}
	if missing := reference.FindString(pattern); missing != "" {
		return "", fmt.Errorf("no part for %s", missing)
	}
	if strings.Contains(pattern, "(?:|") || strings.Contains(pattern, "|)") || strings.Contains(pattern, "||") {
		return "", errors.New("an empty alternative would match everywhere")
	}
	return pattern, nil
}

// group returns the alternatives, one a line, as a group of a regular expression.
func group(alternatives string) string {
	return "(?:" + strings.ReplaceAll(alternatives, "\n", "|") + ")"
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
