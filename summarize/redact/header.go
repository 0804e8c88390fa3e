package redact

import (
	"regexp"
	"slices"
	"strings"
)

var (
	authValue = regexp.MustCompile(`^\s{0,3}["']?\s{0,2}:\s{0,3}["']?` +
		`(?:([A-Za-z][A-Za-z-]{2,20})\s+)?([A-Za-z0-9._~+/=:-]{8,})`)
	schemeValue = regexp.MustCompile(`^\s+["']?([A-Za-z0-9._~+/=-]{12,})`)
	cookieValue = regexp.MustCompile(`^["']?[ \t]{0,3}:[ \t]{0,3}([^\r\n]{6,})`)
	cookieFlag  = regexp.MustCompile(`^(?:[ =])(?:"([^"]{6,999})"|'([^']{6,999})'|([^\s"']{6,}))`)
	cookieMore  = regexp.MustCompile(`^\r?\n[ \t]*` +
		`([A-Za-z0-9_.-]{1,60}=[^\r\n]{1,}|(?i:path=/|httponly|secure|samesite)[^\r\n]{0,400})`)
)

// findHeaders finds authorization and cookie headers, in requests and in the options of
// tools that make them.
func findHeaders(v *view, out []finding) []finding {
	out = eachWord(v, "authorization", out, func(end int) (int, int, bool) {
		m := authValue.FindStringSubmatchIndex(v.after(end, 4200))
		if m == nil || !tokenLike(v.text[end+m[4]:end+m[5]]) {
			return 0, 0, false
		}
		return end + m[4], end + m[5], true
	})
	for _, scheme := range []string{"bearer", "basic"} {
		out = eachWord(v, scheme, out, func(end int) (int, int, bool) {
			m := schemeValue.FindStringSubmatchIndex(v.after(end, 4200))
			if m == nil {
				return 0, 0, false
			}
			lo, hi := end+m[2], end+m[3]
			value := v.text[lo:hi]
			return lo, hi, tokenLike(value) && (countDigits(value) > 0 || len(value) >= 20)
		})
	}
	out = eachWord(v, "cookie", out, func(end int) (int, int, bool) {
		m := cookieValue.FindStringSubmatchIndex(v.after(end, 4200))
		if m == nil || !setsCookie(v.text[end+m[2]:end+m[3]]) || strings.HasSuffix(v.before(end, 8), "=cookie") {
			return 0, 0, false
		}
		return end + m[2], v.cookieEnd(end+m[2], end+m[3]), true
	})
	for _, flag := range []string{"-b", "--cookie"} {
		out = eachWord(v, flag, out, func(end int) (int, int, bool) {
			m := cookieFlag.FindStringSubmatchIndex(v.after(end, 4200))
			if m == nil || !strings.Contains(v.before(end, 300), "curl") && !strings.Contains(v.before(end, 300), "http") {
				return 0, 0, false
			}
			for g := 2; g < len(m); g += 2 {
				if m[g] >= 0 && strings.Contains(v.text[end+m[g]:end+m[g+1]], "=") {
					return end + m[g], end + m[g+1], true
				}
			}
			return 0, 0, false
		})
	}
	return out
}

// setsCookie reports whether a header holds a cookie with a value and not only attributes.
func setsCookie(header string) bool {
	for part := range strings.SplitSeq(header, ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if ok && strings.Trim(value, ` "'`) != "" && !slices.Contains(cookieAttributes, strings.ToLower(name)) {
			return true
		}
	}
	return false
}

var cookieAttributes = []string{"path", "expires", "domain", "max-age", "samesite", "priority"}

// cookieEnd returns the end of a cookie that may continue on the next lines: after a
// semicolon, on a line that begins like a cookie.
func (v *view) cookieEnd(lo, hi int) int {
	for range 20 {
		line := strings.TrimRight(v.text[lo:hi], " \t\r")
		m := cookieMore.FindStringSubmatchIndex(v.after(hi, 4200))
		if m == nil || !strings.HasSuffix(line, ";") {
			return hi
		}
		hi += m[3]
	}
	return hi
}

// eachWord calls value with the end of each occurrence of a word and adds the range that
// it returns as a token.
func eachWord(v *view, word string, out []finding, value func(end int) (lo, hi int, ok bool)) []finding {
	for i := 0; ; {
		k := strings.Index(v.lower[i:], word)
		if k < 0 {
			return out
		}
		at := i + k
		i = at + len(word)
		if b := v.byteAt(at - 1); wordByte(b) || b == '_' || wordByte(v.byteAt(i)) {
			continue
		}
		if lo, hi, ok := value(i); ok {
			out = append(out, finding{lo, hi, Token})
			i = hi
		}
	}
}

// tokenLike reports whether s has what words do not: a digit, or capitals inside.
func tokenLike(s string) bool {
	capitals, small := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case digitByte(c):
			return true
		case c >= 'A' && c <= 'Z' && i > 0:
			capitals++
		case c >= 'a' && c <= 'z':
			small++
		}
	}
	return capitals > 0 && small > 0 && len(s) >= 10
}
