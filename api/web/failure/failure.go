// Package failure is the page for what went wrong: what happened, and what to do.
//
// It promises never to show an internal cause, and that a form which could not be taken
// now can be sent again from this page as it was filled in. It imports no other package of
// Deskbook but layout and route.
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

// Page shows errors.
type Page struct {
	view layout.View[Failure]
}

// Failure is what went wrong.
type Failure struct {
	Status    int
	Title     string
	Message   string
	RequestID string // "" when it helps nobody
	SignedIn  bool
	SignIn    string // where to sign in and come back, "" when that does not help
	Again     bool   // trying again may help
	Resend    Resend
}

// Resend is a form that was sent in vain, to be sent again as it is.
type Resend struct {
	Action string // "" when there is none
	Fields []Field
}

// Field is one value of a form.
type Field struct {
	Name, Value string
	Long        bool // a person wrote it: it is shown
}

// New parses the page.
func New(site *layout.Site) (*Page, error) {
	view, err := layout.Load[Failure](site, files, "failure.html")
	return &Page{view: view}, err
}

var titles = map[int]string{
	http.StatusBadRequest:            "That did not work",
	http.StatusUnauthorized:          "Please sign in",
	http.StatusForbidden:             "You may not do this",
	http.StatusNotFound:              "There is nothing here",
	http.StatusMethodNotAllowed:      "That did not work",
	http.StatusConflict:              "It changed meanwhile",
	http.StatusRequestEntityTooLarge: "That was too large",
	http.StatusUnprocessableEntity:   "That did not work",
	http.StatusTooManyRequests:       "Too many requests",
	http.StatusServiceUnavailable:    "Not available right now",
}

// Show answers with the error page. message is fit for people; requestID names the
// request in the log.
func (p *Page) Show(c echo.Context, status int, message, requestID string) error {
	f := Failure{Status: status, Title: titles[status], Message: message, SignedIn: route.Actor(c).Known()}
	if f.Title == "" {
		f.Title = "Something went wrong"
	}
	f.Again = status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
	if f.Again || status == http.StatusUnauthorized {
		f.Resend = resend(c)
	}
	if status >= http.StatusInternalServerError {
		f.RequestID = requestID
	}
	if !f.SignedIn && (status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound) {
		f.SignIn = "/login"
		if c.Request().Method == http.MethodGet {
			f.SignIn += "?next=" + url.QueryEscape(c.Request().URL.RequestURI())
		}
	}
	if status == http.StatusUnauthorized && f.Resend.Action != "" {
		f.Title, f.Message = "You were signed out", "What you sent was not taken. Nothing of it is lost: it is kept on this page."
	}
	return p.view.Render(c, status, f.Title, f)
}

// longText is the length from which a value is taken for something that was written.
const longText = 60

// resend gives the form that the request carries. One with a password is not repeated:
// a page must not hold it.
func resend(c echo.Context) Resend {
	path := layout.LocalPath(c.Request().URL.Path, "")
	if c.Request().Method != http.MethodPost || path == "" || c.Request().ParseForm() != nil {
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
