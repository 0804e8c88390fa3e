// Package wordlist reads the lists of words, phrases and patterns that are part of the program as
// text files. It imports no other package of Deskbook.
//
// A file holds one entry a line. A line that begins with # is a comment. A line that ends with a
// colon, after an empty line or at the beginning, is the name of the list that follows; entries
// before the first name are a list without one. Other empty lines only separate:
//
//	# Greetings by language.
//
//	english:
//	hello
//	good morning
//
//	french:
//	bonjour
//
// What an entry holds is up to its reader: several words, which Words splits, or cells, which
// Cells does.
package wordlist

import (
	"fmt"
	"io/fs"
	"strings"
)

// Lists are the lists of a file, in order.
type Lists []List

// List is one list; the first of a file has no name where entries precede all names.
type List struct {
	Name    string
	Entries []string
}

// Parse returns the lists in a text.
func Parse(text string) Lists {
	var out Lists
	first := true // of the file, or after an empty line
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, named := strings.CutSuffix(line, ":")
		switch {
		case line == "":
		case first && named:
			out = append(out, List{Name: name})
		case len(out) == 0:
			out = Lists{{Entries: []string{line}}}
		default:
			last := &out[len(out)-1]
			last.Entries = append(last.Entries, line)
		}
		first = line == ""
	}
	return out
}

// Of returns the entries of a list. Like regexp.MustCompile it is for lists that are part of the
// program, and panics if there is none with that name, or nothing in it.
func (l Lists) Of(name string) []string {
	for _, x := range l {
		if x.Name == name && len(x.Entries) > 0 {
			return x.Entries
		}
	}
	panic(fmt.Sprintf("there is no list %q", name))
}

// Entries returns the entries of a text with one list, which has no name.
func Entries(text string) []string { return Parse(text).Of("") }

// Read returns the entries of a file with one list. Like regexp.MustCompile it is for lists that are
// part of the program, and panics if the file is missing.
func Read(files fs.FS, path string) []string {
	text, err := fs.ReadFile(files, path)
	if err != nil {
		panic(fmt.Sprintf("word list: %v", err))
	}
	return Entries(string(text))
}

// Words returns the words of entries, which white space separates.
func Words(entries []string) []string { return strings.Fields(strings.Join(entries, " ")) }

// Set returns words as a set.
func Set(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// Cells returns the cells of an entry, which " | " separates.
func Cells(entry string) []string { return strings.Split(entry, " | ") }
