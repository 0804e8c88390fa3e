// Package api is the HTTP server: version 1 of the JSON API with its OpenAPI document,
// health checks and metrics. It also serves the routes of the web pages.
//
// It promises that every route is listed in one table with a permission that is
// checked before its handler runs, that every error is reported as a problem document
// without its internal cause, and that the size, rate, duration and concurrency of
// requests are limited. It accesses the domain through small interfaces and never
// imports a store, SQL, bleve or a language model client.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// Deps holds the server's dependencies. All fields up to Now are required.
type Deps struct {
	Articles Articles
	Reviews  Reviews
	Tickets  Tickets
	Search   Searcher
	Writer   port.Answerer
	Handoffs *handoff.Service
	Auth     Accounts
	Keys     Keys
	// Changes reports the store's newest change, with which readiness compares the index.
	Changes Changes
	// PendingVectors returns how many texts have no vector yet; nil where none are used.
	PendingVectors func() int
	Learning       port.Learning
	Triage         port.Training
	Gaps           port.Gaps
	Usage          port.CallLister
	Measures       port.Measures
	Problems       port.ProblemManagement
	ServiceModel   func() *model.Service // the service model in force
	Models         port.Models
	Inbox          port.Inbox
	Replayer       port.Replayer
	// ModelRefused returns why the file in the data folder is not in force, "" if it is; nil
	// where there is no file.
	ModelRefused func() string
	Log          *slog.Logger
	Now          func() time.Time

	// Pages are the routes of the web pages, served alongside the API.
	Pages []route.Route
	// PageError responds to a browser with an error page.
	PageError func(c echo.Context, status int, message, requestID string) error

	Limits Limits
	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto
	// headers are trusted. If empty, the peer's own address is used.
	TrustedProxies []*net.IPNet
	// OpenMetrics serves /metrics to everyone, not only to loopback and admins.
	OpenMetrics bool
}

// Limits bounds the resources that clients may use. Zero fields take the defaults.
type Limits struct {
	Rate        float64       // requests per second for each token, session or address; default 300
	Burst       int           // requests at once; default 600
	Concurrency int           // requests processed or waiting at the same time; default 512
	Ranking     int           // searches and suggestions at the same time; default 2 for each core, at least 4
	Writing     int           // requests that may wait for a language model at the same time; default 64
	Queue       int           // searches and suggestions that wait their turn; default 200
	Wait        time.Duration // for a turn; default 2 s
	Timeout     time.Duration // of one request; default 60 s
	Lag         int64         // how many changes the index may be behind and still be ready; default 2000
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.Rate, 300)
	setDefault(&l.Burst, 600)
	setDefault(&l.Concurrency, 512)
	setDefault(&l.Ranking, defaultRanking())
	setDefault(&l.Writing, 64)
	setDefault(&l.Queue, 200)
	setDefault(&l.Wait, 2*time.Second)
	setDefault(&l.Timeout, time.Minute)
	setDefault(&l.Lag, 2000)
	return l
}

func setDefault[T comparable](field *T, def T) {
	var zero T
	if *field == zero {
		*field = def
	}
}

// Server is the HTTP server without a listener.
type Server struct {
	deps    Deps
	log     *slog.Logger
	echo    *echo.Echo
	handler http.Handler
	limiter *limiter
	metrics *metrics
	busy    chan struct{}
	uploads chan struct{}
	large   map[string]bool // method and path of the routes that transfer files
	gates   map[route.Cost]*gate

	parameters parameters
	routes     []route.Route

	receiving, sending transfers
}

// New builds the server. It returns an error if a route lacks a permission.
func New(d Deps) (*Server, error) {
	d.Limits = d.Limits.withDefaults()
	s := &Server{
		deps: d, log: d.Log, echo: echo.New(), metrics: newMetrics(d),
		limiter: newLimiter(d.Limits.Rate, d.Limits.Burst, d.Now),
		busy:    make(chan struct{}, d.Limits.Concurrency), gates: d.Limits.gates(),
		uploads: make(chan struct{}, max(1, d.Limits.Concurrency/maxUploadShare)), large: map[string]bool{},
		receiving: transfers{most: maxReceiving}, sending: transfers{most: maxSending},
	}
	var err error
	if s.parameters, err = documentedParameters(); err != nil {
		return nil, err
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.fail
	s.echo.IPExtractor, s.echo.SchemeExtractor = extractors(d.TrustedProxies)
	s.echo.Pre(decodedPath)
	s.echo.Use(s.requestID, s.observe, s.recover, s.headers, s.send, s.receive, s.bound, s.authenticate)
	s.routes = append(s.table(), d.Pages...)
	if err := s.register(s.routes); err != nil {
		return nil, err
	}
	s.handler, err = compressed(s.echo)
	return s, err
}

// extractors return how a client's address and scheme are determined: from the
// connection, unless it comes from a trusted proxy.
func extractors(proxies []*net.IPNet) (echo.IPExtractor, echo.SchemeExtractor) {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect(), echo.ExtractSchemeDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range proxies {
		options = append(options, echo.TrustIPRange(n))
	}
	return withoutPorts(echo.ExtractIPFromXFFHeader(options...)), echo.ExtractSchemeFromHeaders(options...)
}

// withoutPorts removes the ports that some proxies add to the addresses they forward.
func withoutPorts(extract echo.IPExtractor) echo.IPExtractor {
	return func(r *http.Request) string {
		var addresses []string
		for _, list := range r.Header.Values(echo.HeaderXForwardedFor) {
			for address := range strings.SplitSeq(list, ",") {
				address = strings.TrimSpace(address)
				if a, err := netip.ParseAddrPort(address); err == nil {
					address = a.Addr().String()
				}
				addresses = append(addresses, address)
			}
		}
		if len(addresses) == 0 {
			return extract(r)
		}
		header := http.Header{echo.HeaderXForwardedFor: {strings.Join(addresses, ", ")}}
		return extract(&http.Request{RemoteAddr: r.RemoteAddr, Header: header})
	}
}

// register adds the routes to the router, each guarded by its permission.
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
		s.large[key] = r.Large
		h := s.require(r)
		s.echo.Add(r.Method, r.Path, h)
		if r.Method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.Path, h)
		}
	}
	return nil
}

// Handler returns the handler of all routes.
func (s *Server) Handler() http.Handler { return s.handler }

// Routes returns all routes, including those of the pages.
func (s *Server) Routes() []route.Route { return s.routes }

// Accounts authenticates requests and manages users and their tokens. *auth.Service
// implements it.
type Accounts interface {
	Identities
	Users
	port.Tokens
}

// Identities authenticates requests.
type Identities interface {
	AuthenticateSession(ctx context.Context, secret string) (access.Actor, error)
	AuthenticateToken(ctx context.Context, secret string) (access.Actor, error)
}
