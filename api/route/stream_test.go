package route_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
)

func exchange(t *testing.T, method, last string) (*httptest.ResponseRecorder, echo.Context) {
	r := httptest.NewRequestWithContext(t.Context(), method, "/x", nil)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	w := httptest.NewRecorder()
	return w, echo.New().NewContext(r, w)
}

func TestEvents(t *testing.T) {
	w, c := exchange(t, http.MethodGet, "")
	e := route.NewEvents(c)
	if e.Started() {
		t.Error("started before anything was sent")
	}
	e.Send("line", map[string]string{"text": "a\nb\u2028<c>"})
	e.Send("done", 1)
	want := "event: line\ndata: {\"text\":\"a\\nb\\u2028\\u003cc\\u003e\"}\n\nevent: done\nid: done\ndata: 1\n\n"
	if diff := cmp.Diff(want, w.Body.String()); diff != "" || !e.Started() {
		t.Error(diff)
	}
	if h := w.Header(); h.Get("X-Accel-Buffering") != "no" ||
		!strings.HasPrefix(h.Get("Content-Type"), "text/event-stream") {
		t.Errorf("%v", h)
	}
}

// Nothing is written for HEAD or to a client that has received the complete stream.
func TestSkipStream(t *testing.T) {
	for _, x := range []struct {
		method, last string
		want         bool
		code         int
	}{
		{http.MethodGet, "", false, http.StatusOK},
		{http.MethodGet, "7", false, http.StatusOK},
		{http.MethodPost, "", false, http.StatusOK},
		{http.MethodHead, "", true, http.StatusOK},
		{http.MethodGet, "done", true, http.StatusNoContent},
	} {
		t.Run(fmt.Sprint(x.method, x.last), func(t *testing.T) {
			w, c := exchange(t, x.method, x.last)
			if got := route.SkipStream(c); got != x.want || w.Code != x.code || w.Body.Len() > 0 {
				t.Errorf("%v, %d", got, w.Code)
			}
		})
	}
}

// A client that does not read ends its request within the timeout of an event, so that
// the producer of the events is not blocked for as long as the connection lives.
func TestEventsForStalledClient(t *testing.T) {
	ended := make(chan error, 1)
	e := echo.New()
	e.GET("/x", func(c echo.Context) error {
		events, big := route.NewEvents(c), strings.Repeat("x", 1<<20)
		events.Timeout = 50 * time.Millisecond
		for c.Request().Context().Err() == nil {
			events.Send("line", big)
		}
		ended <- context.Cause(c.Request().Context())
		return nil
	})
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // after the test
	if _, err := fmt.Fprint(conn, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-t.Context().Done():
		t.Fatal("it never ended")
	}
}
