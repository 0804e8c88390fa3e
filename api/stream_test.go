package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// slowModel writes the first part of a reply, then waits before it writes the rest.
type slowModel struct {
	first, rest string
	on          chan struct{}
	err         error
}

func (m *slowModel) Complete(ctx context.Context, r ask.Request) (ask.Reply, error) {
	if r.Partial != nil {
		r.Partial(m.first)
	}
	select {
	case <-m.on:
	case <-ctx.Done():
		return ask.Reply{}, ctx.Err()
	}
	if m.err != nil {
		return ask.Reply{}, m.err
	}
	if r.Partial != nil {
		r.Partial(m.rest)
	}
	return ask.Reply{Text: m.first + m.rest, Model: "slow"}, nil
}

// event is one server-sent event.
type event struct {
	name string
	data map[string]any
}

// stream sends a request and returns its events as they arrive.
func (e *env) stream(who, method, path, body string) <-chan event {
	e.Helper()
	req, err := http.NewRequestWithContext(e.Context(), method, e.server.URL+path, strings.NewReader(body))
	if err != nil {
		e.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+e.tokens[who])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		e.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		e.Fatalf("%s: %d %s", path, res.StatusCode, res.Header.Get("Content-Type"))
	}
	out := make(chan event, 64)
	go func() {
		defer close(out)
		defer func() { _ = res.Body.Close() }()
		var next event
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				next.name = name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &next.data) == nil {
				out <- next
				next = event{}
			}
		}
	}()
	return out
}

// want returns the next event and fails the test unless it has the given name.
func want(t *testing.T, events <-chan event, name string) event {
	t.Helper()
	select {
	case got := <-events:
		if got.name != name {
			t.Fatalf("event %q, want %q: %v", got.name, name, got.data)
		}
		return got
	case <-time.After(20 * time.Second):
		t.Fatalf("no event %q", name)
	}
	return event{}
}

// serve replaces the server by one with changed dependencies.
func (e *env) serve(change func(*api.Deps)) {
	e.Helper()
	server, err := api.New(e.deps(change))
	if err != nil {
		e.Fatal(err)
	}
	e.server = httptest.NewServer(server.Handler())
	e.Cleanup(e.server.Close)
}

func withModel(e *env, m ask.Model) func(*api.Deps) {
	return func(d *api.Deps) {
		writer := summarize.New(summarize.Deps{
			Search: e.engine, Library: e.store, Prompts: content.Prompts(),
			Now: time.Now, Model: m,
		})
		d.Writer = writer
		d.Handoffs = handoff.New(handoff.Deps{Writer: writer, Store: e.store, Now: time.Now})
	}
}

