package word

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns a text in the form in which spellings are compared: lower case, without
// accents, ligatures and typographic variants.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	var letters []rune
	for _, r := range text {
		letters = AppendBase(letters[:0], r)
		for _, l := range letters {
			b.WriteRune(unicode.ToLower(l))
		}
	}
	return norm.NFC.String(b.String()) // composes the letters of Korean syllables
}

// AppendBase appends the letters that a character stands for, in its own case: without
// marks, ligatures dissolved, apostrophes and hyphens as ASCII has them. What is invisible
// inside words stands for nothing. Korean letters remain as they are.
func AppendBase(out []rune, r rune) []rune {
	if r < utf8.RuneSelf || unicode.Is(unicode.Hangul, r) {
		return append(out, r)
	}
	switch r {
	case '’', 'ʼ', '‘', '＇':
		return append(out, '\'')
	case '‐', '‑':
		return append(out, '-')
	case '\u00ad', '\u200b', '\u200c', '\u200d', '\ufeff':
		return out
	}
	if spelled := spellOut(unicode.ToLower(r)); spelled != "" {
		if unicode.IsUpper(r) {
			spelled = strings.ToUpper(spelled)
		}
		return append(out, []rune(spelled)...)
	}
	encoded := utf8.AppendRune(make([]byte, 0, utf8.UTFMax), r)
	decomposed := norm.NFKD.Properties(encoded).Decomposition()
	if decomposed == nil {
		decomposed = encoded
	}
	for len(decomposed) > 0 {
		d, n := utf8.DecodeRune(decomposed)
		decomposed = decomposed[n:]
		if !unicode.Is(unicode.Mn, d) {
			out = append(out, d)
		}
	}
	return out
}

// spellOut returns the letters of a small letter that decomposition leaves whole, "" for
// others.
func spellOut(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ł':
		return "l"
	case 'ı':
		return "i"
	}
	return ""
}
