package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
)

// decodedPath makes the router match the decoded path, however the client encoded it:
// "%c3%bc" is the same slug as "%C3%BC". A path with an encoded slash is left as it
// is, since decoding would change its meaning.
func decodedPath(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if u := c.Request().URL; !strings.Contains(strings.ToLower(u.RawPath), "%2f") {
			u.RawPath = ""
		}
		return next(c)
	}
}

// requestID assigns an ID to every request. IDs sent by clients are ignored because
// they could be used to forge log lines.
func (s *Server) requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, rand.Text()[:16])
		return next(c)
	}
}

// observe measures and logs each request. The query is omitted: it may contain search
// terms and secrets.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		r, took := c.Request(), time.Since(start)
		code := c.Response().Status
		s.metrics.observe(r.Method, c.Path(), code, took)
		level := slog.LevelInfo
		if isProbe(r.URL.Path) {
			level = slog.LevelDebug
		}
		s.log.LogAttrs(r.Context(), level, "request",
			slog.String("request", route.RequestID(c)), slog.String("method", r.Method),
			slog.String("path", r.URL.Path), slog.Int("status", code), slog.Int64("bytes", c.Response().Size),
			slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("client", c.RealIP()),
			slog.String("actor", route.Actor(c).ID))
		return nil
	}
}

func isProbe(path string) bool {
	return path == "/livez" || path == "/readyz" || path == "/metrics"
}

// recover turns a panic into an error that includes the stack trace.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v)
			default:
				err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
		}()
		return next(c)
	}
}

// policy allows pages to load resources from this server only. Remote images in
// particular could leak what a reader sees.
var policy = strings.Join([]string{
	"default-src 'self'", "img-src 'self' data:", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
	"object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
}, "; ")

func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		// Handlers of static files override this.
		h.Set("Cache-Control", "no-store")
		if c.Scheme() == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// bound limits the duration and the number of concurrent requests. A request counts until
// its response begins.
func (s *Server) bound(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isProbe(c.Request().URL.Path) {
			return next(c)
		}
		select {
		case s.busy <- struct{}{}:
			release := sync.OnceFunc(func() { <-s.busy })
			defer release()
			c.Response().Before(release)
		default:
			s.metrics.rejected.WithLabelValues("busy").Inc()
			return overloaded(nil)
		}
		limit, timeout := int64(maxBody), s.deps.Limits.Timeout
		if s.large[c.Request().Method+" "+c.Path()] {
			limit, timeout = maxUpload, max(timeout, transferTime)
			done, err := s.upload(c, timeout)
			if err != nil {
				return err
			}
			defer done()
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), timeout)
		defer cancel()
		r := c.Request().WithContext(ctx)
		if limit > maxBody {
			if r.ContentLength > limit {
				// Rejected before any of the body is read; the connection is not reused.
				return tooLarge(limit)
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
		}
		c.SetRequest(r)
		return next(c)
	}
}

const (
	// maxUpload is the most bytes of a request with files.
	maxUpload = 2*blob.MaxSize + maxBody
	// transferTime is how long a file may be on its way.
	transferTime = 3 * time.Minute
	// maxUploadShare limits uploads, which occupy the disk and take long, to a part of the
	// requests that are processed at the same time.
	maxUploadShare = 8
)

// upload allows a request with files the time that its body takes, and limits how many there
// are at once; done ends one. The time of responses is limited by their size, see send.
func (s *Server) upload(c echo.Context, timeout time.Duration) (done func(), err error) {
	if c.Request().Method == http.MethodGet {
		return func() {}, nil
	}
	// The recorders of tests do not support it.
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(timeout))
	select {
	case s.uploads <- struct{}{}:
		return func() { <-s.uploads }, nil
	default:
		s.metrics.rejected.WithLabelValues("busy").Inc()
		return nil, fault.New(fault.Unavailable, "Too many files are being uploaded at the moment. Try again in a moment.")
	}
}

// admitted runs the handler of a route with known parameters when the gate of its class lets
// it in.
func (s *Server) admitted(c echo.Context, r route.Route) error {
	if err := s.parameters.check(c, r); err != nil {
		return err
	}
	cost := r.CostOf(c)
	g := s.gates[cost]
	if g == nil {
		return r.Handler(c)
	}
	client, _ := c.Get(clientKey).(string)
	leave, err := g.enter(c.Request().Context(), client)
	if err != nil {
		s.metrics.rejected.WithLabelValues(g.name).Inc()
		return err
	}
	defer leave()
	if cost != route.Writing { // what a language model writes is still being written when its stream begins
		c.Response().Before(leave)
	}
	return r.Handler(c)
}
