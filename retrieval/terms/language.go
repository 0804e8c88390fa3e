package terms

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/kb"
)

// Language says which words are left out and how the others lose their endings. An article
// is read in the language of its locale, or else in that of its function words; a query in
// that of its function words, or else in every language that visible articles have.
type Language string

// The languages with an analysis of their own. In Plain text nothing is left out and
// nothing is stemmed: it is for other languages and for scripts without spaces.
const (
	English    Language = "en"
	german     Language = "de"
	french     Language = "fr"
	spanish    Language = "es"
	portuguese Language = "pt"
	Plain      Language = "xx"
)

// Languages lists all of them.
var Languages = [...]Language{English, german, french, spanish, portuguese, Plain}

const (
	detectBytes   = 4 << 10 // of a text are read to detect its language
	detectWords   = 2       // function words that a text must have
	detectLead    = 1.5     // by how much a language must be ahead of the next
	unspacedShare = 0.2     // of letters in scripts without spaces that makes a text Plain
)

// LanguageOf returns the language that an article is indexed in.
func LanguageOf(a kb.Article) Language {
	l, _ := Recognise(a)
	return l
}

// Recognise returns the language that an article is indexed in, and its locale; for an
// article that names none, the locale is the language that its words show, "" if they show
// none clearly.
func Recognise(a kb.Article) (l Language, locale string) {
	if primary, _, _ := strings.Cut(strings.ReplaceAll(NormalizeKeyword(a.Locale), "_", "-"), "-"); primary != "" {
		if l = Language(primary); lexicons()[l] == nil {
			l = Plain
		}
		return l, a.Locale
	}
	l, sure := Detect(beginningOf(a), Languages[:])
	switch {
	case !sure:
		return English, ""
	case l == Plain:
		return Plain, ""
	}
	return l, string(l)
}

// beginningOf returns the title and the beginning of an article.
func beginningOf(a kb.Article) string {
	text := a.Title
	for _, p := range a.Passages {
		if text += "\n" + p.Text; len(text) > detectBytes {
			break
		}
	}
	if len(a.Passages) == 0 {
		text += "\n" + Truncate(a.Markdown, detectBytes)
	}
	return text
}

// Detect returns the language of a text, one of those given, by its function words; sure
// is false where there are too few of them.
func Detect(text string, among []Language) (best Language, sure bool) {
	text = Truncate(Valid(text), detectBytes)
	if mostlyUnspaced(text) {
		return Plain, slices.Contains(among, Plain)
	}
	hits := map[Language]int{}
	for _, w := range Words(text) {
		for _, l := range among {
			if IsFunctionWord(l, w.Term) {
				hits[l]++
			}
		}
	}
	second := 0
	for _, l := range among {
		switch n := hits[l]; {
		case best == "" || n > hits[best]:
			if best != "" {
				second = hits[best]
			}
			best = l
		case n > second:
			second = n
		}
	}
	return best, hits[best] >= detectWords && float64(hits[best]) >= detectLead*float64(second)
}

// TicketLanguage returns the language that a ticket shows by itself, whatever articles are
// written in.
func TicketLanguage(subject, body string) (l Language, sure bool) {
	return Detect(subject+"\n"+body, Languages[:])
}

// mostlyUnspaced reports whether a good part of a text is in scripts without spaces.
func mostlyUnspaced(text string) bool {
	all, found := 0, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if !unicode.IsLetter(r) {
			continue
		}
		all++
		if word.IsUnspaced(r) {
			found++
		}
	}
	return found > 0 && float64(found) >= unspacedShare*float64(all)
}
