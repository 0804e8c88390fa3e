package llm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/deskbook/deskbook/internal/llm"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// sse writes a reply as a stream of short parts. finish is the finish reason, "" for none;
// done adds the usage and the end mark.
func sse(w io.Writer, text, finish string, done bool) {
	for from := 0; from < len(text); from += 11 {
		piece, err := json.Marshal(text[from:min(len(text), from+11)])
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(w, "data: "+
			`{"id":"1","model":"test-model","choices":[{"index":0,"delta":{"content":%s}}]}`+"\n\n", piece)
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
	}
	if finish != "" {
		fmt.Fprintf(w, "data: "+`{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":%q}]}`+"\n\n", finish)
	}
	if done {
		fmt.Fprint(w, "data: "+`{"id":"1","choices":[],"usage":{"prompt_tokens":70,"completion_tokens":30}}`+"\n\n"+
			"data: [DONE]\n\n")
	}
}

func streamed(text, finish string, done bool, after func(w http.ResponseWriter, r *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		w.Header().Set("Content-Type", "text/event-stream")
		sse(w, text, finish, done)
		if after != nil {
			after(w, r)
		}
	}
}

// The faults that only streams have. Their first lines are sound and have been shown, but
// must not count.
func TestStreamFaults(t *testing.T) {
	half := summary[:len(summary)-60]
	hold := func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	line := func(text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		reason  string
		calls   int32
	}{
		{"ends without the end mark", streamed(half, "", false, nil), "was cut", 1},
		{"the whole text without the end mark", streamed(summary, "", false, nil), "was cut", 1},
		{
			"cut connection",
			streamed(half, "", false, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "was cut", 1,
		},
		{"stall in the stream", streamed(half, "", false, hold), "stalled", 1},
		{"stall before the first part", streamed("", "", false, hold), "stalled", 1},
		{"malformed part", streamed(half, "", false, line("data: {\"choices\":[}\n\n")), "malformed JSON", 1},
		{
			"error in the stream", streamed(half, "", false, line("data: {\"error\":{\"message\":\"boom "+key+"\"}}\n\n")),
			"reported an error", 1,
		},
		{"no choices at all", streamed("", "", true, nil), "no choices", 1},
		{"empty", streamed("", "stop", true, nil), "empty", 1},
		{"filtered", streamed(half, "content_filter", true, nil), "filtered", 1},
		{"cut off by length", streamed(half, "length", true, nil), "cut off at its length limit", 2},
		{"ends in half a JSON", streamed(half, "stop", true, nil), "not valid JSON", 2},
		{"HTML", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>Sign in</html>")
		}, "page instead of JSON", 1},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			part := "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + strings.Repeat("a", 1<<16) + "\"}}]}\n\n"
			for range 1024 {
				if _, err := io.WriteString(w, part); err != nil {
					return
				}
			}
		}, "too large", 1},
		{"talk without data lines", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, strings.Repeat(": nothing\n", 2000))
		}, "malformed", 1},
		{"500", jsonReply(500, "boom "+key), "provider failed (500)", 2},
		{"401", jsonReply(401, `{"error":{"message":"`+key+`"}}`), "refused the key (401)", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				tt.handler(w, r)
			}))
			defer server.Close()
			book := &ledger{}
			s, shown := streamSummary(t, config(server.URL), book)
			if s.Engine != ask.Extractive || !strings.Contains(s.Reason, tt.reason) ||
				len(s.Section("request").Lines) == 0 || strings.Contains(s.Reason, key) {
				t.Errorf("engine %s, reason %q, want %q", s.Engine, s.Reason, tt.reason)
			}
			if calls.Load() != tt.calls || len(book.settled) == 0 || book.settled[len(book.settled)-1].Outcome == "ok" {
				t.Errorf("%d calls, recorded %+v", calls.Load(), book.settled)
			}
			for _, l := range shown {
				if len(l.Messages) == 0 || !strings.Contains(ticket().Messages[0].Text, "VPN") {
					t.Errorf("shown: %+v", l)
				}
			}
		})
	}
}

func streamSummary(t *testing.T, c llm.Config, book *ledger) (handoff.Summary, []handoff.Line) {
	t.Helper()
	var shown []handoff.Line
	s, err := writer(t, c, book).StreamSummary(context.Background(), ticket(), handoff.Progress{
		Line: func(_ string, l handoff.Line) { shown = append(shown, l) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, shown
}

func TestStream(t *testing.T) {
	server := httptest.NewServer(streamed(summary, "stop", true, nil))
	defer server.Close()
	book := &ledger{}
	s, shown := streamSummary(t, config(server.URL), book)
	if s.Engine != ask.ByModel || len(shown) != 2 {
		t.Errorf("engine %s, reason %q, shown %+v", s.Engine, s.Reason, shown)
	}
	if k := book.settled[0]; k.PromptTokens != 70 || k.CompletionTokens != 30 || k.Model != "test-model" ||
		k.Outcome != "ok" {
		t.Errorf("recorded %+v", k)
	}
}

// An endpoint that answers a request for a stream with a whole reply is not asked for
// streams again.
func TestEndpointWithoutStreams(t *testing.T) {
	var calls, streams atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(string(body), `"stream":true`) {
			streams.Add(1)
		}
		jsonReply(200, completion(summary, "stop"))(w, r)
	}))
	defer server.Close()
	client := newClient(t, config(server.URL))
	request := ask.Request{System: "s", User: "u", Partial: func(string) {}}
	for range 2 {
		if _, err := client.Complete(context.Background(), request); err != nil {
			t.Fatal(err)
		}
	}
	if streams.Load() != 1 || calls.Load() != 3 {
		t.Errorf("%d calls, %d of them for a stream", calls.Load(), streams.Load())
	}
}

// The request contains the settings of the action, zero included.
func TestRequestSettings(t *testing.T) {
	var got map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = nil
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		jsonReply(200, completion("x", "stop"))(w, r)
	}))
	defer server.Close()
	client := newClient(t, config(server.URL))
	complete := func(r ask.Request) {
		if _, err := client.Complete(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	complete(ask.Request{Model: "other", MaxTokens: 12})
	if temperature, ok := got["temperature"].(float64); got["model"] != "other" || got["max_tokens"] != 12.0 || !ok ||
		temperature > 1e-6 {
		t.Errorf("sent %v", got)
	}
	complete(ask.Request{Model: "gpt-5-mini", MaxTokens: 12, Temperature: 0.5})
	if got["max_completion_tokens"] != 12.0 || got["max_tokens"] != nil || got["temperature"] != nil {
		t.Errorf("a reasoning model was sent %v", got)
	}
}
