package word

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// In reports whether words contain the character: a letter, a digit or a mark on one.
func In(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// IsUnspaced reports whether the letter belongs to a script that is written without spaces
// between words or, as Korean is, with endings that vary too much to compare whole words.
func IsUnspaced(r rune) bool {
	return r > 0x0dff && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// Split returns the words of a text in order. A character in joints belongs to the word
// around it, as in "don't". In scripts without spaces, every character is a word.
func Split(text, joints string) []string {
	var out []string
	eachRun(text, joints, func(run string, unspaced bool) {
		if !unspaced {
			out = append(out, run)
			return
		}
		for _, r := range run {
			out = append(out, string(r))
		}
	})
	return out
}

// Pairs is like Split, but in scripts without spaces every pair of neighbouring characters
// is a word: single ones say little.
func Pairs(text, joints string) []string {
	var out []string
	eachRun(text, joints, func(run string, unspaced bool) {
		if runes := []rune(run); unspaced && len(runes) > 1 {
			for i := range len(runes) - 1 {
				out = append(out, string(runes[i:i+2]))
			}
			return
		}
		out = append(out, run)
	})
	return out
}

// eachRun visits the words of a text, and the runs in scripts without spaces.
func eachRun(text, joints string, visit func(run string, unspaced bool)) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !In(r) {
			i += n
			continue
		}
		unspaced := IsUnspaced(r)
		end := i + n
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			if !In(r) && (unspaced || !joins(text[end:], n, joints)) || IsUnspaced(r) != unspaced && !unicode.IsMark(r) {
				break
			}
			end += n
		}
		visit(text[i:end], unspaced)
		i = end
	}
}

// joins reports whether the text begins with a joint, of n bytes, and a word goes on after
// it.
func joins(text string, n int, joints string) bool {
	next, _ := utf8.DecodeRuneInString(text[n:])
	return strings.Contains(joints, text[:n]) && In(next) && !IsUnspaced(next)
}
