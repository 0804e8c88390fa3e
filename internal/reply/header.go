package reply

import (
	_ "embed"
	"strings"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed headers.txt
var headers string

// field is a field of the header above an earlier message.
type field int

const (
	noField field = iota
	fromField
	sentField
	toField
	subjectField
)

// fields holds the names of fields in lower case; one name can be that of several fields.
var fields = func() map[string][]field {
	names := map[string][]field{}
	for _, entry := range wordlist.Entries(headers) {
		for i, column := range wordlist.Cells(entry) {
			for name := range strings.SplitSeq(column, "/") {
				names[name] = append(names[name], field(i+1))
			}
		}
	}
	return names
}()

// maxFieldName bounds the name of a field, in bytes.
const maxFieldName = 40

// namesOf returns the fields that a line may be, none for other lines: a name, a colon and a
// value, and perhaps stars around the name.
func namesOf(l string) []field {
	l = strings.TrimLeft(strings.ReplaceAll(l, "：", ":"), "* ")
	name, value, found := strings.Cut(l[:min(len(l), 400)], ":")
	if !found || len(name) > maxFieldName || strings.Trim(value, "* \t") == "" {
		return nil
	}
	return fields[strings.ToLower(strings.Trim(name, "* \t\u00a0"))]
}

// fieldOf returns the field that a line most likely is.
func fieldOf(l string) field {
	if names := namesOf(l); len(names) > 0 {
		return names[0]
	}
	return noField
}

// opensHeader reports whether a line and the next one open the header of an earlier message:
// a sender, and then a time or recipients, or the other way round.
func opensHeader(l, next string) bool {
	has := func(l string, wanted ...field) bool {
		for _, n := range namesOf(l) {
			for _, w := range wanted {
				if n == w {
					return true
				}
			}
		}
		return false
	}
	return has(l, fromField) && has(next, sentField, toField, subjectField) && strings.Contains(l+next, "@") ||
		has(l, fromField) && has(next, sentField, toField) ||
		has(l, sentField) && has(next, fromField)
}
