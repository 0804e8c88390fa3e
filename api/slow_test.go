package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// dial opens a connection to the server and sends the text.
func (e *env) dial(text string) *net.TCPConn {
	e.Helper()
	conn, err := (&net.Dialer{}).DialContext(e.Context(), "tcp", e.server.Listener.Addr().String())
	if err != nil {
		e.Fatal(err)
	}
	e.Cleanup(func() { _ = conn.Close() })
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		e.Fatalf("a connection of type %T", conn)
	}
	if _, err := io.WriteString(tcp, text); err != nil {
		e.Fatal(err)
	}
	return tcp
}

// TestTrickledBodiesHoldNothing: requests whose bodies do not arrive take no slot, and the
// oldest of too many is cut.
func TestTrickledBodiesHoldNothing(t *testing.T) {
	e := newEnv(t, func(d *api.Deps) { d.Limits = api.Limits{Concurrency: 1} })
	var conns []*net.TCPConn
	for range 129 {
		conns = append(conns, e.dial("POST /api/v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
			"Authorization: Bearer "+e.tokens["rita"]+"\r\nContent-Length: 100000\r\n\r\n{\"subject\":"))
	}
	e.open("rita", "Printer", "It does not print.")
	answered := make(chan string)
	for _, c := range conns {
		go func() {
			line, err := bufio.NewReader(c).ReadString('\n')
			if err == nil {
				answered <- line
			}
		}()
	}
	if line := <-answered; !strings.Contains(line, "408") {
		t.Errorf("the oldest is answered %q", line)
	}
	e.open("rita", "Printer", "It still does not print.")
}

// TestSlowReadersHoldNoSlot: a response that nobody reads takes no slot.
func TestSlowReadersHoldNoSlot(t *testing.T) {
	e := newEnv(t, func(d *api.Deps) { d.Limits = api.Limits{Concurrency: 1} })
	a, err := e.kb.Create(t.Context(), e.actor("all"), kb.NewArticleInput{
		Title: "A long log", Audience: access.AudiencePublic, Confidence: kb.Validated,
		Markdown: "```\n" + strings.Repeat("0x00000709 the printer is on fire\n", 20_000) + "```\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		conn := e.dial("GET /api/v1/articles/" + a.ID + " HTTP/1.1\r\nHost: x\r\n\r\n")
		if err := conn.SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		status := make([]byte, len("HTTP/1.1 200"))
		if _, err := io.ReadFull(conn, status); err != nil || string(status) != "HTTP/1.1 200" {
			t.Fatalf("%q %v", status, err)
		}
		e.get("rita", "/api/v1/me").want(http.StatusOK)
	}
}

// TestClassesWaitApart: searches wait for each other, and nothing else waits for them.
func TestClassesWaitApart(t *testing.T) {
	held := slow{entered: make(chan struct{}), release: make(chan struct{})}
	e := newEnv(t, func(d *api.Deps) {
		held.Searcher = d.Search
		d.Search = held
		d.Limits = api.Limits{Ranking: 1, Queue: 1}
	})
	var wg sync.WaitGroup
	statuses := make(chan int, 3)
	search := func() { statuses <- e.get("", "/api/v1/search?q=x").status }
	wg.Go(search)
	<-held.entered
	wg.Go(search) // one of these two waits in line, the other one is refused
	wg.Go(search)
	if code := <-statuses; code != http.StatusServiceUnavailable {
		t.Errorf("the third search is answered %d", code)
	}
	r := e.get("rita", "/api/v1/search?q=x").want(http.StatusServiceUnavailable)
	if r.header.Get("Retry-After") == "" || !strings.Contains(r.str("detail"), "overloaded") {
		t.Errorf("%s", r.body)
	}
	e.get("rita", "/api/v1/me").want(http.StatusOK)
	e.get("anna", "/api/v1/tickets").want(http.StatusOK)
	held.release <- struct{}{}
	<-held.entered
	held.release <- struct{}{}
	wg.Wait()
	for range 2 {
		if code := <-statuses; code != http.StatusOK {
			t.Errorf("a search that was let in is answered %d", code)
		}
	}
	const counted = `deskbook_http_rejected_total{limit="ranking"} 2`
	if !strings.Contains(string(e.get("", "/metrics").body), counted) {
		t.Error("the metrics do not count the rejected searches")
	}
}

// TestOneClientCannotTakeAllWriters: a client has a share of the requests that may wait for
// a language model.
func TestOneClientCannotTakeAllWriters(t *testing.T) {
	e := newEnv(t)
	m := &slowModel{
		on:    make(chan struct{}),
		first: `{"request":[{"text":"The label printer prints blank labels.","marks":["m1"]}`,
		rest:  `],"environment":[],"impact":[],"tried":[],"questions":[],"next":[]}`,
	}
	change := withModel(e, m)
	e.serve(func(d *api.Deps) {
		change(d)
		d.Limits = api.Limits{Writing: 4}
	})
	path := func() string {
		id := e.open("rita", "Blank labels", "The label printer prints blank labels.")
		return fmt.Sprintf("/api/v1/tickets/%s/summary?stream=1", id)
	}
	first := path()
	events := e.stream("anna", http.MethodGet, first, "")
	want(t, events, "extractive")
	r := e.get("anna", path()).want(http.StatusTooManyRequests)
	if r.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	other := e.stream("all", http.MethodGet, path(), "")
	want(t, other, "extractive")
	close(m.on)
	for _, stream := range []<-chan event{events, other} {
		last := ""
		for got := range stream {
			last = got.name
		}
		if last != "done" {
			t.Errorf("a stream ended with %q", last)
		}
	}
}
