package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// cueClass is the class of secret that a cue announces.
type cueClass int

const (
	cuePassword  cueClass = iota + 1
	cueCode               // a code of digits
	cueToken              // a dense string after an assignment
	cueAmbiguous          // a password, but the word has other meanings: what follows must look like one
	cueQuery              // a token, but only as a parameter of a URL
)

// cue is a word or phrase that announces a secret or a number.
type cue struct {
	text  string
	class cueClass // 0 where there is only one
}

// cueSet holds cues by their first word.
type cueSet map[string][]cue

func (s cueSet) add(class cueClass, phrases ...string) cueSet {
	for _, p := range phrases {
		s[firstWord(p)] = append(s[firstWord(p)], cue{p, class})
	}
	return s
}

// cues announce a secret. No phrase is in two classes.
var cues = cueSet{}.
	add(cuePassword, entries("password-cues")...).
	add(cueCode, entries("code-cues")...).
	add(cueToken, entries("token-cues")...).
	add(cueAmbiguous, "clave", "pass").
	add(cueQuery, "key", "code", "sid", "auth", "ticket", "session")

// longest returns the end and the class of the longest cue of a set that begins with the word
// from lo to hi; the end is 0 where there is none.
func (v *view) longest(set cueSet, lo, hi int) (end int, class cueClass) {
	for _, c := range set[v.lower[lo:hi]] {
		if n := lo + len(c.text); n > end && strings.HasPrefix(v.lower[lo:], c.text) && !wordByte(v.byteAt(n)) {
			end, class = n, c.class
		}
	}
	return end, class
}

// words calls f for each word of the text.
func (v *view) words(f func(lo, hi int)) {
	for i := 0; i < len(v.lower); {
		if !wordByte(v.lower[i]) {
			i++
			continue
		}
		lo := i
		for i < len(v.lower) && wordByte(v.lower[i]) {
			i++
		}
		f(lo, i)
	}
}

// firstWord returns the first word of a phrase.
func firstWord(phrase string) string {
	if i := strings.IndexAny(phrase, " -'./"); i > 0 {
		return phrase[:i]
	}
	return phrase
}

// findCued finds secrets by the words before and after them.
func findCued(v *view, out []finding) []finding {
	for i := 0; i < len(v.lower); {
		if !wordByte(v.lower[i]) {
			i++
			continue
		}
		lo := i
		for i < len(v.lower) && (wordByte(v.lower[i]) || v.lower[i] == '_') && i-lo < 80 {
			i++
		}
		end, class := v.cueAt(lo, i)
		if class == 0 {
			continue
		}
		s, ok := v.secretAt(lo, end, class)
		if !ok {
			i = max(i, end)
			continue
		}
		out = append(out, s)
		i = max(i, s.hi)
	}
	return out
}

// cueAt returns the end and class of the cue that begins with the word from lo to hi;
// the class is 0 where there is none.
func (v *view) cueAt(lo, hi int) (end int, class cueClass) {
	end, class = v.longest(cues, lo, hi)
	if class == cuePassword || class == cueCode {
		return end, class
	}
	// Names in programs: api_key, x-api-key, clientSecret, X-Amz-Signature.
	hi = max(hi, end)
	for hi < len(v.lower) && v.lower[hi] == '-' && wordByte(v.byteAt(hi+1)) && hi-lo < 80 {
		for hi++; hi < len(v.lower) && wordByte(v.lower[hi]); hi++ {
		}
	}
	if c := identifierClass(v.lower[lo:hi]); c != 0 {
		return hi, c
	}
	return end, class
}

var (
	identifierSeparators = strings.NewReplacer("-", "", "_", "", " ", "")

	tokenNames    = entries("token-names")
	passwordNames = entries("password-names")
)

// identifierClass returns the class of secret that a name in a program or configuration
// holds, or 0.
func identifierClass(s string) cueClass {
	if len(s) < 3 || len(s) > 80 {
		return 0
	}
	if s = identifierSeparators.Replace(s); strings.HasSuffix(s, "keytoken") {
		return 0 // the public key of a .NET assembly
	}
	switch {
	case endsInAny(s, tokenNames):
		return cueToken
	case endsInAny(s, passwordNames):
		return cuePassword
	}
	return 0
}

