package thread

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tidy returns text without control and format characters (bidirectional overrides can
// make a text look different from what it is) and with single spaces.
func Tidy(text string) string {
	text = strings.ToValidUTF8(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c', unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	for _, p := range []string{".", ",", ";", ":", "!", "?"} {
		text = strings.ReplaceAll(text, " "+p+" ", p+" ")
		if rest, cut := strings.CutSuffix(text, " "+p); cut {
			text = rest + p
		}
	}
	return text
}

// Shorten returns at most limit runes of text. Where it cuts, it cuts between words if it
// can and adds an ellipsis.
func Shorten(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	cut := limit - 1
	for i := cut; i > cut*3/4; i-- {
		if unicode.IsSpace(runes[i]) {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(runes[:cut]), " ,;:") + "…"
}

// UpperFirst returns s with a capital, unless s begins with an address, path or identifier.
func UpperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	head, _, _ := strings.Cut(s, " ")
	identifier := strings.ContainsAny(strings.TrimRight(head, ".,;:!?"), "/\\._=:@")
	if r == utf8.RuneError || identifier || strings.ToLower(head) != head {
		return s
	}
	return strings.ToUpper(string(r)) + s[n:]
}

// LowerFirst returns s with its first letter in lower case.
func LowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToLower(string(r)) + s[n:]
}

// SentenceEnd returns s with a full stop, unless it already ends with punctuation or an
// address.
func SentenceEnd(s string) string {
	s = strings.TrimRight(s, " ,;")
	last, _ := utf8.DecodeLastRuneInString(s)
	lastWord := s[strings.LastIndex(s, " ")+1:]
	if s == "" || strings.ContainsRune(".!?:)`\"'”’…。！？", last) || strings.Contains(lastWord, "://") {
		return s
	}
	return s + "."
}

// URLPattern matches addresses with a scheme, those that carry scripts or data included.
var URLPattern = regexp.MustCompile(
	`(?i)\b(?:[a-z][a-z0-9+.-]{1,20}://|(?:javascript|data|vbscript|mailto):)[^\s<>"')\]]+`)
