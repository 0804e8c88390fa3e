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
	unspacedLink = regexp.MustCompile(`^[ \t]{0,3}(?:(?:是|为|為|は|が|を|改成|改为|改為|入力は)?[ \t]{0,2}[:：＝=「『“"']{0,2}[ \t]{0,2})`)
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
			if hi-lo >= 4 && !v.variable(lo, hi) && likely(v.text[lo:hi], true) {
				out = append(out, finding{lo, hi, Password})
			}
		}
	}
	return out
}

var (
	pairCues = cueSet{}.add(0, entries("pair-cues")...)
	// pair matches a user name and a password.
	pair = regexp.MustCompile(`^["'“(]?[^\s:/|"',]{2,64}[ \t]{0,2}(?:/|:|\||, | - )[ \t]{0,2}["']?([^\s"']{4,64})`)

	wifiWord = regexp.MustCompile(`(?:^|[^\pL\d])` + anyOf("wifi-words") + `(?:$|[^\pL\d])`)
	keyWords = wordSet("key-words")
)

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
	return out
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
	if s, ok := v.passwordValue(end+len(skip)-trailingQuote(skip), test); ok {
		out = append(out, s)
	}
	return out
}

// phrase matches several words up to the end of a line.
var phrase = regexp.MustCompile(`^["'“„«]?(\pL+(?:[ -]\pL+){2,9})["'”»]?[ \t.]{0,3}(?:\n|$)`)

// passphraseAfter returns the words after a cue that announces a phrase.
func (v *view) passphraseAfter(lo, end int, rest string) (finding, bool) {
	cue := v.lower[lo:end]
	if !endsInAny(cue, []string{"phrase", "phrase de passe", "fras", "zin"}) {
		return finding{}, false
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
