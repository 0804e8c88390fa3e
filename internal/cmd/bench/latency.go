package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// ticket is the text of a ticket.
type ticket struct{ subject, body string }

// readTickets reads queries.jsonl, where each text begins with its title.
func readTickets(path string) (tickets []ticket, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var q struct {
			Text     string
			Metadata struct{ Title string }
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		tickets = append(tickets, ticket{q.Metadata.Title, strings.TrimSpace(strings.TrimPrefix(q.Text, q.Metadata.Title))})
	}
	if len(tickets) == 0 {
		return nil, errors.Join(fmt.Errorf("%s contains no tickets", path), lines.Err())
	}
	return tickets, lines.Err()
}

// pace is the shortest time between two requests: a token may make 200 per second.
const pace = 5 * time.Millisecond

// latencies measures each kind of request in turn and prints p50 and p99.
func latencies(ctx context.Context, c testkit.Client, tickets []ticket, n int) error {
	kinds := []struct {
		name string
		do   func(t ticket) error
	}{
		{"search, 3 words", func(t ticket) error {
			return c.Call(ctx, "GET", "/search?q="+url.QueryEscape(words(t.subject, 3)), nil, nil)
		}},
		{"search, whole subject", func(t ticket) error {
			return c.Call(ctx, "GET", "/search?q="+url.QueryEscape(t.subject), nil, nil)
		}},
		{"complete", func(t ticket) error {
			w := words(t.subject, 2)
			return c.Call(ctx, "GET", "/complete?q="+url.QueryEscape(w[:(len(w)+1)/2]), nil, nil)
		}},
		{"suggestions of a ticket", func(t ticket) error {
			return c.Call(ctx, "POST", "/suggestions", map[string]string{"subject": t.subject, "body": t.body}, nil)
		}},
	}
	for _, k := range kinds {
		took := make([]time.Duration, 0, n)
		for i := range n + n/10 {
			start := time.Now()
			if err := k.do(tickets[i*7919%len(tickets)]); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			spent := time.Since(start)
			if i >= n/10 { // the first tenth warms up
				took = append(took, spent)
			}
			time.Sleep(pace - spent)
		}
		slices.Sort(took)
		fmt.Printf("http   %-24s p50 %6.1f ms  p99 %6.1f ms  (%d requests)\n", k.name,
			took[n/2].Seconds()*1e3, took[n*99/100].Seconds()*1e3, n)
	}
	return nil
}

// words returns the first n words of a subject, "help" when it has none.
func words(s string, n int) string {
	w := strings.Fields(s)
	if len(w) == 0 {
		return "help"
	}
	return strings.Join(w[:min(n, len(w))], " ")
}
