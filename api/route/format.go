package route

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/fault"
)

// ParseDate parses a date such as 2027-01-31; "" is the zero time. The error names the
// field.
func ParseDate(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	date, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fault.InvalidField(field, "must be a date such as 2027-01-31")
	}
	return date, nil
}

// FormatDate formats the date of t in UTC, such as 2027-01-31; the zero time is "".
func FormatDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// Sentence turns an error message into a sentence, which is shown on its own. A message
// that begins with the name of a field, such as "subject: is empty", keeps its case.
func Sentence(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return s
	}
	if first, _, _ := strings.Cut(s, " "); !strings.Contains(first, ":") {
		s = Capitalise(s)
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// Capitalise returns s with its first letter in upper case.
func Capitalise(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return strings.ToUpper(string(r)) + s[n:]
}
