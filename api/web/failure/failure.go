// Package failure is the page for what went wrong: what happened, and what to do.
//
// It promises never to show an internal cause. It imports no other package of
// Deskbook but layout and route.
package failure

import (
	"embed"
	"net/http"
	"net/url"

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
	if status >= http.StatusInternalServerError {
		f.RequestID = requestID
	}
	if !f.SignedIn && (status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound) {
		f.SignIn = "/login"
		if c.Request().Method == http.MethodGet {
			f.SignIn += "?next=" + url.QueryEscape(c.Request().URL.RequestURI())
		}
	}
	return p.view.Render(c, status, f.Title, f)
}
