package route

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// lastEvent is the name and the ID of the event that completes a stream.
const lastEvent = "done"

const eventTimeout = 10 * time.Second

// Events sends server-sent events, each with a name and one JSON value. Nothing is
// written before the first event, so that an error response is still possible until
// then.
type Events struct {
	// Timeout is how long the client may take to receive an event. The producer of the
	// events waits during that time and may occupy one of few language model slots.
	Timeout time.Duration

	c       echo.Context
	started bool
	err     error // of the first failed write; later events are dropped
}

// NewEvents returns an event stream for the response.
func NewEvents(c echo.Context) *Events { return &Events{c: c, Timeout: eventTimeout} }

// SkipStream responds to requests that need no events, and reports whether this is one:
// HEAD has no body, and an EventSource that has received the complete stream requests
// it again unless it gets a 204.
func SkipStream(c echo.Context) bool {
	r, w := c.Request(), c.Response()
	switch {
	case r.Method == http.MethodHead:
		w.Header().Set(echo.HeaderContentType, eventsType)
		w.WriteHeader(http.StatusOK)
	case r.Header.Get("Last-Event-ID") == lastEvent:
		w.WriteHeader(http.StatusNoContent)
	default:
		return false
	}
	return true
}

const eventsType = "text/event-stream; charset=utf-8"

// Started reports whether an event has been sent.
func (e *Events) Started() bool { return e.started }

// Send writes and flushes an event. A client that disconnects or stops reading is not
// an error: the request's context then cancels the work that is done for it.
func (e *Events) Send(name string, value any) {
	data, err := json.Marshal(value)
	if err != nil || e.err != nil {
		return
	}
	w := e.c.Response()
	if !e.started {
		e.started = true
		w.Header().Set(echo.HeaderContentType, eventsType)
		w.Header().Set("X-Accel-Buffering", "no") // keeps nginx from buffering the stream
		w.WriteHeader(http.StatusOK)
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(e.Timeout)) // not supported by test recorders
	id := ""
	if name == lastEvent {
		id = "id: " + lastEvent + "\n"
	}
	// Marshalled JSON has no line breaks, so it fits into one data line.
	if _, e.err = fmt.Fprintf(w, "event: %s\n%sdata: %s\n\n", name, id, data); e.err == nil {
		e.err = control.Flush()
	}
}
