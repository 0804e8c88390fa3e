// Package failure is the error page: what happened, and what to do about it.
//
// It promises never to show an internal cause, and that a form which could not be
// processed can be sent again from this page without retyping. Of Deskbook's packages
// it imports only layout and route.
package failure

import (
	"embed"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
)

//go:embed failure.html
var files embed.FS

// Page serves the error page.
type Page struct {
	view layout.View[Failure]
}

// Failure is what went wrong.
type Failure struct {
	Status    int
	Title     string
	Message   string
	RequestID string // "" if it would not help
	SignedIn  bool
	SignIn    string // login page that leads back here, "" if it would not help
	Retry     bool   // whether trying again may help
	Resend    Resend
}

// Resend is a form that could not be processed and can be sent again.
type Resend struct {
	Action string // "" for none
	Fields []Field
}

// Field is a value of a form.
type Field struct {
	Name, Value string
	Long        bool // probably written by the user, so it is shown
}

// New parses the page's template.
func New(site *layout.Site) (*Page, error) {
	p := &Page{}
	return p, layout.Load(site, files, &p.view, "failure.html")
}

var titles = map[int]string{
	http.StatusBadRequest:            "That did not work",
	http.StatusUnauthorized:          "Please sign in",
	http.StatusForbidden:             "You don't have permission to do this",
	http.StatusNotFound:              "Page not found",
	http.StatusMethodNotAllowed:      "That did not work",
	http.StatusConflict:              "This was changed in the meantime",
	http.StatusRequestEntityTooLarge: "That is too large",
	http.StatusUnprocessableEntity:   "That did not work",
	http.StatusTooManyRequests:       "Too many requests",
	http.StatusServiceUnavailable:    "Not available right now",
}

// Show responds with the error page. message must be suitable for users; requestID
// identifies the request in the log.
func (p *Page) Show(c echo.Context, status int, message, requestID string) error {
	f := Failure{Status: status, Title: titles[status], Message: message, SignedIn: route.Actor(c).Known()}
	if f.Title == "" {
		f.Title = "Something went wrong"
	}
	f.Retry = status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
	if f.Retry || status == http.StatusUnauthorized {
		f.Resend = resend(c)
	}
	if status >= http.StatusInternalServerError {
		f.RequestID = requestID
	}
	if !f.SignedIn &&
		(status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound) {
		f.SignIn = "/login"
		if c.Request().Method == http.MethodGet {
			f.SignIn += "?next=" + url.QueryEscape(c.Request().URL.RequestURI())
		}
	}
	if status == http.StatusUnauthorized && f.Resend.Action != "" {
		f.Title = "You were signed out"
		f.Message = "What you sent was not saved, but nothing is lost: it is still on this page."
	}
	return p.view.Render(c, status, f.Title, f)
}

// longText is the length from which a value is assumed to be text written by the user.
const longText = 60

// resend returns the form that the request contains, unless it has a password field,
// since a page must not contain passwords.
func resend(c echo.Context) Resend {
	path := layout.LocalPath(c.Request().URL.Path, "")
	if c.Request().Method != http.MethodPost || path == "" {
		return Resend{}
	}
	// It also parses forms with files; a browser does not let a page choose those again.
	if _, err := c.FormParams(); err != nil {
		return Resend{}
	}
	form := c.Request().PostForm
	out := Resend{Action: path}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if strings.Contains(name, "password") {
			return Resend{}
		}
		for _, value := range form[name] {
			long := utf8.RuneCountInString(value) >= longText || strings.Contains(value, "\n")
			out.Fields = append(out.Fields, Field{Name: name, Value: value, Long: long})
		}
	}
	return out
}
