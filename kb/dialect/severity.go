package dialect

import "strings"

// Severity is how a callout is shown.
type Severity string

// The severities of callouts.
const (
	Note      Severity = "note"
	Tip       Severity = "tip"
	Important Severity = "important"
	Warning   Severity = "warning"
	Danger    Severity = "danger"
)

// Grave reports whether a reader must not miss a callout of that severity.
func (s Severity) Grave() bool { return s == Important || s == Warning || s == Danger }

// Name returns the severity as a word for readers.
func (s Severity) Name() string { return titled(string(s)) }

// kinds are the words for kinds of callouts, by severity.
var kinds = map[Severity]string{
	Note: `note notes info information abstract summary tldr todo example seealso see question help faq default
		primary secondary neutral light dark gray grey blue quote cite more inline hinweis nota remarque новости
		definition update version versionadded prerequisite prerequisites requirements
		morelikethis admin availability`,
	Tip:       `tip tips hint hints success check done best-practice bestpractice ok green idea positive tipp`,
	Important: `important key attention-please wichtig`,
	Warning:   `warning warn caution attention alert yellow orange achtung vorsicht warnung deprecated deprecation`,
	Danger:    `danger error failure fail fails missing bug critical security red severe negative stop gefahr destructive`,
}

var severities = severityTable()

func severityTable() map[string]Severity {
	out := map[string]Severity{}
	for s, list := range kinds {
		for _, name := range strings.Fields(list) {
			out[name] = s
		}
	}
	return out
}

// calloutKind returns the severity of a callout with that word and the word as a label;
// ok=false if it is no word for one.
func calloutKind(word string) (s Severity, label string, ok bool) {
	word = strings.ToLower(strings.Trim(word, " :!"))
	for _, prefix := range []string{
		"usa-alert--", "usa-alert-", "bd-callout-", "bs-callout-", "markdown-alert-", "callout-", "alert-", "admonition-",
		"notice--", "notice-", "message-", "hint-", "is-",
	} {
		word = strings.TrimPrefix(word, prefix)
	}
	if s, ok = severities[word]; !ok {
		return Note, "", false
	}
	return s, calloutLabel(word, s), true
}

// calloutLabel returns what a callout without a title is headed by.
func calloutLabel(word string, s Severity) string {
	switch word {
	case "default", "primary", "secondary", "neutral", "light", "dark", "gray", "grey", "blue", "green", "yellow",
		"orange", "red", "inline", "more", "idea", "ok", "positive", "negative", "alert", "destructive":
		word = string(s)
	case "information":
		word = "info"
	case "seealso", "see", "morelikethis":
		return "See also"
	case "tldr":
		return "TL;DR"
	case "faq":
		return "FAQ"
	case "best-practice", "bestpractice":
		return "Best practice"
	case "fail", "fails":
		word = "failure"
	case "warn":
		word = "warning"
	}
	return titled(strings.ReplaceAll(word, "-", " "))
}

func titled(word string) string {
	r := []rune(word)
	if len(r) == 0 {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

var plainName = strings.NewReplacer("-", "", "_", "", ":", "", "@", "")