var (
	// assignment matches an assignment after a cue.
	assignment = regexp.MustCompile(`^["'”»\]]{0,2}[ \t]{0,4}(?:\([^()\n]{1,30}\)[ \t]{0,2})?` +
		`(?::=|=>|->|→|==?|:)[ \t]{0,4}(?:\r?\n[ \t]{0,4})?`)
	// statement matches a verb after a cue and the words that may stand before and after it.
	statement = regexp.MustCompile(`^(?:[’']s|` +
		`(?i:[ ,]{1,2}(?:for|of|to|on|für|zum|zur|vom|von|fürs|pour|de|du|para|da|do|del|della|dello|van|voor|od|для|от|к)` +
		`(?:[ ][^\s=:]{1,40}){1,4}?|,|[ ](?:shown|given|used|you gave me|affiché|fourni))?[ \n]{1,2}` +
		`(?i:temporarily |now |übrigens |also |provisoire |temporal |temporária |actuel |actual |atual )?` +
		oneOf(
			`is|was|are|will be|should be|must be|would be|could be`,
			`ist|war|lautet|lautete|wäre|müsste|sollte`,
			`est|était|devrait être|c'est`,
			`es|era|debería ser|sería`,
			`é|deveria ser|seria|foi`,
			`è|era|sarebbe|dovrebbe essere`,
			`to jest|jest|brzmi|je|zní`,
			`это|такой|такая|був|була`,
			`är|er|var|skal være|skulle være`,
			`reads|lautet jetzt|heißt|luidt|shown is|is now|que usei foi|usata è|was set to`,
		) + `)(?:[ \n]{1,2}(?i:` +
		oneOf(
			`now|currently|still|just|simply|actually|set to|changed to`,
			`maintenant|jetzt|aktuell|übrigens|nun|ahora|agora|toujours`,
			`la siguiente|a seguinte|le suivant|folgendes|the following`,
			`adesso|ora|attualmente|nu|teraz|теперь|сейчас|now reads|zurzeit|nå`,
		) + `))?:?[ \n]{1,2}`)
	// adjacent matches what separates a cue from the value right after it.
	adjacent = regexp.MustCompile(`^[ \n]{1,2}["'“„«‘]?`)
	// adjacentCode is adjacent with the words that may stand there before a code.
	adjacentCode = regexp.MustCompile(`^(?:[ ]to)?[ \n]{1,2}["'“„«‘]?`)
	// codeValue matches a code of digits, in one group or two.
	codeValue = regexp.MustCompile(`^["'“„«(]?\d{3,4}[ \n-]?\d{0,4}\b`)
	// codeFirst matches a code before its cue: "481516 is your verification code".
	codeFirst = regexp.MustCompile(`(?:^|[\s:"'-])(\d{3,4}[ \n-]?\d{0,4})["']?[ \n]` +
		oneOf(
			`(?:is|ist|est|es|é)[ \n](?:your|ihr|dein|votre|ton|tu|su|o seu|o teu|seu|el|the)`,
			`(?:as|als|comme|como)(?:[ \n](?:the|your|my|den|le|el|o))?`,
		) + `[ \n](?:[\pL.-]{2,16}[ \n])?$`)
	parameter = regexp.MustCompile(`^[ \t]{0,2}=[ \t]{0,2}`)
)

// secretAt returns the secret announced by the cue from lo to end.
func (v *view) secretAt(lo, end int, class cueClass) (finding, bool) {
	query := strings.IndexByte("?&#", v.byteAt(lo-1)) >= 0
	rest := v.lower[end : end+len(v.after(end, 400))]
	if query && class != cueCode {
		if m := parameter.FindString(rest); m != "" {
			return v.parameterValue(end+len(m), class)
		}
	}
	switch class {
	case cuePassword:
		return v.passwordAround(lo, end, rest)
	case cueCode:
		if s, ok := v.codeAfter(end, rest); ok {
			return s, true
		}
		if s, ok := v.codeBefore(lo); ok {
			return s, true
		}
		if m := assignment.FindString(rest); m != "" {
			return v.passwordValue(end+len(m), strong)
		}
	case cueToken:
		if m := link(rest); m != "" {
			return v.tokenValue(end+len(m), query)
		}
		return v.tokenNextTo(end, rest)
	case cueAmbiguous:
		if m := link(rest); m != "" {
			return v.passwordValue(end+len(m), strong)
		}
		return v.passwordNextTo(lo, end, rest)
	case cueQuery:
	}
	return finding{}, false
}

