package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	unspacedCues = entries("unspaced-password-cues")
	unspacedIDs  = entries("unspaced-id-cues")

	// unspacedLink matches what links a cue to its value where there are no spaces.
	unspacedLink = regexp.MustCompile(`^[ \t]{0,3}(?:(?:是|为|為|は|が|を|(?:改成|改为|改為|换成|換成|设为|設為|更新为)了?|` +
		`入力は)?[ \t]{0,2}[:：＝=「『“"']{0,2}[ \t]{0,2})`)
)

// findUnspaced finds passwords after cues in languages written without spaces: the run of
// other characters that follows.
func findUnspaced(v *view, out []finding) []finding {
	if v.source == nil {
		return out // ASCII
	}
	for _, cue := range unspacedCues {
		for at := range occurrences(v.lower, cue) {
			end := at + len(cue)
			lo := end + len(unspacedLink.FindString(v.after(end, 60)))
			hi := lo
			for hi < len(v.text) && v.text[hi] < utf8.RuneSelf && v.text[hi] > ' ' && strings.IndexByte(`"'<>`, v.text[hi]) < 0 {
				hi++
			}
			hi = lo + len(strings.TrimRight(v.text[lo:hi], ".,;:!?)|*"))
			if m := pairTail.FindStringSubmatchIndex(v.after(hi, 80)); m != nil {
				lo, hi = hi+m[2], hi+m[3]
			}
			if s, ok := v.unspacedBefore(at); ok {
				out = append(out, s)
			}
			if hi-lo >= 4 && !v.variable(lo, hi) && likely(v.text[lo:hi], true) {
				out = append(out, finding{lo, hi, Password})
			}
		}
	}
	for _, cue := range unspacedCodeCues {
		for at := range occurrences(v.lower, cue) {
			end := at + len(cue)
			if cue == "pin" && v.byteAt(at-1) < utf8.RuneSelf && v.byteAt(end) < utf8.RuneSelf {
				continue // findCued reads English
			}
			lo := end + len(unspacedLink.FindString(v.after(end, 60)))
			if m := unspacedCode.FindStringIndex(v.after(lo, 20)); m != nil && countDigits(v.text[lo:lo+m[1]]) > 0 {
				out = append(out, finding{lo, lo + m[1], Password})
			}
		}
	}
	return out
}

var (
	unspacedCodeCues = entries("unspaced-code-cues")
	unspacedCode     = regexp.MustCompile(`^[A-Za-z\d]{3,10}(?:[ -]\d{3,4})?\b`)
)

var (
	// pairTail matches a password after the user name before it.
	pairTail = regexp.MustCompile(`^[ \t]{0,2}[/／|][ \t]{0,2}([!-~]{4,64})`)
	// unspacedUse matches a value before its cue: "… 作为密码".
	unspacedUse = regexp.MustCompile(`([!-~]{4,64}) ?(?:是|作为|作為|当|當|を|が)[^\n.,!?]{0,24}$`)
)

// unspacedBefore returns the password before its cue at at.
func (v *view) unspacedBefore(at int) (finding, bool) {
	from := max(0, at-110)
	for from < at && v.text[from]&0xc0 == 0x80 {
		from++
	}
	m := unspacedUse.FindStringSubmatchIndex(v.text[from:at])
	if m == nil || !strong(v.text[from+m[2]:from+m[3]], false) || v.variable(from+m[2], from+m[3]) {
		return finding{}, false
	}
	return finding{from + m[2], from + m[3], Password}, true
}

var (
	pairCues = cueSet{}.add(0, entries("pair-cues")...)
	// pair matches a user name and a password.
	pair = regexp.MustCompile(`^["'“(]?[^\s:/|"',]{2,64}[ \t]{0,2}(?:/|:|\||, | - )[ \t]{0,2}["']?([^\s"']{4,64})`)

	wifiWord = regexp.MustCompile(`(?:^|[^\pL\d])` + anyOf("wifi-words") + `(?:$|[^\pL\d])`)
	keyWords = wordSet("key-words")
)

// accountWords are names of accounts that everybody has.
var accountWords = wordSet("account-words")

// accountPair matches a password after the name of an account and a slash.
var accountPair = regexp.MustCompile(`^([^\s"'”»/\\@]{5,40})(?:["'”»\s.,]|$)`)

// findAccountPairs finds the password in "admin / …".
func findAccountPairs(v *view, out []finding) []finding {
	for at := range occurrences(v.text, " / ") {
		before := v.before(at, 24)
		word := lastLetters(before)
		end := at + len(" / ")
		if m := accountPair.FindStringSubmatchIndex(v.after(end, 60)); m != nil && accountWords[word] {
			value := strings.TrimRight(v.text[end+m[2]:end+m[3]], ".,;:!?)")
			if strong(value, true) {
				out = append(out, finding{end + m[2], end + m[2] + len(value), Password})
			}
		}
	}
	return out
}

