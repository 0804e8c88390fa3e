package terms

import (
	"regexp"
	"slices"
	"strings"
)

const (
	maxSignatures = 20
	// MaxSignatureBytes is how much of a text is searched for error codes.
	MaxSignatureBytes = 16 << 10
)

// Signature is an error code or name in a text.
type Signature struct {
	Text string // as it is written
	Term string // as the analysis emits it
}

var (
	codePattern = regexp.MustCompile(`\b(` + strings.Join([]string{
		`0[xX][0-9a-fA-F]{4,16}`,
		`[A-Z]{2,10}[-_]?\d{3,8}`,
		`[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+`,
		`\w*[a-z](?:Exception|Error|Fault)`,
	}, "|") + `)\b`)
	numberPattern = regexp.MustCompile(`(?i)\b(?:error|code|errno|status|fehler|event id)\b` +
		`[\s:#=]{0,3}(?:code|number|id)?[\s:#=]{0,3}(-?\d{3,10})\b`)
)

// FindSignatures returns the error codes and names in a text, in order.
func FindSignatures(text string) []Signature {
	var out []Signature
	add := func(found string) {
		var term string
		for _, t := range Of(found) {
			if len(t.Term) > len(term) {
				term = t.Term
			}
		}
		known := slices.ContainsFunc(out, func(s Signature) bool { return s.Term == term })
		if term != "" && len(found) <= maxTermRunes && len(out) < maxSignatures && !known {
			out = append(out, Signature{found, term})
		}
	}
	text = Truncate(text, MaxSignatureBytes)
	for _, m := range codePattern.FindAllString(text, 64) {
		add(m)
	}
	for _, m := range numberPattern.FindAllStringSubmatch(text, 64) {
		add(strings.TrimPrefix(m[1], "-"))
	}
	return out
}
