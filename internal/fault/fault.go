// Package fault defines the few kinds of error that Deskbook distinguishes.
//
// Adapters translate the errors of their drivers into a kind, the domain wraps them with
// context, and the edge (HTTP, command line) maps the kind to a status in one place.
// Nothing matches on the text of an error. The package imports only the standard library.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind classifies an error by what the caller can do about it.
type Kind int

// The kinds. Internal is the zero value: an unclassified error.
const (
	Internal        Kind = iota // a defect or a broken dependency; the cause is logged, never shown
	Invalid                     // the input is wrong; the message says where and why
	NotFound                    // no such object, or none that the actor may see
	Conflict                    // the object has changed in the meantime, or its state does not allow this
	Forbidden                   // the actor is known and may not do this
	Unauthenticated             // the actor is not known
	TooLarge                    // the input exceeds a stated limit
	RateLimited                 // too many attempts; try again later
	Unavailable                 // a dependency is down or the server is overloaded; try again later
)

var kindNames = [...]string{
	"internal", "invalid", "not found", "conflict", "forbidden",
	"unauthenticated", "too large", "rate limited", "unavailable",
}

// String returns the kind in lower-case words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Field is one bad input field of an Invalid error.
type Field struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error is an error with a kind and a message that can be shown to a person. Err, if set,
// is the cause, which is logged and never shown.
type Error struct {
	Kind    Kind
	Message string
	Fields  []Field
	Err     error
}

// Error returns the message and, if there is one, the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error of the given kind. The message is shown to people.
func New(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns an error with a cause, a kind and a message that is shown to people.
func Wrap(kind Kind, cause error, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: cause}
}

// InvalidField returns an Invalid error about one field of the input.
func InvalidField(field, format string, args ...any) error {
	msg := fmt.Sprintf(format, args...)
	return &Error{Kind: Invalid, Message: field + ": " + msg, Fields: []Field{{Field: field, Message: msg}}}
}

// What an error repeats of its cause: fields, and bytes of a name that somebody made up.
const (
	maxFields    = 20
	maxFieldName = 80
)

// InvalidFields returns an Invalid error about several fields, nil when there are none. It lists
// at most maxFields, so that an error is never as long as what caused it.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	shown := slices.Clone(fields[:min(len(fields), maxFields)])
	for i, f := range shown {
		if len(f.Field) > maxFieldName {
			shown[i].Field = strings.ToValidUTF8(f.Field[:maxFieldName], "") + "…"
		}
	}
	msg := shown[0].Field + ": " + shown[0].Message
	if n := len(fields) - 1; n > 0 {
		msg = fmt.Sprintf("%s (and %d more)", msg, n)
	}
	return &Error{Kind: Invalid, Message: msg, Fields: shown}
}

// KindOf returns the kind of the first *Error in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a non-nil error of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Public returns what may be shown to a person of err: the message and fields of the first
// *Error in its chain; ok is false when there is nothing to show.
func Public(err error) (message string, fields []Field, ok bool) {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal {
		return e.Message, e.Fields, true
	}
	return "", nil, false
}
