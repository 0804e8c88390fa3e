package llm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/llm"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
)

const key = "sk-test-0123456789abcdef"

// TestMain ignores the workers that an index library starts with the program.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

// config has limits that are short enough for tests.
func config(base string) llm.Config {
	return llm.Config{
		BaseURL: base + "/v1", Model: "test-model", APIKey: key,
		Timeout: 3 * time.Second, FirstByte: 300 * time.Millisecond, Idle: 300 * time.Millisecond,
		MaxBytes: 1 << 20, RetryWait: time.Millisecond, MaxWait: 50 * time.Millisecond, Reserve: time.Millisecond,
	}
}

// newClient returns a client that is closed when the test ends.
func newClient(t *testing.T, c llm.Config) *llm.Client {
	t.Helper()
	client, err := llm.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// writer returns a writer that uses such a client.
func writer(t *testing.T, c llm.Config, book *ledger) *summarize.Writer {
	t.Helper()
	return summarize.New(summarize.Deps{
		Model: newClient(t, c), Prompts: os.DirFS("../../content/prompts"), Ledger: book,
	})
}

func completion(content, finish string) string {
	return fmt.Sprintf(`{"id":"1","model":"test-model","choices":[{"index":0,
		"message":{"role":"assistant","content":%q},"finish_reason":%q}],
		"usage":{"prompt_tokens":7,"completion_tokens":3}}`, content, finish)
}

// drain reads the body of a request, so that the server sees the client leave.
func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

const summary = `{"request":[{"text":"The VPN rejects my sign-in with error 0x80070057.","marks":["m1"]}],
	"environment":[],"impact":[],
	"tried":[{"text":"I restarted the laptop, it did not help.","marks":["m1"]}],"questions":[],"next":[]}`

func ticket() desk.Ticket {
	return desk.Ticket{ID: "1001", Subject: "VPN rejects my sign-in", Status: desk.Open, Messages: []desk.Message{{
		N: 1, Kind: desk.Reply, Visibility: desk.PublicReply,
		Text: "The VPN rejects my sign-in with error 0x80070057. I restarted the laptop, it did not help.",
	}}}
}

func jsonReply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// faults is the fault matrix: how the endpoint misbehaves, the reason shown to people, and
// how often the endpoint is called.
func faults() []struct {
	name    string
	handler http.HandlerFunc
	reason  string
	calls   int32
} {
	hold := func(r *http.Request) { <-r.Context().Done() }
	return []struct {
		name    string
		handler http.HandlerFunc
		reason  string
		calls   int32
	}{
		{
			"401", jsonReply(401, `{"error":{"message":"Incorrect API key provided: `+key+`","type":"x"}}`),
			"refused the key (401)", 1,
		},
		{"429 without Retry-After", jsonReply(429, `{"error":{"message":"slow down"}}`), "limits the request rate", 2},
		{"429 with long Retry-After", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "3600")
			jsonReply(429, `{}`)(w, r)
		}, "limits the request rate", 1},
		{"429 with a date", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")
			jsonReply(429, `{}`)(w, r)
		}, "limits the request rate", 1},
		{"500", jsonReply(500, "boom "+key), "provider failed (500)", 2},
		{"slow first byte", func(_ http.ResponseWriter, r *http.Request) { drain(r); hold(r) }, "begin to answer", 1},
		{"stall in the body", func(w http.ResponseWriter, r *http.Request) {
			drain(r)
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, completion("x", "stop")[:40])
			w.(http.Flusher).Flush()
			hold(r)
		}, "stalled", 1},
		{"cut", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "5000")
			fmt.Fprint(w, completion("x", "stop")[:40])
			panic(http.ErrAbortHandler)
		}, "was cut", 1},
		{"malformed JSON", jsonReply(200, `{"choices":[}`), "malformed JSON", 1},
		{"JSON of another shape", jsonReply(200, `{"choices":"none"}`), "malformed JSON", 1},
		{
			"content that violates the schema",
			jsonReply(200, completion(`{"request":"text"}`, "stop")), "did not follow the schema", 2,
		},
		{"no choices", jsonReply(200, `{}`), "no choices", 1},
		{"empty content", jsonReply(200, completion(" ", "stop")), "empty", 1},
		{"HTML with status 200", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<html>Sign in</html>")
		}, "page instead of JSON", 1},
		{"64 MiB", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"choices":[{"message":{"content":"`)
			block := strings.Repeat("a", 1<<20)
			for range 64 {
				if _, err := io.WriteString(w, block); err != nil {
					return
				}
			}
		}, "too large", 1},
		{"declared 64 MiB", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "67108864")
			w.WriteHeader(200)
		}, "too large", 1},
		{"finished by length", jsonReply(200, completion(`{"request":[`, "length")), "cut off at its length limit", 2},
		{"filtered", jsonReply(200, completion("x", "content_filter")), "filtered", 1},
		{"404", jsonReply(404, `{"error":{"message":"no such model"}}`), "does not exist", 1},
	}
}

