package api

import (
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// metrics counts and times requests in a separate registry.
type metrics struct {
	requests *prometheus.HistogramVec
	rejected *prometheus.CounterVec
	handler  http.Handler
}

func newMetrics(d Deps) *metrics {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "deskbook_http_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"method", "route", "status"}),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "deskbook_http_rejected_total", Help: "Requests rejected because of a limit.",
		}, []string{"limit"}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.rejected, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "deskbook_index_sequence", Help: "Sequence number of the last change in the search index.",
		}, func() float64 { return float64(d.Search.Sequence()) }))
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

// observe records a request under its route pattern: recording paths would create a
// time series for every ID.
func (m *metrics) observe(method, pattern string, code int, took time.Duration) {
	if pattern == "" {
		pattern = "none"
	}
	if code == http.StatusNotFound && pattern == "/*" {
		pattern = "none"
	}
	m.requests.WithLabelValues(knownMethod(method), pattern, strconv.Itoa(code)).Observe(took.Seconds())
}

// knownMethod keeps clients from creating new time series with invented methods.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return method
	default:
		return "other"
	}
}

// showMetrics serves the metrics to admins, to programs on the same machine and, if
// the operator allows it, to everyone.
func (s *Server) showMetrics(c echo.Context) error {
	if !s.deps.OpenMetrics && !route.Actor(c).Can(access.ManageUsers) && !local(c.Request()) {
		return fault.New(fault.Forbidden, "Metrics are available to admins and on the server's own machine.")
	}
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}

// local reports whether the request was made on this machine. A request that a local
// proxy forwards was not.
func local(r *http.Request) bool {
	if r.Header.Get(echo.HeaderXForwardedFor) != "" || r.Header.Get("Forwarded") != "" ||
		r.Header.Get(echo.HeaderXRealIP) != "" {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}
