package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// contender is one binary that serves a copy of a data folder.
type contender struct {
	bin    string
	folder string
	server *testkit.Server
	client testkit.Client
	spent  map[string]time.Duration // processor time by kind of request
}

const (
	costRounds = 6
	// settleFor is how long a server is left alone before its processor time is read, so that
	// what a request leaves to the background counts.
	settleFor   = 300 * time.Millisecond
	buildWithin = 20 * time.Minute
)

// costs measures the processor time of each kind of request in copies of data folders, with one
// server for each contender, alternating.
func costs(ctx context.Context, all []*contender, tickets []ticket, n int) (err error) {
	dir, err := os.MkdirTemp("", "deskbook-cost-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for i, c := range all {
		if err := c.enter(ctx, filepath.Join(dir, fmt.Sprint(i))); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.server.Stop()) }()
	}
	kinds := costKinds(long(tickets))
	for _, k := range kinds {
		for round := range costRounds + 1 {
			for _, c := range all {
				if err := c.spend(ctx, k, round, max(1, n/costRounds)); err != nil {
					return err
				}
			}
		}
	}
	for _, k := range kinds {
		fmt.Printf("cost   %-24s", k.name)
		requests := costRounds * max(1, n/costRounds)
		for _, c := range all {
			fmt.Printf("  %8.2f ms", c.spent[k.name].Seconds()*1e3/float64(requests))
		}
		if len(all) > 1 {
			fmt.Printf("  1/%.1f", all[1].spent[k.name].Seconds()/all[0].spent[k.name].Seconds())
		}
		fmt.Printf("  (%d requests each)\n", requests)
	}
	return nil
}

// costKind is one kind of request.
type costKind struct {
	name string
	do   func(ctx context.Context, c testkit.Client, t ticket) error
	on   []ticket
}

func costKinds(on []ticket) []costKind {
	post := func(path string) func(context.Context, testkit.Client, ticket) error {
		return func(ctx context.Context, c testkit.Client, t ticket) error {
			return c.Call(ctx, "POST", path, map[string]string{"subject": t.subject, "body": t.body}, nil)
		}
	}
	return []costKind{
		{"GET /search, 3 words", func(ctx context.Context, c testkit.Client, t ticket) error {
			return c.Call(ctx, "GET", "/search?q="+url.QueryEscape(words(t.subject, 3)), nil, nil)
		}, on},
		{"GET /complete", func(ctx context.Context, c testkit.Client, t ticket) error {
			w := words(t.subject, 2)
			return c.Call(ctx, "GET", "/complete?q="+url.QueryEscape(w[:(len(w)+1)/2]), nil, nil)
		}, on},
		{"POST /suggestions", post("/suggestions"), on},
		{"POST /answers", func(ctx context.Context, c testkit.Client, t ticket) error {
			return c.Call(ctx, "POST", "/answers", map[string]string{"question": t.subject}, nil)
		}, on},
		{"POST /tickets", post("/tickets"), on},
	}
}

// long returns the tickets of 100 to 220 words.
func long(tickets []ticket) []ticket {
	var out []ticket
	for _, t := range tickets {
		if n := len(strings.Fields(t.subject + " " + t.body)); n >= 100 && n <= 220 {
			out = append(out, t)
		}
	}
	return out
}

// enter starts the binary on a copy of its folder and waits until its index is built.
func (c *contender) enter(ctx context.Context, dir string) error {
	if err := os.CopyFS(dir, os.DirFS(c.folder)); err != nil {
		return err
	}
	p := testkit.Program{Bin: c.bin, Data: dir}
	token, err := p.AddUser(ctx, fmt.Sprintf("cost%d@example.test", time.Now().UnixNano()), "agent")
	if err != nil {
		return err
	}
	if c.server, err = p.Start(ctx, os.Stderr); err != nil {
		return err
	}
	c.client, c.spent = testkit.Client{Base: c.server.Base, Token: token}, map[string]time.Duration{}
	for until := time.Now().Add(buildWithin); !c.server.Ready(ctx); time.Sleep(settleFor) {
		if time.Now().After(until) {
			return errors.Join(fmt.Errorf("%s is not ready after %s", c.bin, buildWithin), c.server.Stop())
		}
	}
	return nil
}

// spend makes one round of requests; the first round warms up and does not count.
func (c *contender) spend(ctx context.Context, k costKind, round, n int) error {
	before, err := c.server.ProcessorTime()
	if err != nil {
		return err
	}
	for i := range n {
		start := time.Now()
		if err := k.do(ctx, c.client, k.on[(round*n+i)*7919%len(k.on)]); err != nil {
			return fmt.Errorf("%s: %s: %w", c.bin, k.name, err)
		}
		time.Sleep(pace - time.Since(start))
	}
	time.Sleep(settleFor)
	after, err := c.server.ProcessorTime()
	if err != nil {
		return err
	}
	if round > 0 {
		c.spent[k.name] += after - before
	}
	return nil
}
