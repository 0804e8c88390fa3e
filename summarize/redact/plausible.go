package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// strong reports whether a value cannot be a word: it has letters and digits, or symbols
// inside, or is a long number.
func strong(s string, _ bool) bool {
	s = strings.TrimRight(s, ".,;:!?)(|*")
	if len(s) < 4 || standIn.MatchString(s) || hostPort.MatchString(s) || isPlaceholder(s) || notSecret.MatchString(s) {
		return false
	}
	if strings.ContainsAny(s[:1], `\/`) || strings.Contains(s, `:\`) {
		return false // a path
	}
	if strings.Count(s, "/") > 1 || strings.Count(s, `\`) > 1 || strings.Count(s, ":") > 2 {
		return false
	}
	digits, letters, signs, upper := 0, 0, 0, 0
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) && i > 0 {
				upper++
			}
		case r != '-' && r != '\'' && r != '/' && r != '’':
			signs++
		}
	}
	switch {
	case digits > 0 && letters > 0, digits >= 6 && letters == 0 && signs == 0:
		return true
	case signs > 0 && letters >= 4 && digits+upper > 0:
		return true
	}
	return upper > 0 && upper < letters-1 && letters >= 8 && !productName.MatchString(s)
}

// stronger is strong for a value right after its cue, where "account3" is no password.
func stronger(s string, alone bool) bool {
	s = strings.TrimRight(s, ".,;:!?)(")
	if !strong(s, alone) || strings.Contains(s, "|") {
		return false
	}
	return countDigits(s) > 1 && !numberedWord.MatchString(s) || strings.ContainsAny(s, "!@#$%^&*_+=")
}

var (
	numberedWord = regexp.MustCompile(`^(?:[A-Za-z]+\d{1,2}|\d{1,2}[A-Za-z]+|\d+)$`)
	hostPort     = regexp.MustCompile(`^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)+(?::\d{2,5})?/?$`)
)

// productName matches words that are run together: "OneDrive".
var productName = regexp.MustCompile(`^(?:[A-Z]{0,4}[a-z]{2,}){1,4}[A-Z]{0,3}$`)

// notSecret matches error codes, versions, addresses, times, files and the like.
var notSecret = regexp.MustCompile(`^(?i:` + strings.Join(entries("not-secrets"), "|") + `)$`)

// likely reports whether a value is a password and not a word of a sentence about
// passwords.
func likely(s string, alone bool) bool {
	if standIn.MatchString(s) {
		return false
	}
	bare := strings.ToLower(strings.TrimRight(s, ".,;:!?)(|*"))
	if strong(s, alone) {
		return true
	}
	if bare == "" || isPlaceholder(bare) || notSecret.MatchString(bare) && countDigits(bare) < 4 || passwordTalk[bare] {
		return false
	}
	words := punctuatedWords.MatchString(bare)
	if words && !alone {
		return false
	}
	if strings.ContainsFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("-'’", r) }) {
		return !words && !strings.ContainsAny(bare, `/\`) && (countDigits(bare) > 0 || len(bare) >= 6)
	}
	return alone && utf8.RuneCountInString(bare) >= 5 && !endsInAny(bare, passwordAdjectives)
}

// standIn matches variables, samples and markup, which are written in place of a value.
var standIn = regexp.MustCompile(`^` + oneOf(
	`\$[A-Za-z{(]|%[A-Za-z]+%|@[A-Za-z_]+$`,
	`\{|<|\[|!\[|\+ |\*\*`,
	`(?i)[a-z_]*(?:password|passwort|passphrase|kennwort|contraseña|senha)$`,
))

// punctuatedWords matches words with punctuation between them.
var punctuatedWords = regexp.MustCompile(`^\pL+(?:[.,;:…/()&’'"-]+\pL*)+$`)

var (
	// passwordTalk holds words of sentences about passwords.
	passwordTalk = wordSet("password-talk")
	// passwordAdjectives are endings of words that describe a password: "expired".
	passwordAdjectives = entries("password-adjectives")
)

// shape counts the characters of a run.
type shape struct{ digits, letters, small, capitals int } // capitals after the first byte

func shapeOf(s string) shape {
	var n shape
	for i := range len(s) {
		switch c := s[i]; {
		case digitByte(c):
			n.digits++
		case c >= 'a' && c <= 'z':
			n.letters++
			n.small++
		case letter(c):
			n.letters++
			if i > 0 {
				n.capitals++
			}
		}
	}
	return n
}

// tokenLike reports whether s has what words do not: a digit, or capitals inside.
func tokenLike(s string) bool {
	n := shapeOf(s)
	return n.digits > 0 || n.capitals > 0 && n.small > 0 && len(s) >= 10
}

// unlikeWord reports whether a run cannot be a word: it has letters and digits, or
// capitals inside.
func unlikeWord(s string) bool {
	n := shapeOf(s)
	return len(s) >= 4 && n.digits > 0 && n.letters > 0 || len(s) >= 6 && n.capitals > 1 && n.capitals < n.letters
}
