package thread

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// Word is one token of a text, with its stem for comparison and whether it carries content.
type Word struct {
	Text string // lower case
	Stem string
	Stop bool // a function word
	ID   bool // an identifier or number, which evidence must contain exactly
}

// Words splits text into tokens. Identifiers stay whole (0x80070057, KB5034441,
// vpn.example.test, 115.6.0): splitting them would let a wrong version number pass
// as supported. In scripts without spaces each pair of characters is a token.
func Words(text string) []Word {
	var out []Word
	for _, w := range word.Pairs(norm.NFKC.String(text), "._-@'’\\") {
		out = append(out, newWord(w))
	}
	return out
}

func newWord(s string) Word {
	s = strings.ToLower(strings.ReplaceAll(s, "’", "'"))
	w := Word{Text: s, Stem: s}
	digit := strings.IndexFunc(s, unicode.IsDigit) >= 0
	w.ID = digit || strings.ContainsAny(s, "._@\\:")
	switch {
	case StopWords[s]:
		w.Stop = true
	case !w.ID:
		w.Stem = word.StemEnglish(strings.TrimSuffix(s, "'s"))
	}
	return w
}

// Phrase is a piece of text that was tokenised once. It caches its classes, and is safe for use by
// several goroutines.
type Phrase struct {
	Text    string
	Words   []Word
	Stems   map[string]bool // of the content words
	Order   []string        // the same, in order
	Content int             // content words, repeats included
	cache   *classCache
}

// Parse returns the text with its words and stems.
func Parse(text string) Phrase {
	p := Phrase{Text: text, Words: Words(text), Stems: map[string]bool{}, cache: &classCache{}}
	for _, w := range p.Words {
		if w.Stop {
			continue
		}
		p.Content++
		if !p.Stems[w.Stem] {
			p.Stems[w.Stem] = true
			p.Order = append(p.Order, w.Stem)
		}
	}
	return p
}

// Stems returns the set of content stems of a text that is not needed as a Phrase.
func Stems(text string) map[string]bool { return Parse(text).Stems }

// CountContent returns the number of content words of a text that is not needed as a Phrase.
func CountContent(text string) int { return Parse(text).Content }

// Overlap returns the share of a's stems that are in b, 0 for an empty a.
func Overlap(a, b map[string]bool) float64 {
	if len(a) == 0 {
		return 0
	}
	n := 0
	for s := range a {
		if b[s] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// Jaccard returns the size of the intersection of a and b relative to their union.
func Jaccard(a, b map[string]bool) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	n := 0
	for s := range a {
		if b[s] {
			n++
		}
	}
	return float64(n) / float64(len(a)+len(b)-n)
}

// Negations reverse a statement. They are function words, yet a claim must agree with
// its evidence in them.
var Negations = lexicon.Words("thread/negations")

// Negated reports whether a text contains a negation other than "no" and "without", which
// often leave the statement as it is.
func Negated(text string) bool {
	for _, w := range Words(text) {
		if Negations[w.Text] && w.Text != "no" && w.Text != "without" {
			return true
		}
	}
	return false
}

// StopWords are function words of the most frequent languages of tickets. Words that
// change what a step does (off, out, up, down, before, after) count as content.
var StopWords = func() map[string]bool {
	set := lexicon.Words("thread/stop-words")
	for w := range Negations {
		set[w] = true
	}
	return set
}()
