package route

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Events sends server-sent events: each a name and one JSON value. Nothing is sent
// before the first of them, so that until then an error can still be answered as one.
type Events struct {
	c     echo.Context
	begun bool
	err   error // the first write that failed; the rest is dropped
}

// NewEvents makes the events of a response.
func NewEvents(c echo.Context) *Events { return &Events{c: c} }

// Begun reports whether something was sent.
func (e *Events) Begun() bool { return e.begun }

// Send sends an event at once. A reader that is gone is no error: its request's
// context ends what is being made for it.
func (e *Events) Send(name string, value any) {
	data, err := json.Marshal(value)
	if err != nil || e.err != nil {
		return
	}
	w := e.c.Response()
	if !e.begun {
		e.begun = true
		w.Header().Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
		w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects first would undo it
		w.WriteHeader(http.StatusOK)
	}
	// JSON has no line breaks of its own, so one data line holds it.
	if _, e.err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data); e.err == nil {
		e.err = http.NewResponseController(w).Flush()
	}
}
