package meaning

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord is the number of characters beyond which a word is unknown.
const longestWord = 100

// Tokenizer cuts texts into the pieces of a WordPiece vocabulary, as BERT does. Text that looks
// like a special token is text: the pieces of a "[SEP]" that somebody wrote are a bracket, a
// word and a bracket.
type Tokenizer struct {
	pieces  map[string]int32
	fold    bool // lower case
	strip   bool // accents are removed
	split   bool // CJK characters are words
	unknown int32
	first   int32 // [CLS]
	between int32 // [SEP]
}

// Tokens returns the pieces of a text, at most limit of them, without special tokens. Of a long
// text only the beginning is read.
func (t *Tokenizer) Tokens(text string, limit int) []int32 {
	out := make([]int32, 0, min(limit, len(text)/3+4))
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = t.appendWord(out, word.String())
			word.Reset()
		}
	}
	for len(text) > 0 && len(out) < limit {
		var span string
		span, text = nextSpan(text)
		if t.strip {
			span = norm.NFD.String(span)
		}
		for _, r := range span {
			switch r = t.folded(r); {
			case r < 0:
			case unicode.IsSpace(r):
				flush()
			case isPunctuation(r) || t.split && isIdeograph(r):
				flush()
				word.WriteRune(r)
				flush()
			default:
				word.WriteRune(r)
			}
		}
	}
	flush()
	return out[:min(limit, len(out))]
}

// nextSpan returns the text up to and with the next white space, so that a long text is only
// normalised as far as it is needed.
func nextSpan(text string) (span, rest string) {
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		return text, ""
	}
	_, n := utf8.DecodeRuneInString(text[end:])
	return text[:end+n], text[end+n:]
}

// folded returns a character as the vocabulary has it; -1 is none.
func (t *Tokenizer) folded(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case r == 0 || r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
		return -1
	case t.strip && unicode.Is(unicode.Mn, r):
		return -1
	case t.fold:
		return unicode.ToLower(r)
	}
	return r
}

// isPunctuation also holds for the symbols of ASCII.
func isPunctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '!' && r <= '/' || r >= ':' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
	}
	return unicode.IsPunct(r)
}

// ideographs are the blocks of CJK characters that BERT reads one by one.
var ideographs = [...][2]rune{
	{0x4E00, 0x9FFF},
	{0x3400, 0x4DBF},
	{0x20000, 0x2A6DF},
	{0x2A700, 0x2B73F},
	{0x2B740, 0x2B81F},
	{0x2B920, 0x2CEAF},
	{0xF900, 0xFAFF},
	{0x2F800, 0x2FA1F},
}

func isIdeograph(r rune) bool {
	for _, block := range ideographs {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}

// appendWord adds the pieces of a word: always the longest that the vocabulary has. A word that
// cannot be made of pieces is one unknown piece.
func (t *Tokenizer) appendWord(out []int32, word string) []int32 {
	if utf8.RuneCountInString(word) > longestWord {
		return append(out, t.unknown)
	}
	before := len(out)
	for at := 0; at < len(word); {
		id, end := t.longest(word, at)
		if end == at {
			return append(out[:before], t.unknown)
		}
		out = append(out, id)
		at = end
	}
	return out
}

// longest returns the longest piece of the word at a place, and where it ends.
func (t *Tokenizer) longest(word string, at int) (id int32, end int) {
	for end := len(word); end > at; {
		piece := word[at:end]
		if at > 0 {
			piece = "##" + piece
		}
		if id, ok := t.pieces[piece]; ok {
			return id, end
		}
		_, n := utf8.DecodeLastRuneInString(word[at:end])
		end -= n
	}
	return 0, at
}
