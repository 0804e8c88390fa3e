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
	errDeadline  = errors.New("the deadline of the call has passed")
	errFirstByte = errors.New("no reply within the time for the first byte")
	errIdle      = errors.New("the reply stalled")
	errTooLarge  = errors.New("the reply is too large")
	errRedirect  = errors.New("the endpoint answered with a redirect")
	errNotJSON   = errors.New("the endpoint did not answer with JSON")
	errCut       = errors.New("the stream ended before the reply did")
	errWhole     = errors.New("the endpoint does not stream")
)

// bounds are the time limits of one exchange.
type bounds struct{ firstByte, idle time.Duration }

// boundsOf returns the limits of a request with this timeout. A local model may process a
// long prompt in silence, so the defaults depend on the timeout.
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

// notes is what the transport has seen of an exchange, which the client library hides.
type notes struct {
	status     int
	retryAfter time.Duration
	failure    error       // the limit of this package that ended the exchange, nil for none
	sent       atomic.Bool // the whole request was sent
}

// begun reports whether the endpoint may have started to work: it has received the request
// and not refused it.
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

// transport limits the time and the size of an exchange.
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
		// The transport refuses redirects itself; this makes sure that a client with another
		// transport would not follow one with the key either.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
}

// CloseIdleConnections lets http.Client reach the underlying transport.
func (t transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip performs the exchange and refuses anything that is not a reply of a model.
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
	if !stopped { // the time ran out just as the reply arrived
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

// ownFailure returns the error of this package in err's chain, nil for none.
func ownFailure(err error) error {
	for _, own := range []error{errFirstByte, errIdle, errTooLarge, errRedirect, errNotJSON, errWhole} {
		if errors.Is(err, own) {
			return own
		}
	}
	return nil
}

// refuse returns an error for a response that is not a reply of a model.
func (t transport) refuse(q *http.Request, r *http.Response) error {
	switch {
	case r.StatusCode >= 300 && r.StatusCode < 400:
		return errRedirect
	case r.ContentLength > t.maxBytes:
		return errTooLarge
	case r.StatusCode < 300:
		header := r.Header.Get("Content-Type")
		kind, _, err := mime.ParseMediaType(header)
		if header != "" && (err != nil || strings.Contains(kind, "html") || strings.Contains(kind, "xml")) {
			return errNotJSON
		}
		if kind == "application/json" && strings.Contains(q.Header.Get("Accept"), "event-stream") {
			return errWhole
		}
	}
	return nil
}

// retryAfter parses the header in seconds. A date counts as an hour, because clocks differ.
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

// body is the body of a reply; it fails when that is too large or stalls.
type body struct {
	inner  io.ReadCloser
	left   int64
	idle   time.Duration
	ctx    context.Context // of the exchange; its cause says why it ended
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
