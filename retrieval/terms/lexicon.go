package terms

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"strings"
	"sync"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// lexicon lists the special words of a language.
type lexicon struct {
	// function words are frequent in texts of the language and rare in others.
	function map[string]bool
	// stop words are left out of the index and of queries. Words that service desks need
	// are not among them: not, no, off, on, out, up, down ("power off", "out of memory").
	stop map[string]bool
	// filler words are those in which people describe what happened, whatever it was.
	filler []string
	// endings are removed from words, the first that fits; see stem.go.
	endings []ending
}

// ending is what is removed from a word, and what replaces it.
type ending struct{ from, to string }

// lexicons are the lexicons of all languages but Plain, which has none.
var lexicons = sync.OnceValue(func() map[Language]*lexicon {
	out := map[Language]*lexicon{}
	for _, l := range Languages {
		if l == Plain {
			continue
		}
		text, err := lexiconFiles.ReadFile(path.Join("lexicon", string(l)+".txt"))
		if err != nil {
			panic(fmt.Sprintf("terms: lexicon: %v", err)) // a broken build, which every test notices
		}
		out[l] = parseLexicon(string(text))
	}
	return out
})

// parseLexicon reads a lexicon file. An ending is written as "from>to", or "from" alone.
func parseLexicon(text string) *lexicon {
	x := &lexicon{function: map[string]bool{}, stop: map[string]bool{}}
	for _, l := range wordlist.Parse(text) {
		words := wordlist.Words(l.Entries)
		switch l.Name {
		case "function words, left out":
			maps.Copy(x.function, wordlist.Set(words))
			maps.Copy(x.stop, wordlist.Set(words))
		case "function words, indexed":
			maps.Copy(x.function, wordlist.Set(words))
		case "other words, left out":
			maps.Copy(x.stop, wordlist.Set(words))
		case "filler words":
			x.filler = words
		case "endings":
			for _, w := range words {
				from, to, _ := strings.Cut(w, ">")
				x.endings = append(x.endings, ending{from, to})
			}
		default:
			panic(fmt.Sprintf("terms: lexicon: there is no use for the list %q", l.Name))
		}
	}
	return x
}

// IsFunctionWord reports whether the folded word is one that texts in the language are
// full of and others have little of.
func IsFunctionWord(l Language, w string) bool {
	x := lexicons()[l]
	return x != nil && x.function[w]
}

// IsStopWord reports whether the folded word is left out of the index and of queries.
func IsStopWord(l Language, w string) bool {
	x := lexicons()[l]
	return x != nil && x.stop[w]
}

// fillerWeight is the weight of a filler word. Tickets have a story: since when, how often,
// what was tried, who is asked for help. In a knowledge base these words are rare, so
// that they would weigh as much as what the story is about; yet they may be the matter
// itself (working hours, a week's view), so they are not left out.
const fillerWeight = 0.25

// isFiller reports whether a term is a filler word in the language.
func isFiller(l Language, term string) bool { return fillerTerms()[l][term] }

// fillerTerms are the terms of the filler words by language.
var fillerTerms = sync.OnceValue(func() map[Language]map[string]bool {
	out := map[Language]map[string]bool{}
	for l, x := range lexicons() {
		out[l] = map[string]bool{}
		for _, word := range x.filler {
			for _, t := range In(l, word) {
				out[l][t.Term] = true
			}
		}
	}
	return out
})
