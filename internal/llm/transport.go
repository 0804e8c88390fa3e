package llm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

var (
	errDeadline  = errors.New("the deadline of the call passed")
	errFirstByte = errors.New("no reply within the time for the first byte")
	errIdle      = errors.New("the reply stalled")
	errTooLarge  = errors.New("the reply is too large")
	errRedirect  = errors.New("the endpoint answered with a redirect")
	errNotJSON   = errors.New("the endpoint did not answer with JSON")
	errCut       = errors.New("the stream ended before the reply did")
	errWhole     = errors.New("the endpoint does not stream")
)

// bounds are those of one exchange.
type bounds struct{ firstByte, idle time.Duration }

// boundsOf gives the bounds of a request that may take so long. A local model reads
// a long prompt in silence: what is not configured follows the request's own time.
func (c Config) boundsOf(timeout time.Duration) bounds {
	b := bounds{firstByte: c.FirstByte, idle: c.Idle}
	if b.firstByte <= 0 {
		b.firstByte = timeout * 3 / 4
	}
	if b.idle <= 0 {
		b.idle = timeout * 3 / 4
	}
	return b
}

type boundsKey struct{}

func withBounds(ctx context.Context, b bounds) context.Context {
	return context.WithValue(ctx, boundsKey{}, b)
}

// notes is what the transport saw of one exchange: the client library hides it.
type notes struct {
	status     int
	retryAfter time.Duration
	failure    error       // what this package's own bounds ended the exchange with
	sent       atomic.Bool // the whole request went out
}

// begun reports whether the endpoint may have set to work: it took the request and
// did not refuse it.
func (n *notes) begun() bool {
	return n.sent.Load() && n.status < 300 && !errors.Is(n.failure, errWhole) && !errors.Is(n.failure, errNotJSON)
}

type notesKey struct{}

func withNotes(ctx context.Context, n *notes) context.Context {
	return context.WithValue(ctx, notesKey{}, n)
}

func notesOf(ctx context.Context) *notes {
	if n, ok := ctx.Value(notesKey{}).(*notes); ok {
		return n
	}
	return &notes{}
}

// transport bounds an exchange.
type transport struct {
	base     http.RoundTripper
	maxBytes int64
}

func newHTTPClient(c Config) *http.Client {
	base := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    c.Concurrency,
		IdleConnTimeout:        60 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{
		Transport: transport{base: base, maxBytes: c.MaxBytes},
		// Never reached, for the transport refuses redirects; kept so that a client made
		// of another transport would not follow one with the key either.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
}

// CloseIdleConnections lets http.Client reach the transport beneath.
func (t transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip performs the exchange and refuses what is no reply of a model.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	n := notesOf(r.Context())
	b, _ := r.Context().Value(boundsKey{}).(bounds)
	ctx, cancel := context.WithCancelCause(r.Context())
	first := time.AfterFunc(b.firstByte, func() { cancel(errFirstByte) })
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(i httptrace.WroteRequestInfo) { n.sent.Store(i.Err == nil) },
	})
	response, err := t.base.RoundTrip(r.WithContext(traced))
	stopped := first.Stop()
	if err != nil {
		if cause := context.Cause(ctx); !stopped && errors.Is(cause, errFirstByte) {
			err = errFirstByte
		}
		n.failure = ownFailure(err)
		cancel(nil)
		return nil, err
	}
	if !stopped { // the time ran out just as the reply came
		n.failure = errFirstByte
		return nil, errors.Join(errFirstByte, response.Body.Close())
	}
	n.status = response.StatusCode
	n.retryAfter = retryAfter(response.Header.Get("Retry-After"))
	if err := t.refuse(r, response); err != nil {
		n.failure = err
		cancel(nil)
		return nil, errors.Join(err, response.Body.Close())
	}
	response.Body = &body{inner: response.Body, left: t.maxBytes, idle: b.idle, cancel: cancel, ctx: ctx, notes: n}
	return response, nil
}

// ownFailure gives err when it is one of this package's bounds.
func ownFailure(err error) error {
	for _, own := range []error{errFirstByte, errIdle, errTooLarge, errRedirect, errNotJSON, errWhole} {
		if errors.Is(err, own) {
			return own
		}
	}
	return nil
}

func (t transport) refuse(q *http.Request, r *http.Response) error {
	switch {
	case r.StatusCode >= 300 && r.StatusCode < 400:
		return errRedirect
	case r.ContentLength > t.maxBytes:
		return errTooLarge
	case r.StatusCode < 300:
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if r.Header.Get("Content-Type") != "" && (err != nil || strings.Contains(kind, "html") || strings.Contains(kind, "xml")) {
			return errNotJSON
		}
		if kind == "application/json" && strings.Contains(q.Header.Get("Accept"), "event-stream") {
			return errWhole
		}
	}
	return nil
}

// retryAfter reads the header in seconds; the form with a date is taken for "long",
// because clocks differ.
func retryAfter(v string) time.Duration {
	v = strings.TrimSpace(v)
	if v == "" {
		return 0
	}
	seconds, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil || seconds > 3600:
		return time.Hour
	case seconds <= 0:
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

// body ends a reply that is too large or stalls.
type body struct {
	inner  io.ReadCloser
	left   int64
	idle   time.Duration
	ctx    context.Context // of the exchange; its cause tells why it ended
	cancel context.CancelCauseFunc
	notes  *notes
}

func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	stall := time.AfterFunc(b.idle, func() { b.cancel(errIdle) })
	n, err := b.inner.Read(p)
	stall.Stop()
	b.left -= int64(n)
	switch {
	case b.left < 0:
		b.notes.failure = errTooLarge
		return 0, errTooLarge
	case err != nil && !errors.Is(err, io.EOF) && errors.Is(context.Cause(b.ctx), errIdle):
		b.notes.failure = errIdle
		return n, fmt.Errorf("%w: %w", errIdle, err)
	}
	return n, err //nolint:wrapcheck // io.EOF must stay itself
}

func (b *body) Close() error {
	b.cancel(nil)
	return b.inner.Close()
}