// Each fault ends in the extractive summary, with its reason and without the key.
func TestFaultMatrix(t *testing.T) {
	for _, tt := range faults() {
		t.Run(tt.name, func(t *testing.T) {
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				tt.handler(w, r)
			}))
			defer server.Close()
			c := config(server.URL)
			falls(t, c, tt.reason)
			if got := calls.Load(); got != tt.calls {
				t.Errorf("%d calls, want %d", got, tt.calls)
			}
			hidesKey(t, c)
		})
	}
}

// ledger is an ask.Ledger that admits and records all calls.
type ledger struct{ settled []ask.Call }

func (*ledger) Reserve(context.Context, ask.Call) (int64, error) { return 1, nil }

func (l *ledger) Settle(_ context.Context, c ask.Call) { l.settled = append(l.settled, c) }

// falls asserts that a summary falls back to the extractive engine.
func falls(t *testing.T, c llm.Config, reason string) {
	t.Helper()
	book := &ledger{}
	start := time.Now()
	s, err := writer(t, c, book).Summarize(context.Background(), ticket())
	if err != nil {
		t.Fatal(err)
	}
	if s.Engine != ask.Extractive || !strings.Contains(s.Reason, reason) || len(s.Section("request").Lines) == 0 {
		t.Errorf("engine %s, reason %q, want %q", s.Engine, s.Reason, reason)
	}
	if strings.Contains(s.Reason, key) {
		t.Error("the key is in the reason")
	}
	recorded := book.settled
	if len(recorded) == 0 || !strings.Contains(recorded[len(recorded)-1].Outcome, reason) {
		t.Errorf("recorded %+v", recorded)
	}
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("took %s", took)
	}
}

// hidesKey asserts that the key is nowhere in the error with all its causes.
func hidesKey(t *testing.T, c llm.Config) {
	t.Helper()
	client := newClient(t, c)
	_, err := client.Complete(context.Background(), ask.Request{System: "s", User: "u"})
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), key) {
			t.Errorf("the key is in the error: %#v", e)
		}
	}
}

func TestConnectionFaults(t *testing.T) {
	t.Run("refused", func(t *testing.T) {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := "http://" + l.Addr().String()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		falls(t, config(address), "refused the connection")
	})
	t.Run("DNS", func(t *testing.T) {
		falls(t, config("http://model.invalid"), "could not be found")
	})
	t.Run("TLS", func(t *testing.T) {
		server := httptest.NewUnstartedServer(jsonReply(200, completion(summary, "stop")))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS() // the client does not trust its certificate
		defer server.Close()
		falls(t, config(server.URL), "no secure connection")
	})
	t.Run("no TLS where https is configured", func(t *testing.T) {
		server := httptest.NewServer(jsonReply(200, completion(summary, "stop")))
		defer server.Close()
		falls(t, config(strings.Replace(server.URL, "http:", "https:", 1)), "no secure connection")
	})
	t.Run("redirect to another host", func(t *testing.T) {
		var reached atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
		defer other.Close()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		}))
		defer server.Close()
		falls(t, config(server.URL), "redirects to another")
		if reached.Load() != 0 {
			t.Error("the redirect was followed")
		}
	})
}

func TestComplete(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+key || r.URL.Path != "/v1/chat/completions" {
			t.Errorf("request %s %v", r.URL.Path, r.Header)
		}
		switch calls.Add(1) {
		case 1: // a short rate limit
			w.Header().Set("Retry-After", "0.01")
			w.WriteHeader(429)
		default:
			jsonReply(200, completion(summary, "stop"))(w, r)
		}
	}))
	defer server.Close()
	s, err := writer(t, config(server.URL), &ledger{}).Summarize(context.Background(), ticket())
	if err != nil || s.Engine != ask.ByModel || s.Reason != "" || calls.Load() != 2 {
		t.Errorf("%+v, %v, %d calls", s, err, calls.Load())
	}
}

// An endpoint without JSON schemas refuses the first request, and is sent no schema from
// then on.
func TestEndpointWithoutSchemas(t *testing.T) {
	var with, without atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(string(body), "response_format") {
			with.Add(1)
			jsonReply(400, `{"error":{"message":"unknown field"}}`)(w, r)
			return
		}
		without.Add(1)
		jsonReply(200, completion(summary, "stop"))(w, r)
	}))
	defer server.Close()
	client := newClient(t, config(server.URL))
	request := ask.Request{System: "s", User: "u", Schema: []byte(`{"type":"object"}`), Name: "n"}
	for range 2 {
		if _, err := client.Complete(context.Background(), request); err != nil {
			t.Fatal(err)
		}
	}
	if with.Load() != 1 || without.Load() != 2 {
		t.Errorf("%d with, %d without", with.Load(), without.Load())
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []llm.Config{
		{},
		{BaseURL: "ftp://x/v1", Model: "m"},
		{BaseURL: "localhost:1", Model: "m"},
		{BaseURL: "http://127.0.0.1:1/v1"},
		{BaseURL: "http://%zz", Model: "m"},
	} {
		if _, err := llm.New(c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
