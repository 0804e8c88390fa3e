package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/word"
)

const (
	maxTermRunes  = 40   // longer words are cut; longer identifiers count in parts only
	maxChunkRunes = 2048 // longer runs without white space are cut, so that scratch space is bounded
	minDigitPart  = 4    // digits inside an identifier that make a term of their own (KB5034441)
)

// Token is one term with the half-open byte range of the text that it stands for.
type Token struct {
	Term       string
	Start, End int
}

// unit is one folded rune of a chunk.
type unit struct {
	r          rune
	start, end int // byte range in the text of the rune that it came from
	upper      bool
}

// scanner turns text into terms: compatibility decomposition, marks removed, lower
// case, identifiers whole and in parts. With a language it also drops stop words and
// reduces words to stems. The index, the queries and the memory of tickets all read text
// with it, so that they agree on what a word is.
type scanner struct {
	language Language // "" leaves every word as it is
	stop     map[string]bool
	emit     func(Token)
	chunk    []unit
	runes    []rune
}

// Of returns the stemmed terms of an English text in order. The ranges are correct only if
// the text is valid UTF-8; see Valid.
func Of(text string) []Token { return In(English, text) }

// In returns the terms of a text in the language, one of Languages.
func In(l Language, text string) []Token {
	if m := memos()[l]; m != nil && l != "" {
		return m.read(text)
	}
	out := make([]Token, 0, len(text)/7+1)
	s := scanner{language: l, emit: func(t Token) { out = append(out, t) }}
	s.scan(text)
	return out
}

// Words returns the terms of a text unstemmed and with stop words: what the completion of
// titles matches.
func Words(text string) []Token { return memos()[""].read(text) }

// Valid returns a text with invalid UTF-8 replaced, which would silently end a field in the
// index.
func Valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// Truncate returns the first bytes of a text, at most n, and never a part of a rune.
func Truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// scan reads a text chunk by chunk; a chunk is a run without white space.
func (s *scanner) scan(text string) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) || r == utf8.RuneError {
			s.flush()
			i += n
			continue
		}
		s.addRune(r, i, i+n)
		i += n
		if len(s.chunk) >= maxChunkRunes {
			s.flush()
		}
	}
	s.flush()
}

// addRune folds one rune and adds it to the chunk.
func (s *scanner) addRune(r rune, at, end int) {
	if r < utf8.RuneSelf {
		upper := r >= 'A' && r <= 'Z'
		if upper {
			r += 'a' - 'A'
		}
		s.chunk = append(s.chunk, unit{r, at, end, upper})
		return
	}
	if unicode.Is(unicode.Hangul, r) {
		s.addHangul(r, at, end)
		return
	}
	s.runes = word.AppendBase(s.runes[:0], r)
	for _, l := range s.runes {
		s.chunk = append(s.chunk, unit{unicode.ToLower(l), at, end, unicode.IsUpper(l)})
	}
}

// emitSegment emits a run of letters and digits script by script.
func (s *scanner) emitSegment(seg []unit) {
	start := 0
	for i := 1; i <= len(seg); i++ {
		if i < len(seg) && word.IsUnspaced(seg[i].r) == word.IsUnspaced(seg[start].r) {
			continue
		}
		if word.IsUnspaced(seg[start].r) {
			s.emitPairs(seg[start:i])
		} else {
			s.emitSpaced(seg[start:i])
		}
		start = i
	}
}

// emitSpaced emits a run of letters and digits, and the parts of a camel-case or numbered
// name.
func (s *scanner) emitSpaced(seg []unit) {
	s.emitWord(seg)
	start := 0
	for i := 1; i <= len(seg); i++ {
		if i < len(seg) && !camelBoundary(seg, i) {
			continue
		}
		if part := seg[start:i]; len(part) < len(seg) && len(part) > 1 {
			s.emitWord(part)
		}
		start = i
	}
	s.emitDigits(seg)
}

// camelBoundary reports whether a part of a name starts at i, as the B of fooBar and ABar.
func camelBoundary(seg []unit, i int) bool {
	if !seg[i].upper {
		return false
	}
	if !seg[i-1].upper {
		return unicode.IsLetter(seg[i-1].r)
	}
	// A capital ends a run of capitals when two small letters follow, so that plurals of
	// acronyms (URLs, IDs) stay whole.
	return i+2 < len(seg) && !seg[i+1].upper && unicode.IsLetter(seg[i+1].r) && !seg[i+2].upper
}

// emitDigits emits long runs of digits inside a segment that has letters too.
func (s *scanner) emitDigits(seg []unit) {
	start := -1
	for i := 0; i <= len(seg); i++ {
		if i < len(seg) && unicode.IsDigit(seg[i].r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= minDigitPart && i-start < len(seg) {
			s.emitWhole(seg[start:i])
		}
		start = -1
	}
}

// emitWord emits one word without its apostrophes; with a language, stop words are dropped
// and the others stemmed.
func (s *scanner) emitWord(seg []unit) {
	seg = withoutElision(seg)
	s.runes = s.runes[:0]
	ascii := true
	for i, u := range seg {
		if u.r == '\'' {
			if i == len(seg)-2 && seg[i+1].r == 's' {
				break // possessive
			}
			continue
		}
		ascii = ascii && u.r >= 'a' && u.r <= 'z'
		s.runes = append(s.runes, u.r)
	}
	if len(s.runes) > maxTermRunes {
		s.runes = s.runes[:maxTermRunes]
	}
	if len(s.runes) == 0 {
		return
	}
	start, end := seg[0].start, seg[len(seg)-1].end
	if s.language == "" {
		s.emit(Token{string(s.runes), start, end})
		return
	}
	if len(s.runes) == 1 && unicode.IsLetter(s.runes[0]) {
		return
	}
	if unicode.Is(unicode.Arabic, s.runes[0]) {
		s.runes = stemArabic(s.runes)
	}
	if ascii {
		if !s.stop[string(s.runes)] {
			s.emit(Token{stem(s.language, string(s.runes)), start, end})
		}
		return
	}
	s.emit(Token{string(s.runes), start, end})
}

// emitPairs emits adjacent pairs of runes, for scripts without spaces between words.
func (s *scanner) emitPairs(seg []unit) {
	if len(seg) == 1 {
		s.emitWhole(seg)
		return
	}
	for i := 0; i+1 < len(seg); i++ {
		s.emitWhole(seg[i : i+2])
	}
}

// NormalizeKeyword returns a service, a locale or the like in the form in which it is
// compared.
func NormalizeKeyword(s string) string { return strings.ToLower(strings.TrimSpace(Valid(s))) }

// Name returns a title folded for comparing: lower case, without accents, spaces and
// punctuation; signs that distinguish names (C#, C++) stay.
func Name(title string) string {
	var b strings.Builder
	s := scanner{}
	for i, r := range Valid(title) {
		if unicode.IsSpace(r) {
			continue
		}
		s.chunk = s.chunk[:0]
		s.addRune(r, i, i)
		for _, u := range s.chunk {
			if word.In(u.r) || u.r == '#' || u.r == '+' {
				b.WriteRune(u.r)
			}
		}
	}
	return b.String()
}
