package layout

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/fault"
)

// Problem is what went wrong with a form, shown above it with what was typed kept.
// The zero Problem shows nothing.
type Problem struct {
	Message string
	Fields  []fault.Field
}

// Any reports whether there is something to show.
func (p Problem) Any() bool { return p.Message != "" || len(p.Fields) > 0 }

// For gives the message for a field, "" when the field is fine.
func (p Problem) For(field string) string {
	for _, f := range p.Fields {
		if f.Field == field {
			return f.Message
		}
	}
	return ""
}

// FormProblem says how a form can be shown again after err: with which problem and
// status. ok is false for errors that the form cannot do anything about.
func FormProblem(err error) (p Problem, status int, ok bool) {
	message, fields, public := fault.Public(err)
	if !public {
		return Problem{}, 0, false
	}
	switch fault.KindOf(err) {
	case fault.Invalid:
		status = http.StatusUnprocessableEntity
	case fault.Conflict:
		status = http.StatusConflict
	case fault.TooLarge:
		status = http.StatusRequestEntityTooLarge
	case fault.RateLimited:
		status = http.StatusTooManyRequests
	case fault.Unavailable:
		status = http.StatusServiceUnavailable
	case fault.Forbidden:
		status = http.StatusForbidden
	case fault.Internal, fault.NotFound, fault.Unauthenticated:
		return Problem{}, 0, false
	}
	if len(fields) > 0 {
		message = "Please correct what is marked below."
	}
	return Problem{Message: Sentence(message), Fields: fields}, status, true
}

// Sentence makes an error's message a sentence.
func Sentence(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return s
	}
	s = capital(s)
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// Key makes a form's idempotency key: sending the form twice then creates once.
func Key() string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails; it ends the program instead
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// Field gives a form's field as typed, with the line ends that browsers send made
// plain ones.
func Field(c echo.Context, name string) string {
	return strings.ReplaceAll(c.FormValue(name), "\r\n", "\n")
}

// Line gives a one-line field of a form without surrounding space.
func Line(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }

// Checked gives the values of all ticked boxes of that name.
func Checked(c echo.Context, name string) []string {
	if c.Request().ParseForm() != nil {
		return nil
	}
	return c.Request().PostForm[name]
}

// LocalPath gives p when it is a path on this server that a browser cannot read as
// another server's address, otherwise fallback.
func LocalPath(p, fallback string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return fallback
	}
	return p
}

// Lost reports whether err is a lost race against another change.
func Lost(err error) bool {
	var e *fault.Error
	return errors.As(err, &e) && e.Kind == fault.Conflict
}
