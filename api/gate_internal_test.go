package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/fault"
)

func TestGate(t *testing.T) {
	g := newGate("test", 1, 1, 2, time.Minute)
	first, err := g.enter(t.Context(), "ann")
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan func())
	go func() {
		leave, err := g.enter(t.Context(), "bo")
		if err != nil {
			t.Error(err)
		}
		second <- leave
	}()
	for g.count() < 2 { // the second is waiting in line
	}
	if _, err := g.enter(t.Context(), "cy"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("beyond the line: %v", err)
	}
	first()
	first() // a second time changes nothing
	leave := <-second
	if _, err := (&gate{most: 9, mostEach: 1, clients: map[string]int{"bo": 1}}).enter(t.Context(), "bo"); !fault.Is(
		err, fault.RateLimited) {
		t.Errorf("a client with too many: %v", err)
	}
	g.wait = time.Millisecond
	if _, err := g.enter(t.Context(), "cy"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("after waiting: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(ended, "cy"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled request: %v", err)
	}
	leave()
	if g.count() != 0 || len(g.clients) != 0 {
		t.Errorf("%d requests remain, of %v", g.count(), g.clients)
	}
}

func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inside
}

// TestTransfers: the oldest makes room for a new one, unless it has ended.
func TestTransfers(t *testing.T) {
	var cut []string
	all := transfers{most: 2}
	enter := func(name string) func() { return all.enter(func() { cut = append(cut, name) }) }
	a := enter("a")
	enter("b")
	a()
	enter("c")
	enter("d")
	e := enter("e")
	e()
	e()
	enter("f")
	if d := cmp.Diff([]string{"b", "c"}, cut); d != "" {
		t.Error(d)
	}
}

// deadlines records the deadlines for writing.
type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.set = append(d.set, t)
	return nil
}

// TestDeadlineGrowsWithTheResponse: a response has 10 s, and a second for every 32 KiB.
func TestDeadlineGrowsWithTheResponse(t *testing.T) {
	d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	w := &pacedWriter{ResponseWriter: d, control: http.NewResponseController(d), sending: &transfers{most: 1}}
	w.begin()
	for range 2 {
		if _, err := w.Write(make([]byte, 64<<10)); err != nil {
			t.Fatal(err)
		}
	}
	var got []time.Duration
	for _, at := range d.set {
		got = append(got, at.Sub(w.began))
	}
	if diff := cmp.Diff([]time.Duration{10 * time.Second, 12 * time.Second, 14 * time.Second}, got); diff != "" {
		t.Error(diff)
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	if _, err := w.Write([]byte("event")); err != nil || len(d.set) != 3 {
		t.Errorf("an event has a deadline of the response: %v %v", d.set, err)
	}
}
