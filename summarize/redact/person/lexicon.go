package person

import (
	"embed"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed lexicon/*.txt
var lexicon embed.FS

// entries returns the entries of a word list.
func entries(list string) []string { return wordlist.Read(lexicon, "lexicon/"+list+".txt") }

// wordSet returns the words of a list as a set.
func wordSet(list string) map[string]bool { return wordlist.Set(wordlist.Words(entries(list))) }

// role is what a word or phrase says about the name beside it. A phrase may have several.
type role uint16

const (
	title        role = 1 << iota // before a name: "Mrs"
	label                         // of a field with a name
	nameField                     // of a field that may hold the name of a thing
	header                        // of a mail
	greeting                      // at the start of a line
	closing                       // before a signature
	introduction                  // "my name is"
	presentation                  // "this is", which may present a thing
	mention                       // "ask", after which a thing may follow
	position                      // "colleague"
)

// phrase is a word or phrase and what it says.
type phrase struct {
	text  string
	roles role
}

// phrases are all phrases by their first word.
var phrases = func() map[string][]phrase {
	roles := map[string]role{}
	for list, r := range map[string]role{
		"titles": title, "labels": label, "name-fields": nameField, "headers": header, "greetings": greeting,
		"closings": closing, "introductions": introduction, "presentations": presentation, "mentions": mention,
		"roles": position,
	} {
		for _, p := range entries(list) {
			roles[p] |= r
		}
	}
	out := map[string][]phrase{}
	for text, r := range roles {
		first := strings.ToLower(text)
		if i := strings.IndexAny(first, " -'’./,"); i > 0 {
			first = first[:i]
		}
		out[first] = append(out[first], phrase{text, r})
	}
	return out
}()

var (
	given     = givenNames()
	products  = wordSet("products")
	notNames  = wordSet("not-names")
	particles = wordSet("particles")
	followers = entries("followers")
	// stems are the given names without their last vowel, for languages that decline them.
	stems = func() map[string]bool {
		m := map[string]bool{}
		for name := range given {
			if s := strings.TrimRight(name, "аяйьaeoi"); len(s) >= 4 {
				m[s] = true
			}
		}
		return m
	}()
)

// givenNames returns the common given names, with their accents and without.
func givenNames() map[string]bool {
	set := wordSet("given")
	for name := range maps.Clone(set) {
		bare := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(name))
		if bare[0] < utf8.RuneSelf {
			set[bare] = true
		}
	}
	return set
}

// isGiven reports whether a word in lower case is a common given name, in any case of
// the languages that decline them.
func isGiven(word string) bool {
	if given[word] {
		return true
	}
	cyrillic := word != "" && word[0] >= 0xd0 && word[0] <= 0xd2
	if !cyrillic {
		return false
	}
	for _, ending := range []string{"а", "я", "у", "ю", "е", "и", "ы", "ой", "ей", "ом", "ем"} {
		if s, ok := strings.CutSuffix(word, ending); ok && len(s) >= 6 && stems[s] {
			return true
		}
	}
	return false
}

// isNotName reports whether a word in lower case, or a part of it, is no name.
func isNotName(word string) bool {
	if notNames[word] || products[word] {
		return true
	}
	if !strings.Contains(word, "-") || given[word] {
		return false
	}
	for part := range strings.SplitSeq(word, "-") {
		if (notNames[part] || products[part]) && !particles[part] {
			return true
		}
	}
	return false
}
