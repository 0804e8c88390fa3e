package front

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// localeKeys are the keys of front matter that tools have for a text's language.
var localeKeys = []string{
	KeyLocale, "lang", "language", "languagecode", "language_code", "lang_code", "content_language", "hreflang",
	"ms.locale", "iso_lang",
}

// languageNames are the names of languages as front matter has them.
var languageNames = map[string]string{
	"english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "francais": "fr", "spanish": "es",
	"español": "es", "espanol": "es", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt",
	"dutch":      "nl",
	"nederlands": "nl", "polish": "pl", "polski": "pl", "russian": "ru", "русский": "ru", "japanese": "ja", "日本語": "ja",
	"chinese": "zh", "中文": "zh", "korean": "ko", "한국어": "ko", "swedish": "sv", "svenska": "sv", "danish": "da",
	"dansk":     "da",
	"norwegian": "no", "norsk": "no", "finnish": "fi", "suomi": "fi", "czech": "cs", "čeština": "cs", "turkish": "tr",
	"türkçe":    "tr",
	"ukrainian": "uk", "українська": "uk", "greek": "el", "hungarian": "hu", "magyar": "hu", "romanian": "ro",
	"română": "ro",
	"arabic": "ar", "العربية": "ar", "hebrew": "he", "עברית": "he", "hindi": "hi", "vietnamese": "vi", "thai": "th",
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
