package terms

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/kb"
)

// A language says which words are left out and how the others lose their endings.
// An article is read in the language of its locale, or else in the one that its
// function words tell; a query in the one that its function words tell, or else in
// every language that visible articles are written in.
type Language string

// The languages with an analysis of their own. In plain text nothing is left out and
// nothing is stemmed: what is written in other languages, and without spaces.
const (
	English    Language = "en"
	german     Language = "de"
	french     Language = "fr"
	spanish    Language = "es"
	portuguese Language = "pt"
	Plain      Language = "xx"
)

// Languages are those with an analysis, and plain.
var Languages = [...]Language{English, german, french, spanish, portuguese, Plain}

const (
	detectBytes   = 4 << 10 // of a text, looked at to tell its language
	detectWords   = 2       // function words that a language must show
	detectLead    = 1.5     // how far ahead of the next one it must be
	unspacedShare = 0.2     // of letters in scripts without spaces that makes a text plain
)

// LanguageOf gives the language that an article is indexed in.
func LanguageOf(a kb.Article) Language {
	primary, _, _ := strings.Cut(strings.ReplaceAll(NormalizeKeyword(a.Locale), "_", "-"), "-")
	switch l := Language(primary); l {
	case English, german, french, spanish, portuguese:
		return l
	case "":
		if l, sure := Detect(beginningOf(a), Languages[:]); sure {
			return l
		}
		return English
	}
	return Plain
}

// opening is the title and the beginning of an article.
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

// Detect tells the language of a text among some by its function words; sure is false
// where these say too little.
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

// LanguageShown tells the language of a ticket by itself, whatever articles are written in.
func TicketLanguage(subject, body string) (l Language, sure bool) {
	return Detect(subject+"\n"+body, Languages[:])
}

// dense reports whether a good part of a text is in scripts without spaces.
func mostlyUnspaced(text string) bool {
	all, found := 0, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if !unicode.IsLetter(r) {
			continue
		}
		all++
		if IsUnspaced(r) {
			found++
		}
	}
	return found > 0 && float64(found) >= unspacedShare*float64(all)
}

// Unspaced reports whether the letter belongs to a script that is written without
// spaces between words.
func IsUnspaced(r rune) bool {
	return r > 0x0dff && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// FunctionWord reports whether the folded word is one that texts in the language are
// full of and others have little of.
func IsFunctionWord(l Language, w string) bool {
	switch l {
	case English:
		switch w {
		case "the", "and", "is", "are", "you", "your", "my", "it", "this", "that", "with", "from", "have", "has",
			"not", "when", "how", "what", "can", "cannot", "does", "do", "to", "of", "for", "be", "will", "i", "if":
			return true
		}
	case german:
		switch w {
		case "der", "das", "und", "ist", "nicht", "ich", "ein", "eine", "einen", "mit", "wird", "werden", "auf", "fur",
			"wenn", "sich", "sie", "den", "dem", "mein", "meine", "meinen", "kann", "wie", "nach", "bei", "kein", "keine",
			"habe", "im", "zum", "zur", "oder", "auch", "uber", "als", "wieder", "noch", "mehr", "ihre", "ihr", "von":
			return true
		}
	case french:
		switch w {
		case "le", "les", "des", "et", "est", "une", "je", "ne", "pas", "mon", "ma", "mes", "avec", "pour", "dans",
			"sur", "qui", "vous", "votre", "vos", "ce", "cette", "sont", "au", "aux", "du", "plus", "comment", "quand",
			"il", "un", "nous", "peut", "puis", "lest", "dun", "dune", "cest", "jai", "nest":
			return true
		}
	case spanish:
		switch w {
		case "el", "los", "las", "y", "es", "una", "mi", "mis", "del", "con", "para", "por", "en", "que", "se", "su",
			"como", "cuando", "esta", "puedo", "puede", "lo", "al", "un", "si", "sus", "pero", "hay", "desde", "la":
			return true
		}
	case portuguese:
		switch w {
		case "e", "um", "uma", "nao", "meu", "minha", "meus", "com", "para", "por", "em", "que", "se", "seu", "sua",
			"como", "quando", "esta", "posso", "pode", "ao", "os", "da", "dos", "das", "na", "no", "nas", "nos", "voce", "ou":
			return true
		}
	}
	return false
}

// Stopped reports whether a folded word is left out of the index and of queries.
func IsStopWord(l Language, w string) bool {
	switch l {
	case English:
		return isEnglishStopWord(w)
	case german:
		switch w {
		case "die", "des", "einer", "eines", "einem", "es", "er", "wir", "uns", "unser", "mir", "mich", "sind", "war",
			"wurde", "hat", "haben", "hatte", "aus", "an", "am", "so", "dass", "zu", "in", "um", "dann", "da", "hallo",
			"bitte", "danke", "gruss", "grusse", "man", "dieser", "diese", "dieses", "sein", "ihren", "ihrem":
			return true
		case "nicht", "kein", "keine", "auf", "nach", "mehr", "noch", "wieder": // they tell what is wrong
			return false
		}
	case french:
		switch w {
		case "la", "de", "a", "en", "se", "que", "on", "ou", "par", "son", "sa", "ses", "elle", "ils", "tu", "ca",
			"y", "ai", "ont", "etre", "avoir", "suis", "bonjour", "merci", "svp", "notre", "leur", "cela", "ces", "cet":
			return true
		case "ne", "pas", "plus":
			return false
		}
	case spanish:
		switch w {
		case "de", "a", "o", "e", "u", "me", "te", "le", "les", "nos", "este", "esto", "son", "ser", "estar", "he",
			"ha", "han", "hola", "gracias", "favor", "muy", "yo", "tu", "unos", "unas", "cual":
			return true
		}
	case portuguese:
		switch w {
		case "a", "o", "as", "de", "do", "me", "te", "lhe", "este", "isto", "isso", "sao", "ser", "estar", "foi", "tem",
			"ola", "obrigado", "obrigada", "favor", "muito", "eu", "uns", "umas", "qual", "ele", "ela":
			return true
		case "nao":
			return false
		}
	default:
		return false
	}
	return IsFunctionWord(l, w)
}
