package redact

import (
	"regexp"
	"slices"
	"strings"
)

var (
	authValue = regexp.MustCompile(`^\s{0,3}["']?\s{0,2}:\s{0,3}["']?` +
		`(?:[A-Za-z][A-Za-z-]{2,20}\s+)?([A-Za-z0-9._~+/=:-]{8,})`)
	schemeValue  = regexp.MustCompile(`^\s+["']?([A-Za-z0-9._~+/=-]{12,})`)
	cookieValue  = regexp.MustCompile(`^["']?[ \t]{0,3}:[ \t]{0,3}([^\r\n]{6,})`)
	cookieOption = regexp.MustCompile(`^(?:[ =])(?:"([^"]{6,999})"|'([^']{6,999})'|([^\s"']{6,}))`)
	cookieMore   = regexp.MustCompile(`^\r?\n[ \t]*` +
		`([A-Za-z0-9_.-]{1,60}=[^\r\n]{1,}|(?i:path=/|httponly|secure|samesite)[^\r\n]{0,400})`)
)

// findHeaders finds authorization and cookie headers, in requests and in the options of
// tools that make them.
func findHeaders(v *view, out []finding) []finding {
	out = v.afterWord("authorization", authValue, out, func(_, lo, hi int) int {
		if !tokenLike(v.text[lo:hi]) {
			return 0
		}
		return hi
	})
	for _, scheme := range []string{"bearer", "basic"} {
		out = v.afterWord(scheme, schemeValue, out, func(_, lo, hi int) int {
			value := v.text[lo:hi]
			if !tokenLike(value) || countDigits(value) == 0 && len(value) < 20 {
				return 0
			}
			return hi
		})
	}
	out = v.afterWord("cookie", cookieValue, out, func(end, lo, hi int) int {
		if !setsCookie(v.text[lo:hi]) || strings.HasSuffix(v.before(end, 8), "=cookie") {
			return 0
		}
		return v.cookieEnd(lo, hi)
	})
	for _, option := range []string{"-b", "--cookie"} {
		out = v.afterWord(option, cookieOption, out, func(end, lo, hi int) int {
			command := v.before(end, 300)
			tool := strings.Contains(command, "curl") || strings.Contains(command, "http")
			if !tool || !strings.Contains(v.text[lo:hi], "=") {
				return 0
			}
			return hi
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

// afterWord adds, as tokens, what the groups of a pattern capture after each occurrence of a
// word. Accept gets the end of the word and the range of the group, and returns where the
// token ends, or 0 for none.
func (v *view) afterWord(
	word string, pattern *regexp.Regexp, out []finding, accept func(end, lo, hi int) int,
) []finding {
	next := 0
	for at := range occurrences(v.lower, word) {
		end := at + len(word)
		if b := v.byteAt(at - 1); at < next || wordByte(b) || b == '_' || wordByte(v.byteAt(end)) {
			continue
		}
		m := pattern.FindStringSubmatchIndex(v.after(end, 4200))
		for g := 2; g < len(m); g += 2 {
			if m[g] < 0 {
				continue
			}
			if hi := accept(end, end+m[g], end+m[g+1]); hi > 0 {
				out = append(out, finding{end + m[g], hi, Token})
				next = hi
			}
		}
	}
	return out
}
