package route

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// lastEvent is the name of the event that ends a stream which is whole, and its id.
const lastEvent = "done"

const eventPatience = 10 * time.Second

// Events sends server-sent events: each a name and one JSON value. Nothing is sent
// before the first of them, so that until then an error can still be answered as one.
type Events struct {
	// Patience is how long the reader may take to receive an event. What makes the events
	// waits meanwhile, and may be one of few that a language model serves.
	Patience time.Duration

	c     echo.Context
	begun bool
	err   error // the first write that failed; the rest is dropped
}

// NewEvents makes the events of a response.
func NewEvents(c echo.Context) *Events { return &Events{c: c, Patience: eventPatience} }

// Needless answers requests for events that nothing need be written for, and reports
// whether this is one: HEAD reads no body, and a browser's EventSource that has had the
// whole stream asks for it again unless it is told that there is no more.
func Needless(c echo.Context) bool {
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

// Begun reports whether something was sent.
func (e *Events) Begun() bool { return e.begun }

// Send sends an event at once. A reader that is gone, or does not read, is no error: its
// request's context ends what is being made for it.
func (e *Events) Send(name string, value any) {
	data, err := json.Marshal(value)
	if err != nil || e.err != nil {
		return
	}
	w := e.c.Response()
	if !e.begun {
		e.begun = true
		w.Header().Set(echo.HeaderContentType, eventsType)
		w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects first would undo it
		w.WriteHeader(http.StatusOK)
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(e.Patience)) // a test's recorder has none
	id := ""
	if name == lastEvent {
		id = "id: " + lastEvent + "\n"
	}
	// JSON has no line breaks of its own, so one data line holds it.
	if _, e.err = fmt.Fprintf(w, "event: %s\n%sdata: %s\n\n", name, id, data); e.err == nil {
		e.err = control.Flush()
	}
}
