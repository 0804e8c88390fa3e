package terms

import (
	"slices"

	porter "github.com/blevesearch/go-porterstemmer"
)

// stem removes the endings of a folded word, in place. English words get Porter's stems;
// those of other languages lose only the endings of number, gender and the most common verb
// forms, which also works without accents: a text without them finds the same. A
// compound loses the ending of its last word and is otherwise left whole.
func stem(l Language, w []rune) []rune {
	switch l {
	case English:
		if len(w) > 2 {
			return porter.StemWithoutLowerCasing(w)
		}
	case german:
		return stemGerman(w)
	case french, spanish, portuguese:
		return stripEnding(w, lexicons()[l].endings, 3)
	case Plain:
	}
	return w
}

// stripEnding removes the first ending that fits and leaves at least so many runes.
func stripEnding(w []rune, endings []ending, leave int) []rune {
	for _, e := range endings {
		if n := len(w) - len(e.from); n >= leave && slices.Equal(w[n:], e.from) {
			return append(w[:n], e.to...)
		}
	}
	return w
}

// stemGerman replaces ae, oe and ue by a, o and u and removes up to two endings: Passwoerter,
// Passwörtern and Passwort become the same.
func stemGerman(w []rune) []rune {
	out := w[:0]
	for i := 0; i < len(w); i++ {
		out = append(out, w[i])
		umlaut := i+1 < len(w) && w[i+1] == 'e' && (w[i] == 'a' || w[i] == 'o' || w[i] == 'u')
		if umlaut && (i == 0 || !isGermanVowel(w[i-1])) {
			i++
		}
	}
	endings := lexicons()[german].endings
	return stripEnding(stripEnding(out, endings, 4), endings, 4)
}

func isGermanVowel(r rune) bool {
	switch r {
	case 'a', 'e', 'i', 'o', 'u', 'q':
		return true
	}
	return false
}
