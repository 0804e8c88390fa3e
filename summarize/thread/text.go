package thread

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tidy drops control and format characters (bidirectional overrides can make a text
// read otherwise than it is) and folds white space.
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

// Shorten cuts text to at most limit runes, at a word where one is near, and shows
// the cut.
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

// UpperFirst capitalises a sentence, but not an address, path or identifier.
func UpperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	head, _, _ := strings.Cut(s, " ")
	if r == utf8.RuneError || strings.ContainsAny(strings.TrimRight(head, ".,;:!?"), "/\\._=:@") || strings.ToLower(head) != head {
		return s
	}
	return strings.ToUpper(string(r)) + s[n:]
}

func LowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToLower(string(r)) + s[n:]
}

func SentenceEnd(s string) string {
	s = strings.TrimRight(s, " ,;")
	last, _ := utf8.DecodeLastRuneInString(s)
	if s == "" || strings.ContainsRune(".!?:)`\"'”’…。！？", last) || strings.Contains(s[strings.LastIndex(s, " ")+1:], "://") {
		return s
	}
	return s + "."
}

var URLPattern = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]{1,20}://[^\s<>"')\]]+|(?:javascript|data|vbscript|mailto):[^\s<>"')\]]+)`)
