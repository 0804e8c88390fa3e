// Package lexicon holds the wordings by which sentences of tickets are recognised, as
// data: one file a pattern, one alternative a line, in the format of internal/wordlist.
//
// The first entry of a file is the frame of a regular expression, in which … stands for the
// alternatives that follow it. The named lists are parts: the alternatives for which {name}
// stands anywhere above it:
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

	"github.com/deskbook/deskbook/internal/wordlist"
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
	lists := wordlist.Parse(text)
	whole := lists.Of("")
	frame, alternatives := whole[0], whole[1:]
	if strings.Count(frame, "…") != 1 {
		return "", errors.New("the first line must contain one …")
	}
	pattern := strings.Replace(frame, "…", wordlist.OneOf(alternatives...), 1)
	for _, part := range lists[1:] {
		if !strings.Contains(pattern, "{"+part.Name+"}") {
			return "", fmt.Errorf("part %q is not used above it", part.Name)
		}
		pattern = strings.ReplaceAll(pattern, "{"+part.Name+"}", wordlist.OneOf(part.Entries...))
	}
	pattern = verbReference.ReplaceAllStringFunc(pattern, func(ref string) string {
		m := verbReference.FindStringSubmatch(ref)
		return wordlist.OneOf(used(m[1], m[2])...)
	})
	if missing := reference.FindString(pattern); missing != "" {
		return "", fmt.Errorf("no part for %s", missing)
	}
	if empty.MatchString(pattern) {
		return "", errors.New("an empty alternative would match everywhere")
	}
	return pattern, nil
}

func read(name string) string {
	data, err := files.ReadFile(name + ".txt")
	if err != nil {
		panic(fmt.Sprintf("lexicon %s: %v", name, err))
	}
	return string(data)
}

// Entries returns the entries of ROOM/NAME.txt. It panics if the file is missing.
func Entries(name string) []string { return wordlist.Read(files, name+".txt") }

// Words returns the words in ROOM/NAME.txt, which white space separates. It panics if the
// file is missing.
func Words(name string) map[string]bool { return wordlist.Set(wordlist.Words(Entries(name))) }
