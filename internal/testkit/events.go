package testkit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Event is one server-sent event and how long after the request it came.
type Event struct {
	Name, Data string
	After      time.Duration
}

// Events makes a request as Call does and gives the events of the answer when it has
// ended. An answer that is no stream of events is an error.
func (c Client) Events(ctx context.Context, method, path string, in any) ([]Event, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Content-Type", "application/json")
	began := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		text, _ := io.ReadAll(resp.Body)
		return nil, fmt.Errorf("%s %s: %w", method, path, &StatusError{resp.StatusCode, string(text)})
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
