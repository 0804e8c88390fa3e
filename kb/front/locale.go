package front

import (
	_ "embed"
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed locale.txt
var localeWords string

var localeLists = wordlist.Parse(localeWords)

// localeKeys are the keys of front matter that tools have for a text's language.
var localeKeys = localeLists.Of("key")

// languageNames are the names of languages as front matter has them.
var languageNames = newLanguageNames()

func newLanguageNames() map[string]string {
	out := map[string]string{}
	for _, line := range localeLists.Of("name") {
		code, name, _ := strings.Cut(line, " ")
		out[name] = code
	}
	return out
}

// ParseLocale returns the tag of a language, in canonical form; "" if it is none.
func ParseLocale(s string) string {
	s = strings.TrimSpace(s)
	if code, ok := languageNames[strings.ToLower(s)]; ok {
		return code
	}
	s, _, _ = strings.Cut(s, ".") // de_DE.UTF-8
	if !IsLocale(s) {
		return ""
	}
	tag, err := language.Parse(strings.ReplaceAll(s, "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	if base, confidence := tag.Base(); confidence == language.No || len(base.String()) > 3 {
		return ""
	}
	return tag.String()
}

// Locale returns the language that front matter names, "" if it names none.
func (f Matter) Locale() string {
	for _, key := range localeKeys {
		if locale := ParseLocale(f.Word(key)); locale != "" {
			return locale
		}
	}
	return ""
}

var (
	localeShape  = regexp.MustCompile(`^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$`)
	localeSuffix = regexp.MustCompile(`\.[a-z]{2}(?:[-_][A-Za-z]{2,4})?$`)
)

// IsLocale reports whether s has the shape of a language tag.
func IsLocale(s string) bool { return localeShape.MatchString(s) }

// LocaleEnding returns the language at the end of a file's name, with its dot, as in
// page.de; "" if there is none.
func LocaleEnding(stem string) string { return localeSuffix.FindString(stem) }
