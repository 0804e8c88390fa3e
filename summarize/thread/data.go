package thread

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// People paste mail headers, encoded blocks, JSON and markup into tickets. They are data
// rather than language: no summary or article repeats them.

var (
	mailHeader = lexicon.Pattern("thread/mail-header")
	partMark   = regexp.MustCompile(`^-{2,}[=_\w-]*[\d=_]{6,}`)
	unbroken   = regexp.MustCompile(`\S{45,}`)
	plainWord  = regexp.MustCompile(`^[("'“‘«]*\p{L}[\p{L}\p{M}'’-]{0,24}[)"'”’»,.;:!?…]*$`)
)

// maxCodeRunes is the length beyond which a line of code or log output is data.
const maxCodeRunes = 240

// isData reports whether a piece of a message is data: it has no letter or digit, is a mail
// header or an encoded block, or has more symbols and long tokens than words. Short error
// lines, paths and commands are not data.
func isData(text string, f Form) bool {
	if strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return true
	}
	if partMark.MatchString(text) || len(mailHeader.FindAllStringIndex(text, 2)) > 0 && proseShare(text) < 0.7 {
		return true
	}
	bare := URLPattern.ReplaceAllString(text, "")
	for _, tok := range unbroken.FindAllString(bare, -1) {
		if !strings.ContainsAny(tok, `/\>`) || SymbolShare(tok) > 0.2 {
			return true
		}
	}
	n := utf8.RuneCountInString(bare)
	switch {
	case f == Code:
		return n > maxCodeRunes || n > 60 && SymbolShare(bare) > 0.3
	case n > 40 && SymbolShare(bare) > 0.3,
		n > 15 && SymbolShare(bare) > 0.2 && proseShare(bare) < 0.5 && !MenuPath.Matches(bare):
		return true
	}
	return n > 40 && proseShare(bare) < 0.4 && !ErrorCode.MatchString(bare) && !version.MatchString(bare)
}

// SymbolShare returns the share of the runes, white space aside, that are symbols as in code,
// markup and structured data.
func SymbolShare(text string) float64 {
	marks, all := 0, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		all++
		if strings.ContainsRune(`{}[]<>="\|;_+*#$%^~`, r) {
			marks++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(marks) / float64(all)
}

// proseShare returns the share of the tokens that are ordinary words.
func proseShare(text string) float64 {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return 0
	}
	n := 0
	for _, f := range fields {
		if plainWord.MatchString(f) || strings.IndexFunc(f, word.IsUnspaced) >= 0 {
			n++
		}
	}
	return float64(n) / float64(len(fields))
}

// smiley matches emoticons and symbols at the end of a sentence.
var smiley = regexp.MustCompile(`\s*(?:[:;=8]-?[)(DPp/|]|\p{So}|\x{FE0F})+\s*$`)

// withoutSmiley returns text without emoticons at its end, unless nothing else is in it.
func withoutSmiley(text string) string {
	if out := strings.TrimSpace(smiley.ReplaceAllString(text, "")); out != "" {
		return out
	}
	return text
}