// link returns what links a cue to the value after it, or "".
func link(rest string) string {
	if m := assignment.FindString(rest); m != "" {
		return m
	}
	return statement.FindString(rest)
}

// parameterValue returns the value of a URL's parameter; a password may be a plain word.
func (v *view) parameterValue(i int, class cueClass) (finding, bool) {
	if s, ok := v.tokenValue(i, true); ok || class != cuePassword {
		return s, ok
	}
	rest := v.after(i, 200)
	k := strings.IndexAny(rest, "&# \t\r\n\"'<>")
	if k < 0 {
		k = len(rest)
	}
	return finding{i, i + k, Password}, k >= 3 && !standIn.MatchString(rest[:k])
}

// tokenValue returns the token at i, which must be dense and not a word.
func (v *view) tokenValue(i int, query bool) (finding, bool) {
	rest := v.after(i, 1200)
	if r, n := utf8.DecodeRuneInString(rest); closingQuotes[r] != "" {
		i, rest = i+n, rest[n:]
	}
	ends := " \t\r\n\"'<>,;`()[]{}|&"
	if query {
		ends += "#"
	}
	k := strings.IndexAny(rest, ends)
	if k < 0 {
		k = len(rest)
	}
	value := strings.TrimRight(rest[:k], ".:!?")
	if len(value) < 6 || !tokenLike(value) || isPlaceholder(value) || notSecret.MatchString(value) {
		return finding{}, false
	}
	if settingName(value) && countDigits(value) < 4 {
		return finding{}, false
	}
	return finding{i, i + len(value), Token}, true
}

// mixed matches a code of small and other characters: "aX7kQz".
var mixed = regexp.MustCompile(`^[*` + "`" + `"'“„«(]{0,3}([A-Za-z\d]{4,12})\b`)

// mixedCode returns the code of letters and digits at i.
func (v *view) mixedCode(i int) (finding, bool) {
	m := mixed.FindStringSubmatchIndex(v.after(i, 40))
	if m == nil {
		return finding{}, false
	}
	value := v.text[i+m[2] : i+m[3]]
	n := shapeOf(value)
	if n.digits == 0 || n.small == 0 || numberedWord.MatchString(value) || !strong(value, false) {
		return finding{}, false
	}
	return finding{i + m[2], i + m[3], Password}, true
}

// tokenNextTo returns a token right after its cue, or in brackets: it must be long, with
// letters and digits.
func (v *view) tokenNextTo(end int, rest string) (finding, bool) {
	m := besideToken.FindString(rest)
	if m == "" {
		return finding{}, false
	}
	s, ok := v.tokenValue(end+len(m), false)
	n := shapeOf(v.text[s.lo:s.hi])
	return s, ok && s.hi-s.lo >= 16 && !strings.Contains(v.text[s.lo:s.hi], "=") && n.digits >= 3 && n.letters >= 3
}

// besideToken matches what may stand between a cue and such a token.
var besideToken = regexp.MustCompile(`^[ \n](?:[(\["'“„«` + "`" + `]|№ ?)?`)

// codeBefore returns a code of digits before its cue.
func (v *view) codeBefore(lo int) (finding, bool) {
	from := max(0, lo-60)
	m := codeFirst.FindStringSubmatchIndex(v.lower[from:lo])
	if m == nil || countDigits(v.lower[from+m[2]:from+m[3]]) < 4 {
		return finding{}, false
	}
	return finding{from + m[2], from + m[3], Password}, true
}

// codeAfter returns a code of digits after its cue.
func (v *view) codeAfter(end int, rest string) (finding, bool) {
	skip := link(rest)
	if skip == "" {
		skip = adjacentCode.FindString(rest)
		skip = skip[:len(skip)-trailingQuote(skip)]
	}
	if skip == "" {
		return finding{}, false
	}
	at := end + len(skip)
	m := codeValue.FindString(rest[len(skip):])
	if m == "" {
		return v.mixedCode(at)
	}
	hi := at + len(m)
	if m == "" || countDigits(m) > 8 || v.byteAt(hi) == '.' && digitByte(v.byteAt(hi+1)) {
		return finding{}, false
	}
	return finding{at + strings.IndexAny(m, asciiDigits), at + len(strings.TrimRight(m, " \n-")), Password}, true
}
