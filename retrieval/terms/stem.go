package terms

import (
	"strings"

	"github.com/deskbook/deskbook/internal/word"
)

// stem returns a folded word of ASCII letters without its endings. English words get the
// stems that all of Deskbook has for them; those of other languages lose only the endings of number, gender and
// the most common verb forms, which also works without accents: a text without them finds
// the same. A compound loses the ending of its last word and is otherwise left whole.
func stem(l Language, w string) string {
	switch l {
	case English:
		return word.StemEnglish(w)
	case german:
		return stemGerman(w)
	case french, spanish, portuguese:
		return stripEnding(w, lexicons()[l].endings, 3)
	case Plain:
	}
	return w
}

// stripEnding replaces the first ending that fits and leaves at least so many letters.
func stripEnding(w string, endings []ending, leave int) string {
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(w, e.from); ok && len(rest) >= leave {
			return rest + e.to
		}
	}
	return w
}

// stemGerman replaces ae, oe and ue by a, o and u and removes up to two endings: Passwoerter,
// Passwörtern and Passwort become the same.
func stemGerman(w string) string {
	plain := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		plain = append(plain, w[i])
		umlaut := i+1 < len(w) && w[i+1] == 'e' && strings.IndexByte("aou", w[i]) >= 0
		if umlaut && (i == 0 || strings.IndexByte("aeiouq", w[i-1]) < 0) {
			i++
		}
	}
	endings := lexicons()[german].endings
	return stripEnding(stripEnding(string(plain), endings, 4), endings, 4)
}
