package plain

import (
	"fmt"
	"strings"
)

// Lists are lists of words or phrases by name, as a text file holds them: a name with a
// colon, then one entry a line, until an empty line. Lines that begin with # are comments.
type Lists map[string][]string

// ParseLists returns the lists in a text.
func ParseLists(text string) Lists {
	out := Lists{}
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			name = ""
		case name == "":
			name = strings.TrimSuffix(line, ":")
		default:
			out[name] = append(out[name], line)
		}
	}
	return out
}

// Of returns a list. Like regexp.MustCompile it is for package-level variables, and panics
// if there is no list with that name.
func (l Lists) Of(name string) []string {
	if len(l[name]) == 0 {
		panic(fmt.Sprintf("there is no list %q", name))
	}
	return l[name]
}