// lastLetters returns the letters at the end of a text.
func lastLetters(s string) string {
	i := len(strings.TrimRightFunc(s, unicode.IsLetter))
	return s[i:]
}

// wifiReach is how far before a key its network may be mentioned, in bytes.
const wifiReach = 220

// findPairs finds the password in "credentials are user:password", and the key of a wireless
// network.
func findPairs(v *view, out []finding) []finding {
	v.words(func(lo, hi int) {
		if end, _ := v.longest(pairCues, lo, hi); end > 0 {
			out = v.pairAfter(end, out)
		}
		if keyWords[v.lower[lo:hi]] && wifiWord.MatchString(v.before(hi, wifiReach)) {
			out = v.keyAfter(hi, out)
		}
	})
	return findAccountPairs(v, out)
}

func (v *view) pairAfter(end int, out []finding) []finding {
	rest := v.lower[end : end+len(v.after(end, 200))]
	skip := link(rest)
	if skip == "" {
		return out
	}
	at := end + len(skip)
	m := pair.FindStringSubmatchIndex(v.after(at, 200))
	if m == nil {
		return out
	}
	value := strings.TrimRight(v.text[at+m[2]:at+m[3]], ".,;:!?)")
	if !strong(value, true) || strings.HasPrefix(v.text[at:at+m[2]], "http") {
		return out
	}
	return append(out, finding{at + m[2], at + m[2] + len(value), Password})
}

func (v *view) keyAfter(end int, out []finding) []finding {
	rest := v.lower[end : end+len(v.after(end, 200))]
	test := likely
	skip := link(rest)
	if skip == "" {
		skip, test = adjacent.FindString(rest), stronger
	}
	if skip == "" {
		return out
	}
	at := end + len(skip) - trailingQuote(skip)
	if m := groupedKey.FindString(v.after(at, 60)); m != "" && countDigits(m) > 0 {
		return append(out, finding{at, at + len(m), Password})
	}
	if s, ok := v.passwordValue(at, test); ok {
		out = append(out, s)
	}
	return out
}

// groupedKey matches a key in groups, as on the labels of routers.
var groupedKey = regexp.MustCompile(`^(?:[a-z\d]{4}(?: [a-z\d]{4}){2,4}|[A-Z\d]{4}(?: [A-Z\d]{4}){2,4}|\d{8,20})\b`)

var (
	phraseCues = []string{
		"phrase", "phrase de passe", "fras", "zin", "phrase secrète", "phrase-passe", "frase de paso", "frase segreta",
		"frase-passe", "frase secreta", "satz", "фраза", "слово", "memorable word",
	}
	// quotedPhrase matches the words in quotation marks after a cue.
	quotedPhrase = regexp.MustCompile(`^[^"“„«\n.!?]{0,40}["“„«] ?([^"“”„«»\n]{3,80}?) ?["”»“]`)
)

// phrase matches several words up to the end of a line.
var phrase = regexp.MustCompile(`^["'“„«]?(\pL+(?:[ -]\pL+){2,9})["'”»]?[ \t.]{0,3}(?:\n|$)`)

// passphraseAfter returns the words after a cue that announces a phrase.
func (v *view) passphraseAfter(lo, end int, rest string) (finding, bool) {
	cue := v.lower[lo:end]
	if !endsInAny(cue, phraseCues) {
		return finding{}, false
	}
	if m := quotedPhrase.FindStringSubmatchIndex(v.after(end, 160)); m != nil {
		return finding{end + m[2], end + m[3], Password}, true
	}
	skip := link(rest)
	m := phrase.FindStringSubmatchIndex(v.after(end+len(skip), 160))
	if skip == "" || m == nil {
		return finding{}, false
	}
	at := end + len(skip)
	return finding{at + m[2], at + m[3], Password}, true
}

// emphasis returns the marks of emphasis or code that surround the value at i, "" without.
func (v *view) emphasis(i int) string {
	rest := v.after(i, 120)
	n := len(rest) - len(strings.TrimLeft(rest, "*_`"))
	if n == 0 || n > 3 || n == len(rest) || unicode.IsSpace(rune(rest[n])) {
		return ""
	}
	if end := strings.Index(rest[n:], rest[:n]); end < 3 || strings.Contains(rest[n:n+end], "\n") {
		return ""
	}
	return rest[:n]
}