// The extractive summary is sent immediately, and lines before the model has finished.
func TestSummaryStreams(t *testing.T) {
	e := newEnv(t)
	m := &slowModel{
		on: make(chan struct{}),
		first: `{"request":[{"text":"The label printer prints blank labels.","marks":["m1"]},` +
			`{"text":"Buy a new one.","marks":["m1"]},{"text":"<script>alert(1)</script>","marks":["m1"]},`,
		rest: `{"text":"Nothing was changed at the printer.","marks":["m1"]}],` +
			`"environment":[],"impact":[],"tried":[],"questions":[],"next":[]}`,
	}
	e.serve(withModel(e, m))
	open := func() string {
		return e.post("rita", "/api/v1/tickets", map[string]any{
			"subject": "Blank labels", "body": "The label printer prints blank labels. Nothing was changed at the printer.",
		}).want(http.StatusCreated).str("id")
	}
	id := open()
	path := "/api/v1/tickets/" + id + "/summary?stream=1"
	events := e.stream("anna", http.MethodGet, path, "")
	if got := want(t, events, "extractive"); got.data["engine"] != "extractive" {
		t.Errorf("%v", got.data)
	}
	first := want(t, events, "line")
	line, _ := first.data["line"].(map[string]any)
	if first.data["section"] != "request" || line["text"] != "The label printer prints blank labels." {
		t.Errorf("%v", first.data)
	}
	m.on <- struct{}{}
	want(t, events, "line")
	if got := want(t, events, "done"); got.data["engine"] != "model" {
		t.Errorf("%v", got.data)
	}
	// A stored summary is sent as a whole.
	if got := want(t, e.stream("anna", http.MethodGet, path, ""), "done"); got.data["engine"] != "model" {
		t.Errorf("%v", got.data)
	}
	// If the model fails after its first lines, the extractive summary counts.
	id = open()
	path = "/api/v1/tickets/" + id + "/summary?stream=1"
	m.err = fault.New(fault.Unavailable, "the connection to the model was cut")
	events = e.stream("anna", http.MethodGet, path, "")
	want(t, events, "extractive")
	want(t, events, "line")
	m.on <- struct{}{}
	if got := want(t, events, "done"); got.data["engine"] != "extractive" ||
		got.data["reason"] != "the connection to the model was cut" {
		t.Errorf("%v", got.data)
	}
	// Regenerating streams as well, and calls the model again.
	m.err = nil
	events = e.stream("anna", http.MethodPost, path, "")
	want(t, events, "extractive")
	want(t, events, "line")
	m.on <- struct{}{}
	want(t, events, "line")
	if got := want(t, events, "done"); got.data["engine"] != "model" || got.data["version"] != 2.0 {
		t.Errorf("%v", got.data)
	}
	// HEAD, and a client that has received the complete stream, cause no model call.
	id = open()
	path = "/api/v1/tickets/" + id + "/summary?stream=1"
	e.do("anna", http.MethodHead, path, nil).want(http.StatusOK)
	e.get("anna", path, "Last-Event-ID", "done").want(http.StatusNoContent)
	e.post("rita", path, nil).want(http.StatusForbidden)
	e.get("rita", path).want(http.StatusForbidden)
	e.get("anna", "/api/v1/tickets/999/summary?stream=1").want(http.StatusNotFound)
	e.get("anna", "/api/v1/tickets/"+id+"/summary?stream=perhaps").want(http.StatusBadRequest)
}

func TestAnswerStreams(t *testing.T) {
	e := newEnv(t)
	e.post("all", "/api/v1/articles", map[string]any{
		"title": "Connect to the VPN from home", "audience": "public", "confidence": "validated", "kind": "howto",
		"markdown": "Lead.\n\n## Steps\n\n1. Open the VPN client.\n2. Choose the gateway vpn.example.org.\n" +
			"3. Sign in with your account.\n",
		"owner": "second-line", "review_by": "2027-06-30",
	}).want(http.StatusCreated)
	e.catchUp()
	m := &slowModel{
		on: make(chan struct{}),
		first: `{"answerable":true,"sentences":[` +
			`{"text":"Choose the gateway vpn.example.org.","marks":["p1","p2"]},{"text":"Call 555.","marks":["p1"]},`,
		rest: `{"text":"Sign in with your account.","marks":["p1","p2"]}]}`,
	}
	e.serve(withModel(e, m))
	events := e.stream("", http.MethodPost, "/api/v1/answers?stream=true",
		`{"question":"How do I connect to the VPN from home?"}`)
	if got := want(t, events, "extractive"); got.data["refused"] != false {
		t.Fatalf("%v", got.data)
	}
	got := want(t, events, "sentence")
	if got.data["text"] != "Choose the gateway vpn.example.org." || len(got.data["citations"].([]any)) == 0 {
		t.Errorf("%v", got.data)
	}
	m.on <- struct{}{}
	want(t, events, "sentence")
	done := want(t, events, "done")
	if n := len(done.data["sentences"].([]any)); done.data["engine"] != "model" || n != 2 {
		t.Errorf("%v", done.data)
	}
	e.post("", "/api/v1/answers?stream=1", map[string]any{"question": " "}).want(http.StatusBadRequest)
	events = e.stream("", http.MethodPost, "/api/v1/answers?stream=1", `{"question":"Where do penguins nest in winter?"}`)
	if got := want(t, events, "extractive"); got.data["refused"] != true {
		t.Errorf("%v", got.data)
	}
	if got := want(t, events, "done"); got.data["refused"] != true {
		t.Errorf("%v", got.data)
	}
}
