// Package route holds what the JSON API and the web pages share: rows of the routes
// table, the actor of a request, the session cookie and event streams.
//
// It contains only types and small helpers, and imports neither the API, the pages,
// the domain nor a store.
package route

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/access"
)

// Route is a row of the routes table. The server checks Permission before it calls
// Handler; api.New returns an error for a route without a permission.
//
// A route that requires access.ReadArticles is also open to everyone else while the
// service model allows anonymous reading, or anonymous search for a route with
// Searches set. Its handler must use Reader, not Actor.
type Route struct {
	Method     string
	Path       string // echo pattern, e.g. "/articles/:ref"
	Permission access.Permission
	Handler    echo.HandlerFunc
	Summary    string
	Searches   bool // whether it searches for articles rather than opening one
	Large      bool // whether it transfers files, which are larger and take longer than anything else
}

// New returns a route that does not search.
func New(method, path string, need access.Permission, h echo.HandlerFunc, summary string) Route {
	return Route{Method: method, Path: path, Permission: need, Handler: h, Summary: summary}
}

// Search returns a route that searches articles.
func Search(method, path string, h echo.HandlerFunc, summary string) Route {
	r := New(method, path, access.ReadArticles, h, summary)
	r.Searches = true
	return r
}

// Large returns a route that transfers files.
func Large(method, path string, need access.Permission, h echo.HandlerFunc, summary string) Route {
	r := New(method, path, need, h, summary)
	r.Large = true
	return r
}

// SessionCookie is the name of the cookie that carries a session's secret.
const SessionCookie = "deskbook_session"

const (
	actorKey  = "deskbook.actor"
	secretKey = "deskbook.session"
)

// Actor returns the actor of the request; the zero Actor is a visitor.
func Actor(c echo.Context) access.Actor {
	a, _ := c.Get(actorKey).(access.Actor)
	return a
}

// WithActor stores the actor of the request. The server's authentication calls it
// before any handler runs; tests of handlers call it themselves.
func WithActor(c echo.Context, a access.Actor) { c.Set(actorKey, a) }

// Reader returns the actor as a reader of the knowledge base: an actor whose roles or
// token scopes do not include reading articles reads as a visitor.
func Reader(c echo.Context) access.Actor {
	a := Actor(c)
	if a.Can(access.ReadArticles) {
		return a
	}
	return access.Actor{}
}

// SeesAllTickets reports whether the actor may read every ticket with its internal notes.
// The desk enforces it; the API and the pages use it to decide what to ask for and show.
func SeesAllTickets(a access.Actor) bool {
	return a.Can(access.WorkTickets) || a.Can(access.ReadReports) || a.Can(access.ReviewArticles)
}

// Session returns the secret of the session cookie that authenticated the request, or
// "" if none did.
func Session(c echo.Context) string {
	s, _ := c.Get(secretKey).(string)
	return s
}

// WithSession stores the secret of the session that authenticated the request.
func WithSession(c echo.Context, secret string) { c.Set(secretKey, secret) }

// RequestID returns the ID of the request, which appears in the log and in error
// messages.
func RequestID(c echo.Context) string {
	return c.Response().Header().Get(echo.HeaderXRequestID)
}

// ClientKey returns the key of the client for limits on failed logins: its address as
// determined by the server's IPExtractor.
func ClientKey(c echo.Context) string { return c.RealIP() }

// SetSession sets the browser's session cookie.
func SetSession(c echo.Context, secret string, expires time.Time) {
	c.SetCookie(cookie(c, secret, expires))
}

// ClearSession deletes the browser's session cookie.
func ClearSession(c echo.Context) {
	ck := cookie(c, "", time.Unix(0, 0))
	ck.MaxAge = -1
	c.SetCookie(ck)
}

func cookie(c echo.Context, value string, expires time.Time) *http.Cookie {
	return &http.Cookie{
		Name: SessionCookie, Value: value, Path: "/", Expires: expires,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Scheme() == "https",
	}
}
