package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/fault"
)

// A client that sends or reads slowly must not hold what others wait for. So a request takes
// a slot when its body has arrived, and releases it when its response begins; between them
// the client cannot make it take longer. While bodies and responses are transferred they
// only take memory, and that is limited by time and by number.
const (
	// transferGrace and transferRate limit the time of a transfer: 10 s, and a second more for
	// every 32 KiB.
	transferGrace = 10 * time.Second
	transferRate  = 32 << 10

	maxReceiving = 128 // bodies of at most 1 MiB
	maxSending   = 256
)

// timeFor returns how long the transfer of so many bytes may take.
func timeFor(n int64) time.Duration {
	return transferGrace + time.Duration(n)*time.Second/transferRate
}

// transfers are those under way. Whoever transfers without delay is done at once, so where
// there are too many, the oldest is one that does not: it is cut.
type transfers struct {
	most int

	mu   sync.Mutex
	open []*openTransfer // oldest first
}

// openTransfer is a body or a response under way.
type openTransfer struct {
	cut func() // ends it; called at most once
}

// enter adds a transfer.
func (t *transfers) enter(cut func()) (leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := &openTransfer{cut}
	t.open = append(t.open, own)
	if len(t.open) > t.most {
		t.open[0].cut()
		t.open = slices.Delete(t.open, 0, 1)
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if i := slices.Index(t.open, own); i >= 0 {
			t.open = slices.Delete(t.open, i, i+1)
		}
	}
}

// receive reads the body before the request takes a slot.
func (s *Server) receive(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength == 0 || r.Body == nil || s.large[r.Method+" "+c.Path()] {
			return next(c)
		}
		if r.ContentLength > maxBody {
			// Rejected before any of the body is read; the connection is not reused.
			return tooLarge(maxBody)
		}
		body, err := s.readWhole(c)
		if err != nil {
			return err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return next(c)
	}
}

func (s *Server) readWhole(c echo.Context) ([]byte, error) {
	r, control := c.Request(), http.NewResponseController(c.Response())
	size := r.ContentLength
	if size < 0 {
		size = maxBody
	}
	until := func(t time.Time) { _ = control.SetReadDeadline(t) } // not supported by test recorders
	until(time.Now().Add(timeFor(size)))
	leave := s.receiving.enter(func() { until(time.Unix(1, 0)) })
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	leave()
	var tooBig *http.MaxBytesError
	switch {
	case err == nil:
		until(time.Time{})
		return body, nil
	case errors.As(err, &tooBig):
		return nil, tooLarge(maxBody)
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.metrics.rejected.WithLabelValues("slow body").Inc()
		return nil, httpError(http.StatusRequestTimeout, "The request body did not arrive in time.")
	}
	return nil, fault.Wrap(fault.Invalid, err, "The request body is incomplete.")
}

func tooLarge(limit int64) error {
	return httpError(http.StatusRequestEntityTooLarge, "The request body is larger than %d bytes.", limit)
}

// send limits the time that a response may take once it has begun. Streams of events have
// limits of their own.
func (s *Server) send(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := &pacedWriter{
			ResponseWriter: c.Response().Writer, control: http.NewResponseController(c.Response().Writer), sending: &s.sending,
			slow: s.metrics.rejected.WithLabelValues("slow reader").Inc,
		}
		c.Response().Writer = w
		c.Response().Before(w.begin)
		return next(c)
	}
}

// pacedWriter is a response with a deadline that grows with its size.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	sending *transfers
	slow    func() // counts a response that was cut

	began   time.Time
	written int64
}

// Unwrap is for http.ResponseController.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pacedWriter) begin() {
	w.began = time.Now()
	w.until(w.began.Add(timeFor(0)))
}

func (w *pacedWriter) until(t time.Time) { _ = w.control.SetWriteDeadline(t) } // not supported by test recorders

func (w *pacedWriter) Write(p []byte) (int, error) {
	if strings.HasPrefix(w.Header().Get(echo.HeaderContentType), "text/event-stream") {
		return w.ResponseWriter.Write(p)
	}
	w.written += int64(len(p))
	w.until(w.began.Add(timeFor(w.written)))
	leave := w.sending.enter(func() { w.until(time.Unix(1, 0)) })
	defer leave()
	n, err := w.ResponseWriter.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.slow()
	}
	return n, err
}
