package testkit

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"
)

// Event is a server-sent event, with the time from the request to its arrival.
type Event struct {
	Name, Data string
	After      time.Duration
}

// Events makes a request as Call does and returns the events of the response when it has
// ended. A response that is not a stream of events is an error.
func (c Client) Events(ctx context.Context, method, path string, in any) ([]Event, error) {
	began := time.Now()
	resp, err := c.do(ctx, method, path, in)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		return nil, fmt.Errorf("%s %s: the response is %q, not a stream of events", method, path, kind)
	}
	var (
		events []Event
		next   Event
	)
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			next.Name = name
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			next.Data, next.After = data, time.Since(began)
			events, next = append(events, next), Event{}
		}
	}
	return events, lines.Err()
}
