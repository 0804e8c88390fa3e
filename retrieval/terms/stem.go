package terms

import (
	"slices"

	porter "github.com/blevesearch/go-porterstemmer"
)

// stem takes the endings from a folded word, in place. English has Porter's stems; the
// others lose the endings of number, gender and the commonest verb forms only, which
// goes well with words whose accents are folded: whoever types without accents finds
// the same. A compound loses the ending of its last word and is else left whole.
func stem(l Language, w []rune) []rune {
	switch l {
	case English:
		if len(w) > 2 {
			return porter.StemWithoutLowerCasing(w)
		}
	case german:
		return stemGerman(w)
	case french:
		return stripEnding(w, frenchEndings, 3)
	case spanish:
		return stripEnding(w, spanishEndings, 3)
	case portuguese:
		return stripEnding(w, portugueseEndings, 3)
	}
	return w
}

// ending is what is taken from a word, and what is put in its place.
type ending struct{ from, to string }

// The endings, longest first: the first that fits is taken.
var (
	germanEndings = []ending{
		{"innen", ""},
		{"ern", ""},
		{"est", ""},
		{"end", ""},
		{"em", ""},
		{"er", ""},
		{"en", ""},
		{"es", ""},
		{"st", ""},
		{"e", ""},
		{"n", ""},
		{"s", ""},
		{"t", ""},
	}
	frenchEndings = []ending{
		{"issements", ""},
		{"issement", ""},
		{"atrices", "at"},
		{"atrice", "at"},
		{"ateurs", "at"},
		{"ateur", "at"},
		{"ations", "at"},
		{"ation", "at"},
		{"ements", ""},
		{"ement", ""},
		{"euses", "eu"},
		{"euse", "eu"},
		{"iques", "iq"},
		{"ique", "iq"},
		{"aient", ""},
		{"eaux", "eau"},
		{"elles", "el"},
		{"elle", "el"},
		{"ives", "if"},
		{"ive", "if"},
		{"antes", ""},
		{"ante", ""},
		{"ants", ""},
		{"ant", ""},
		{"eux", "eu"},
		{"aux", "al"},
		{"ais", ""},
		{"ait", ""},
		{"ees", ""},
		{"ent", ""},
		{"ez", ""},
		{"er", ""},
		{"ee", ""},
		{"es", ""},
		{"e", ""},
		{"s", ""},
		{"x", ""},
	}
	spanishEndings = []ending{
		{"amientos", ""},
		{"imientos", ""},
		{"amiento", ""},
		{"imiento", ""},
		{"aciones", "a"},
		{"uciones", "u"},
		{"iciones", "i"},
		{"acion", "a"},
		{"ucion", "u"},
		{"icion", "i"},
		{"iones", "i"},
		{"mente", ""},
		{"ando", ""},
		{"iendo", ""},
		{"adas", ""},
		{"ados", ""},
		{"idas", ""},
		{"idos", ""},
		{"ion", "i"},
		{"ada", ""},
		{"ado", ""},
		{"ida", ""},
		{"ido", ""},
		{"aba", ""},
		{"ores", "or"},
		{"oras", "or"},
		{"ora", "or"},
		{"ar", ""},
		{"er", ""},
		{"ir", ""},
		{"an", ""},
		{"en", ""},
		{"as", ""},
		{"os", ""},
		{"es", ""},
		{"a", ""},
		{"o", ""},
		{"e", ""},
		{"s", ""},
	}
	portugueseEndings = []ending{
		{"amentos", ""},
		{"imentos", ""},
		{"amento", ""},
		{"imento", ""},
		{"acoes", "a"},
		{"coes", ""},
		{"acao", "a"},
		{"cao", ""},
		{"mente", ""},
		{"ando", ""},
		{"endo", ""},
		{"indo", ""},
		{"adas", ""},
		{"ados", ""},
		{"idas", ""},
		{"idos", ""},
		{"ada", ""},
		{"ado", ""},
		{"ida", ""},
		{"ido", ""},
		{"oes", ""},
		{"ores", "or"},
		{"oras", "or"},
		{"ora", "or"},
		{"ais", "al"},
		{"eis", "el"},
		{"ao", ""},
		{"ar", ""},
		{"er", ""},
		{"ir", ""},
		{"am", ""},
		{"em", ""},
		{"ns", "m"},
		{"as", ""},
		{"os", ""},
		{"es", ""},
		{"a", ""},
		{"o", ""},
		{"e", ""},
		{"s", ""},
	}
)

// strip takes the first ending that fits and leaves at least so many runes.
func stripEnding(w []rune, endings []ending, leave int) []rune {
	for _, e := range endings {
		if n := len(w) - len(e.from); n >= leave && slices.Equal(w[n:], []rune(e.from)) {
			return append(w[:n], []rune(e.to)...)
		}
	}
	return w
}

// stemGerman writes ae, oe and ue as the letters that they stand for, and takes two
// endings: Passwoerter, Passwörtern and Passwort are one.
func stemGerman(w []rune) []rune {
	out := w[:0]
	for i := 0; i < len(w); i++ {
		out = append(out, w[i])
		if i+1 < len(w) && w[i+1] == 'e' && (w[i] == 'a' || w[i] == 'o' || w[i] == 'u') && (i == 0 || !isGermanVowel(w[i-1])) {
			i++
		}
	}
	return stripEnding(stripEnding(out, germanEndings, 4), germanEndings, 4)
}

func isGermanVowel(r rune) bool {
	switch r {
	case 'a', 'e', 'i', 'o', 'u', 'q':
		return true
	}
	return false
}
