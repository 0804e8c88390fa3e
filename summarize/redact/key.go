package redact

import (
	"regexp"
	"strings"
)

const maxKey = 32 << 10

var (
	keyBegin = regexp.MustCompile(`^-----\s?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?\s?-----`)
	keyEnd   = regexp.MustCompile(`-----\s?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?\s?-----`)
	keyLine  = regexp.MustCompile(`^[ \t]*(?:[A-Za-z0-9+/=\\]+|[A-Z][A-Za-z-]{2,20}: .*|)[ \t\r]*$`)
)

// findKeys finds PEM and armoured private keys. A key without an end marker extends as
// far as its lines look like those of a key.
func findKeys(v *view, out []finding) []finding {
	for i := 0; ; {
		n := strings.Index(v.text[i:], "-----")
		if n < 0 {
			return out
		}
		i += n
		head := keyBegin.FindString(v.after(i, 80))
		if head == "" {
			i += 5
			continue
		}
		hi := i + len(head)
		body := v.after(hi, maxKey)
		if next := strings.Index(body, "BEGIN "); next >= 0 {
			body = body[:next] // the next key starts here
		}
		if end := keyEnd.FindStringIndex(body); end != nil {
			hi += end[1]
		} else {
			hi = keyLines(v, hi)
		}
		out = append(out, finding{i, hi, PrivateKey})
		i = hi
	}
}

func keyLines(v *view, i int) int {
	for i < len(v.text) {
		end := strings.IndexByte(v.text[i:], '\n')
		if end < 0 {
			end = len(v.text) - i
		}
		if end > 400 || !keyLine.MatchString(v.text[i:i+end]) {
			return i
		}
		i = min(len(v.text), i+end+1)
	}
	return i
}
