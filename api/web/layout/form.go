package layout

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
)

// Problem is what went wrong with a form, shown above the form with its input. The
// zero Problem shows nothing.
type Problem struct {
	Message string
	Fields  []fault.Field
}

// Any reports whether there is something to show.
func (p Problem) Any() bool { return p.Message != "" || len(p.Fields) > 0 }

// For returns the message for a field, or "" if there is none.
func (p Problem) For(field string) string {
	for _, f := range p.Fields {
		if f.Field == field {
			return f.Message
		}
	}
	return ""
}

// FormProblem returns the problem and the status with which to show a form again after
// err. ok is false for errors that cannot be fixed in the form.
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
		message = "Please correct the fields marked below."
	}
	return Problem{Message: route.Sentence(message), Fields: fields}, status, true
}

// Key returns a new idempotency key for a form, so that sending it twice creates one object.
func Key() string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // never fails; crypto/rand crashes the program instead
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// Field returns a form field with the line endings that browsers send normalised.
func Field(c echo.Context, name string) string {
	return strings.ReplaceAll(c.FormValue(name), "\r\n", "\n")
}

// Line returns a single-line form field without surrounding space.
func Line(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }

// Checked returns the values of all checked boxes with that name.
func Checked(c echo.Context, name string) []string {
	if c.Request().ParseForm() != nil {
		return nil
	}
	return c.Request().PostForm[name]
}

// LocalPath returns p if it is a path on this server that browsers cannot interpret as
// another server's address, otherwise fallback.
func LocalPath(p, fallback string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return fallback
	}
	return p
}

// LostRace reports whether err is a conflict with a concurrent change.
func LostRace(err error) bool {
	var e *fault.Error
	return errors.As(err, &e) && e.Kind == fault.Conflict
}
