package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// atSigns are at signs, also as people write them out.
var atSigns = []string{"@", "(at)", "[at]", "{at}", "<at>"}

// commonTLDs are the top-level domains that are accepted in addresses with white space
// inside.
var commonTLDs = wordSet("common-tlds")

// reservedTLDs are top-level domains that are in no registry.
var reservedTLDs = []string{"test", "example", "invalid", "localhost", "onion"}

// spelling matches the parts of an address in the words of one language.
type spelling struct{ local, domain *regexp.Regexp }

// spellings are those by the word for the at sign.
var spellings = func() map[string][]spelling {
	m := map[string][]spelling{}
	for _, line := range entries("spelled-at") {
		words := strings.Fields(line)
		dot := ` [(\[]?` + oneOf(words[1:]...) + `[)\]]? `
		m[words[0]] = append(m[words[0]], spelling{
			regexp.MustCompile(`(?:^|[^\pL\d._+-])((?:[\pL\d_-]{1,30}` + dot + `){0,3}[\pL\d._+-]{1,30}) $`),
			regexp.MustCompile(`^ ([\pL\d-]{1,30}(?:` + dot + `[\pL\d-]{2,30}){1,4})`),
		})
	}
	return m
}()

// findSpelled finds e-mail addresses in words: "jo at example dot org".
func findSpelled(v *view, out []finding) []finding {
	v.words(func(lo, hi int) {
		for _, s := range spellings[v.lower[lo:hi]] {
			domain := s.domain.FindStringSubmatchIndex(v.lower[hi : hi+len(v.after(hi, 120))])
			if domain == nil {
				continue
			}
			to := hi + domain[3]
			before := v.before(lo, 110)
			local := s.local.FindStringSubmatchIndex(before)
			if end := v.lower[strings.LastIndexByte(v.lower[:to], ' ')+1 : to]; local != nil && knownTLD(end) {
				out = append(out, finding{lo - len(before) + local[2], to, Mail})
				return
			}
		}
	})
	return out
}

// findMail finds e-mail addresses, including those with a written-out at sign.
func findMail(v *view, out []finding) []finding {
	for _, sign := range atSigns {
		for i := range occurrences(v.lower, sign) {
			if s, ok := v.mailAt(i, i+len(sign)); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// mailAt returns the address around the at sign from lo to hi.
func (v *view) mailAt(lo, hi int) (finding, bool) {
	left, right := 0, 0
	for ; left < 2 && lo > 0 && (v.text[lo-1] == ' ' || v.text[lo-1] == '\n'); left++ {
		lo--
	}
	for ; right < 2 && hi < len(v.text) && (v.text[hi] == ' ' || v.text[hi] == '\n'); right++ {
		hi++
	}
	gap := left+right > 0
	if left > 0 && right == 0 && v.text[hi-1] == '@' {
		return finding{}, false // "from @live.com" names a domain
	}
	from := v.localStart(lo)
	to, end := v.domainEnd(hi)
	if from == lo || to == hi || end == "" || strings.HasSuffix(v.before(from, 3), "://") {
		return finding{}, false
	}
	if v.byteAt(from-1) == '/' && strings.ToUpper(v.text[hi:to]) == v.text[hi:to] {
		return finding{}, false // a Kerberos principal: HTTP/HOST@REALM
	}
	if !knownTLD(end) || gap && !commonTLDs[end] {
		return finding{}, false // a file name, the version of a package, or prose
	}
	return finding{from, to, Mail}, true
}

func (v *view) localStart(lo int) int {
	from := lo
	for from > 0 && lo-from < 64 {
		r, n := utf8.DecodeLastRuneInString(v.text[:from])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._+-'", r) && r != '%' {
			break
		}
		from -= n
	}
	for from < lo && strings.IndexByte("._+-'%", v.text[from]) >= 0 {
		from++
	}
	return from
}

// domainEnd returns the end and the last label of the domain of at least two labels at
// hi; the label is "" where there is none. Dots may be written out, and a line break may
// follow them.
func (v *view) domainEnd(hi int) (to int, end string) {
	start := hi
	labels := 0
	last := ""
	for hi-start < 255 {
		from := hi
		for hi < len(v.text) && hi-from < 64 {
			r, n := utf8.DecodeRuneInString(v.text[hi:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !(r == '-' && hi > from) && !unicode.Is(unicode.Mn, r) {
				break
			}
			hi += n
		}
		if hi == from {
			break
		}
		label := v.lower[from:hi]
		labels++
		if labels > 1 && plausibleTLD(label) {
			to, last = hi, label
		}
		dot, torn := v.nextLabel(hi)
		if dot < 0 || torn && last != "" && commonTLDs[last] {
			break
		}
		hi = dot
	}
	if last == "" {
		return start, ""
	}
	return to, last
}

// knownTLD reports whether mail may go to a top-level domain. Those of other scripts are
// all accepted.
func knownTLD(s string) bool {
	_, public := publicsuffix.PublicSuffix(s)
	return public || s[0] >= utf8.RuneSelf || slices.Contains(reservedTLDs, s) || slices.Contains(internalDomains, s)
}

func plausibleTLD(s string) bool {
	if strings.HasPrefix(s, "xn--") {
		return true
	}
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
		n++
	}
	return n >= 2 && n <= 24
}

// nextLabel returns where the next label begins after a dot at i, or -1 without a dot,
// and whether a line break follows the dot.
func (v *view) nextLabel(i int) (next int, torn bool) {
	for _, d := range []string{
		".", "(dot)", "[dot]", " (dot) ", " [dot] ", "(punkt)", "(point)", "(punto)", "(ponto)",
		" (punkt) ", " (point) ", " (punto) ", " (ponto) ", " [punkt] ", "[punkt]",
	} {
		if strings.HasPrefix(v.lower[i:], d) {
			next = i + len(d)
			if v.byteAt(next) == '\n' && letter(v.byteAt(next+1)) {
				return next + 1, true
			}
			return next, false
		}
	}
	return -1, false
}
