package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
)

// details is an error response (RFC 9457).
type details struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail"`
	Instance  string        `json:"instance,omitempty"`
	RequestID string        `json:"request_id,omitempty"`
	Errors    []fault.Field `json:"errors,omitempty"`

	retry time.Duration
}

const problemJSON = "application/problem+json"

// status is an error at the HTTP level, which has no domain error kind.
type status struct {
	code   int
	detail string
}

func (s *status) Error() string { return s.detail }

func httpError(code int, format string, args ...any) error {
	return &status{code: code, detail: fmt.Sprintf(format, args...)}
}

// kindStatus is the one place where error kinds are mapped to statuses.
var kindStatus = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Forbidden:       http.StatusForbidden,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.RateLimited:     http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

const internalDetail = "Something went wrong on the server. The cause is in its log under this request ID."

// problemOf translates any error. An error that is not meant for users becomes
// status 500 without its text.
func problemOf(err error) details {
	p := details{Status: http.StatusInternalServerError, Detail: internalDetail}
	var (
		own     *status
		echoErr *echo.HTTPError
		waiter  interface{ RetryAfter() time.Duration }
	)
	message, fields, public := fault.Public(err)
	switch {
	case public:
		p.Status, p.Detail, p.Errors = kindStatus[fault.KindOf(err)], route.Sentence(message), fields
	case errors.As(err, &own):
		p.Status, p.Detail = own.code, own.detail
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Detail = http.StatusServiceUnavailable, "The request took too long and was cancelled. Try again."
	case errors.Is(err, context.Canceled):
		p.Status, p.Detail = http.StatusServiceUnavailable, "The request was cancelled."
	case errors.As(err, &echoErr):
		p.Status, p.Detail = echoErr.Code, echoDetail(echoErr.Code)
	}
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		p.retry = time.Second
		if errors.As(err, &waiter) {
			p.retry = waiter.RetryAfter()
		}
	}
	p.Title = http.StatusText(p.Status)
	p.Type = "urn:deskbook:problem:" + strings.ReplaceAll(strings.ToLower(p.Title), " ", "-")
	return p
}

func echoDetail(code int) string {
	switch code {
	case http.StatusNotFound:
		return "There is nothing at this address."
	case http.StatusMethodNotAllowed:
		return "This address does not support that method. The Allow header lists the supported ones."
	case http.StatusRequestEntityTooLarge:
		return "The request body is too large."
	default:
		return http.StatusText(code) + "."
	}
}

// fail is echo's error handler. It logs server errors once and responds with a problem
// document, an error page or, for a visitor, a redirect to the login page. A form sent
// after its session ended gets an error page instead, which preserves the input.
func (s *Server) fail(err error, c echo.Context) {
	p := problemOf(err)
	p.RequestID = route.RequestID(c)
	s.logError(c, err, p)
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retry.Seconds()))))
	}
	if isAPI(c.Request().URL.Path) || s.deps.PageError == nil || !acceptsHTML(c.Request()) {
		s.writeProblem(c, p)
		return
	}
	if p.Status == http.StatusUnauthorized && c.Request().Method != http.MethodPost {
		err = c.Redirect(http.StatusSeeOther, loginPath(c.Request()))
	} else {
		err = s.deps.PageError(c, p.Status, p.Detail, p.RequestID)
	}
	if err != nil {
		s.log.ErrorContext(c.Request().Context(), "write error page", "error", err, "request", p.RequestID)
		if !c.Response().Committed {
			s.writeProblem(c, p)
		}
	}
}

func (s *Server) writeProblem(c echo.Context, p details) {
	p.Instance = c.Request().URL.EscapedPath()
	if p.Status == http.StatusUnauthorized {
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="deskbook"`)
	}
	c.Response().Header().Set(echo.HeaderContentType, problemJSON)
	if err := c.JSON(p.Status, p); err != nil {
		s.log.DebugContext(c.Request().Context(), "write problem", "error", err, "request", p.RequestID)
	}
}

// logError logs server errors, but neither client errors nor cancelled requests, nor those
// that a limit rejected: a line for each would add to the load, and the metrics count them.
// Nor does it log that a client no longer reads its response.
func (s *Server) logError(c echo.Context, err error, p details) {
	var (
		limited wait
		network *net.OpError
	)
	gone := c.Response().Committed && errors.As(err, &network)
	if p.Status < 500 || errors.Is(err, context.Canceled) || errors.As(err, &limited) || gone {
		return
	}
	level := slog.LevelError
	if p.Status == http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	s.log.LogAttrs(c.Request().Context(), level, "request failed",
		slog.String("request", p.RequestID), slog.String("route", c.Path()), slog.Any("error", err))
}

func isAPI(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/livez" || path == "/readyz" || path == "/metrics"
}

func acceptsHTML(r *http.Request) bool {
	return strings.Contains(r.Header.Get(echo.HeaderAccept), "text/html")
}

// loginPath returns the login page's address, from which the visitor returns to the page.
func loginPath(r *http.Request) string {
	// An address that starts with two slashes would lead to another host.
	if r.Method != http.MethodGet || strings.HasPrefix(r.URL.RequestURI(), "//") {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(r.URL.RequestURI())
}
