package kb

import (
	"regexp"
	"slices"
	"strings"
)

// leftPlaceholder matches what redaction puts in place of a value, with or without
// Markdown escapes. Its kinds are those of redaction, which this package does not
// import; a test over there compares the two.
var leftPlaceholder = regexp.MustCompile(`(?i)\\?\[\s*(?:` + strings.Join([]string{
	"private key", "password", "token", "credential in address", "email", "iban", "card number", "phone",
	"street address", "ip address", "host name", "hardware address", "personal number", "user name",
	"date of birth", "name",
}, "|") + `)\s+\d{1,6}\s*\\?\]`)

// Placeholders returns the placeholders of redacted values that a text still holds,
// each once, in order.
func Placeholders(text string) []string {
	var out []string
	for _, p := range leftPlaceholder.FindAllString(text, -1) {
		if p = strings.ReplaceAll(p, `\`, ""); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// maxNamed is how many placeholders the check names; the rest are only counted.
const maxNamed = 5

func checkPlaceholders(in CheckInput) Check {
	found := Placeholders(in.Title + "\n" + in.Markdown)
	switch {
	case len(found) == 0:
		return answer(PlaceholdersReplaced, true, "none left")
	case len(found) == 1:
		return answer(PlaceholdersReplaced, false, "replace the placeholder %s", found[0])
	case len(found) > maxNamed:
		return answer(
			PlaceholdersReplaced, false, "replace the placeholders %s and %d more", strings.Join(found[:maxNamed], ", "),
			len(found)-maxNamed,
		)
	}
	return answer(PlaceholdersReplaced, false, "replace the placeholders %s", strings.Join(found, ", "))
}
