// Package api is the HTTP server: the JSON API of version 1 with its OpenAPI
// document, health and metrics, and the place where the pages are plugged in.
//
// It promises that every route is in one table with a permission that is checked
// before its handler runs, that every error is a problem document without an
// internal cause, and that size, rate, time and concurrency of requests are
// bounded. It talks to the domain through the small interfaces it declares and
// never imports a store, SQL, bleve or a language model's client.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// Deps is what the server is made of. All fields up to Now are required.
type Deps struct {
	Articles Articles
	Reviews  Reviews
	Tickets  Tickets
	Search   Searcher
	Writer   Writer
	Auth     Accounts
	Keys     Keys
	Model    func() *desk.ServiceModel // the service model in force
	Log      *slog.Logger
	Now      func() time.Time

	// Changes gives the newest change of the store; readiness compares the index with it.
	Changes Changes
	// Handoffs keeps the summaries of tickets; without it each is made anew by the writer
	// and none can be edited.
	Handoffs *handoff.Service
	// Learning evaluates and trains the ranking; without it that is unavailable.
	Learning Learning
	// Triage trains what proposes how tickets are sorted; without it that is unavailable.
	Triage TriageLearning
	// Gaps takes note of where knowledge is missing; without it nothing is noted.
	Gaps Gaps
	// Usage lists the calls made to a language model; without it there are none.
	Usage Usage
	// Pages are the routes of the web pages, served beside the API.
	Pages []route.Route
	// PageError shows an error to a browser, as a page with this status.
	PageError func(c echo.Context, status int, message, requestID string) error

	Limits Limits
	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto
	// headers are believed. None: the peer's own address counts.
	TrustedProxies []*net.IPNet
	// OpenMetrics shows /metrics to everybody, not only to loopback and admins.
	OpenMetrics bool
}

// Limits bounds what clients may cost. Zero fields take the defaults.
type Limits struct {
	Rate        float64       // requests a second of one token, session or address; 300
	Burst       int           // at once; 600
	Concurrency int           // requests worked on at the same time; 256
	Timeout     time.Duration // of one request; 60 s
	Lag         int64         // changes that the index may be behind and still be ready; 2000
}

func (l Limits) withDefaults() Limits {
	set(&l.Rate, 300)
	set(&l.Burst, 600)
	set(&l.Concurrency, 256)
	set(&l.Timeout, time.Minute)
	set(&l.Lag, 2000)
	return l
}

func set[T comparable](field *T, def T) {
	var zero T
	if *field == zero {
		*field = def
	}
}

// Server is the HTTP server without its listener.
type Server struct {
	deps    Deps
	log     *slog.Logger
	echo    *echo.Echo
	limiter *limiter
	metrics *metrics
	busy    chan struct{}
	routes  []route.Route
}

// New builds the server and refuses a table with a route that lacks a permission.
func New(d Deps) (*Server, error) {
	d.Limits = d.Limits.withDefaults()
	if d.Handoffs == nil {
		d.Handoffs = handoff.New(handoff.Deps{Writer: d.Writer, Now: d.Now, Log: d.Log})
	}
	s := &Server{
		deps: d, log: d.Log, echo: echo.New(), metrics: newMetrics(d),
		limiter: newLimiter(d.Limits.Rate, d.Limits.Burst, d.Now),
		busy:    make(chan struct{}, d.Limits.Concurrency),
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.fail
	s.echo.IPExtractor, s.echo.SchemeExtractor = extractors(d.TrustedProxies)
	s.echo.Pre(decodedPath)
	s.echo.Use(s.requestID, s.observe, s.recover, s.headers, s.bound, s.authenticate)
	s.routes = append(s.table(), d.Pages...)
	if err := s.register(s.routes); err != nil {
		return nil, err
	}
	return s, nil
}

// extractors say how a client's address and scheme are found: from the connection,
// unless it comes from a proxy that the operator named.
func extractors(proxies []*net.IPNet) (echo.IPExtractor, echo.SchemeExtractor) {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect(), echo.ExtractSchemeDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range proxies {
		options = append(options, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(options...), echo.ExtractSchemeFromHeaders(options...)
}

// register adds the table's routes to the router, each behind its permission.
func (s *Server) register(routes []route.Route) error {
	seen := make(map[string]bool)
	for _, r := range routes {
		key := r.Method + " " + r.Path
		switch {
		case r.Permission == "":
			return fmt.Errorf("route %s has no permission", key)
		case r.Handler == nil:
			return fmt.Errorf("route %s has no handler", key)
		case seen[key]:
			return fmt.Errorf("route %s is in the table twice", key)
		}
		seen[key] = true
		h := s.require(r)
		s.echo.Add(r.Method, r.Path, h)
		if r.Method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.Path, h)
		}
	}
	return nil
}

// Handler serves everything.
func (s *Server) Handler() http.Handler { return s.echo }

// Routes lists the table, the pages' rows included.
func (s *Server) Routes() []route.Route { return s.routes }

// Accounts is who may sign in and with what. *auth.Service implements it.
type Accounts interface {
	Identities
	Users
	Tokens
}

// Identities tells who makes a request.
type Identities interface {
	AuthenticateSession(ctx context.Context, secret string) (access.Actor, error)
	AuthenticateToken(ctx context.Context, secret string) (access.Actor, error)
}
