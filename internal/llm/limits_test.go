package llm_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
)

// After failures in a row, the endpoint is not called for a while.
func TestBreaker(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		jsonReply(401, `{}`)(w, r)
	}))
	defer server.Close()
	c := config(server.URL)
	c.Failures, c.Rest = 3, time.Hour
	client := newClient(t, c)
	var err error
	for range 10 {
		_, err = client.Complete(context.Background(), ask.Request{System: "s", User: "u"})
		if !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
	}
	if calls.Load() != 3 || !strings.Contains(err.Error(), "not called again") {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
}

// Readers that leave change nothing about whether the endpoint is called.
func TestBreakerIgnoresReadersThatLeave(t *testing.T) {
	var fails atomic.Bool
	var calls atomic.Int32
	entered := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if fails.Load() {
			jsonReply(401, `{}`)(w, r)
			return
		}
		drain(r)
		entered <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	c := config(server.URL)
	c.Failures, c.Rest, c.FirstByte = 2, time.Hour, time.Minute
	client := newClient(t, c)
	asked := func(ctx context.Context) error {
		_, err := client.Complete(ctx, ask.Request{System: "s", User: "u"})
		return err
	}
	for i, fail := range []bool{false, false, false, true, false, true, true} {
		fails.Store(fail)
		ctx, leave := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- asked(ctx) }()
		if !fail {
			<-entered
			leave()
		}
		err := <-done
		leave()
		if got := errors.Is(err, context.Canceled); got == fail {
			t.Errorf("request %d: %v", i, err)
		}
	}
	if calls.Load() != 6 {
		t.Errorf("%d requests were sent; the last one should not have been", calls.Load())
	}
}

// The number of concurrent requests is limited; a request that waits too long fails.
func TestConcurrency(t *testing.T) {
	release := make(chan struct{})
	entered := make(chan struct{}, 8)
	var now, most atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		entered <- struct{}{}
		<-release
		jsonReply(200, completion("x", "stop"))(w, r)
	}))
	defer server.Close()
	c := config(server.URL)
	c.Concurrency, c.FirstByte = 2, 3*time.Second
	client := newClient(t, c)
	done := make(chan error, 5)
	for range 5 {
		go func() {
			_, err := client.Complete(context.Background(), ask.Request{System: "s", User: "u"})
			done <- err
		}()
	}
	<-entered
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := client.Complete(ctx, ask.Request{System: "s", User: "u"}); err == nil {
		t.Error("a third request passed")
	}
	close(release)
	for range 5 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 2 {
		t.Errorf("%d at a time", most.Load())
	}
}

// A request that would have to wait behind too many others fails immediately.
func TestQueueIsBounded(t *testing.T) {
	entered, release := make(chan struct{}, 1), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered <- struct{}{}
		<-release
		jsonReply(200, completion("x", "stop"))(w, r)
	}))
	defer server.Close()
	c := config(server.URL)
	c.Concurrency, c.Queue, c.FirstByte = 1, 1, 3*time.Second
	client := newClient(t, c)
	done := make(chan error, 20)
	call := func() {
		_, err := client.Complete(context.Background(), ask.Request{System: "s", User: "u"})
		done <- err
	}
	go call()
	<-entered
	for range 9 {
		go call()
	}
	for range 8 { // one waits, the others need not
		if err := <-done; !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "too many requests") {
			t.Errorf("error is %v", err)
		}
	}
	close(release)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestTimeIsLeftToTheCaller(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		tick := time.NewTicker(20 * time.Millisecond) // never idle, never done
		defer tick.Stop()
		for {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			select {
			case <-tick.C:
			case <-r.Context().Done():
				return
			}
		}
	}))
	defer server.Close()
	c := config(server.URL)
	c.Timeout, c.Reserve = time.Minute, 30*time.Second
	client := newClient(t, c)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second+200*time.Millisecond)
	defer cancel()
	if _, err := client.Complete(ctx, ask.Request{System: "s", User: "u"}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error is %v, want unavailable", err)
	}
	if ctx.Err() != nil {
		t.Error("the caller's own time was used up")
	}
}
