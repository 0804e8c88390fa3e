// Package route is the vocabulary that the JSON API and the pages share: one row of
// the routes table, the actor of a request and the session cookie.
//
// It promises nothing but names and small pure helpers, and imports neither the
// API, the pages, the domain nor a store.
package route

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/access"
)

// Route is one row of a routes table. The server checks Permission before Handler
// runs; a route without a permission is refused when the server is built.
//
// A route that requires access.ReadArticles is also open to everybody else while
// the service model allows anonymous reading (or anonymous search, for a route that
// searches); its handler reads with Reader, not Actor.
type Route struct {
	Method     string
	Path       string // echo pattern, e.g. "/articles/:ref"
	Permission access.Permission
	Handler    echo.HandlerFunc
	Summary    string
	Searches   bool // it finds articles, rather than opening one that is named
}

// New makes a route that opens what it names.
func New(method, path string, need access.Permission, h echo.HandlerFunc, summary string) Route {
	return Route{Method: method, Path: path, Permission: need, Handler: h, Summary: summary}
}

// SessionCookie is the name of the cookie that carries a session's secret.
const SessionCookie = "deskbook_session"

const (
	actorKey  = "deskbook.actor"
	secretKey = "deskbook.session"
)

// Actor gives who makes the request; the zero Actor is a visitor.
func Actor(c echo.Context) access.Actor {
	a, _ := c.Get(actorKey).(access.Actor)
	return a
}

// WithActor notes who makes the request. The server's authentication does it before
// any handler runs; tests of handlers do it themselves.
func WithActor(c echo.Context, a access.Actor) { c.Set(actorKey, a) }

// Reader gives the actor as a reader of the knowledge base: an actor that may not
// read articles by its roles or token scopes reads as a visitor does.
func Reader(c echo.Context) access.Actor {
	a := Actor(c)
	if a.Can(access.ReadArticles) {
		return a
	}
	return access.Actor{}
}

// Session gives the secret of the request's valid session cookie, "" when the
// request is not authenticated by one.
func Session(c echo.Context) string {
	s, _ := c.Get(secretKey).(string)
	return s
}

// WithSession notes the secret of the request's valid session.
func WithSession(c echo.Context, secret string) { c.Set(secretKey, secret) }

// RequestID gives the id under which the request is logged and which error
// messages name.
func RequestID(c echo.Context) string {
	return c.Response().Header().Get(echo.HeaderXRequestID)
}

// ClientKey names the client for limits on wrong logins: its address as the
// server's IPExtractor sees it.
func ClientKey(c echo.Context) string { return c.RealIP() }

// SetSession gives the browser its session cookie.
func SetSession(c echo.Context, secret string, expires time.Time) {
	c.SetCookie(cookie(c, secret, expires))
}

// ClearSession makes the browser forget its session cookie.
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
