package thread

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// What is language and what is data. Mail headers, encoded blocks, JSON and markup
// end up in tickets when people paste them; no summary or article repeats them.

var (
	mailHeader = lexicon.Pattern("thread/mail-header")
	partMark   = regexp.MustCompile(`^-{2,}[=_\w-]*[\d=_]{6,}`)
	unbroken   = regexp.MustCompile(`\S{45,}`)
	plainWord  = regexp.MustCompile(`^[("'“‘«]*\p{L}[\p{L}\p{M}'’-]{0,24}[)"'”’»,.;:!?…]*$`)
)

// maxCodeRunes is how long a line of code or log may be to be kept as one.
const maxCodeRunes = 240

// isData reports whether a stretch of a message is no language: without a letter, a
// mail header, an encoded block, or more marks and long tokens than words. Short
// error lines, paths and commands are not data.
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
	case n > 40 && SymbolShare(bare) > 0.3, n > 15 && SymbolShare(bare) > 0.2 && proseShare(bare) < 0.5 && !MenuPath.Matches(bare):
		return true
	}
	return n > 40 && proseShare(bare) < 0.4 && !ErrorCode.MatchString(bare) && !versioned.MatchString(bare)
}

// SymbolShare is the share of runes, white space aside, that structure data.
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

// proseShare is the share of tokens that are ordinary words.
func proseShare(text string) float64 {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return 0
	}
	n := 0
	for _, f := range fields {
		if plainWord.MatchString(f) || spacelessText(f) {
			n++
		}
	}
	return float64(n) / float64(len(fields))
}

func spacelessText(s string) bool { return strings.IndexFunc(s, spaceless) >= 0 }

// smiley finds faces and lone symbols at the end of a sentence.
var smiley = regexp.MustCompile(`\s*(?:[:;=8]-?[)(DPp/|]|\p{So}|\x{FE0F})+\s*$`)

// withoutSmiley takes them off.
func withoutSmiley(text string) string {
	if out := strings.TrimSpace(smiley.ReplaceAllString(text, "")); out != "" {
		return out
	}
	return text
}
