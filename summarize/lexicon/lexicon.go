// Package lexicon holds the wordings by which sentences of tickets are recognised, as
// data: one file a pattern, one alternative a line. It imports no other package of Deskbook.
//
// A file begins with comments ("#"). The next line is the frame of a regular expression,
// in which … stands for the alternatives; the following lines are the alternatives. Parts
// follow, each after an empty line: a name with a colon, then the alternatives for which
// {name} stands anywhere above it:
//
//	# Reports of a restart.
//	(?i)^…\b
//	{person} restarted
//	restarting
//
//	person:
//	i
//	we
//
// {base:USE} and {past:USE} stand for the forms of the verbs with this use in verbs.txt.
package lexicon

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

//go:embed verbs.txt */*.txt
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

var (
	reference     = regexp.MustCompile(`\{[a-z][a-z-]*\}`)         // to a part
	verbReference = regexp.MustCompile(`\{(base|past):([a-z]+)\}`) // to forms of verbs
	empty         = regexp.MustCompile(`(?:\(\?:|\|)(?:\||\))`)    // an empty alternative
)

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
	pattern = verbReference.ReplaceAllStringFunc(pattern, func(ref string) string {
		m := verbReference.FindStringSubmatch(ref)
		return group(used(m[1], m[2]))
	})
	if missing := reference.FindString(pattern); missing != "" {
		return "", fmt.Errorf("no part for %s", missing)
	}
	if empty.MatchString(pattern) {
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

// Rows returns the lines of ROOM/NAME.txt as cells, which " | " separates. It panics if the
// file is missing.
func Rows(name string) [][]string {
	var rows [][]string
	for line := range strings.Lines(read(name)) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), " | "))
	}
	return rows
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
