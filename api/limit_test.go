package api_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/retrieval"
)

// frozen is a clock that only moves when it is advanced.
type frozen struct {
	mu sync.Mutex
	at time.Time
}

func (f *frozen) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

func (f *frozen) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
}

func TestRateIsLimitedByTokenAndAddress(t *testing.T) {
	clock := &frozen{at: time.Now()}
	e := newEnv(t, func(d *api.Deps) {
		d.Limits = api.Limits{Rate: 2, Burst: 5}
		d.Now = clock.now
	})
	for range 5 {
		e.get("rita", "/api/v1/me").want(http.StatusOK)
	}
	r := e.get("rita", "/api/v1/me").want(http.StatusTooManyRequests)
	if r.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
	}
	e.get("rolf", "/api/v1/me").want(http.StatusOK)
	e.get("", "/livez").want(http.StatusOK)
	clock.advance(time.Second)
	for range 2 {
		e.get("rita", "/api/v1/me").want(http.StatusOK)
	}
	e.get("rita", "/api/v1/me").want(http.StatusTooManyRequests)

	// Visitors share the bucket of their actual address, whatever address they claim,
	// and failed tokens count against it as well.
	for i := range 5 {
		e.get("dbk_guess"+strings.Repeat("x", i), "/api/v1/me", "X-Forwarded-For", "203.0.113.9").
			want(http.StatusUnauthorized)
	}
	e.get("dbk_guess", "/api/v1/me", "X-Forwarded-For", "203.0.113.10").want(http.StatusTooManyRequests)
	e.get("", "/api/v1/search?q=x", "X-Real-IP", "203.0.113.11").want(http.StatusTooManyRequests)
}

func TestDefaultsLetOneTokenMake200RequestsASecond(t *testing.T) {
	clock := &frozen{at: time.Now()}
	e := newEnv(t, func(d *api.Deps) { d.Now = clock.now })
	for range 3 {
		for range 200 {
			if r := e.get("rita", "/api/v1/openapi.yaml"); r.status != http.StatusOK {
				t.Fatalf("status %d", r.status)
			}
		}
		clock.advance(time.Second)
	}
}

// slow blocks searches until it is released.
type slow struct {
	api.Searcher
	entered chan struct{}
	release chan struct{}
}

func (s slow) Search(ctx context.Context, _ retrieval.Query) (retrieval.Results, error) {
	s.entered <- struct{}{}
	select {
	case <-s.release:
		return retrieval.Results{}, nil
	case <-ctx.Done():
		return retrieval.Results{}, ctx.Err()
	}
}

func TestOverloadIs503(t *testing.T) {
	held := slow{entered: make(chan struct{}), release: make(chan struct{})}
	e := newEnv(t, func(d *api.Deps) {
		held.Searcher = d.Search
		d.Search = held
		d.Limits = api.Limits{Concurrency: 2}
	})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if r := e.get("", "/api/v1/search?q=x"); r.status != http.StatusOK {
				t.Errorf("the held search ended with %d", r.status)
			}
		})
		<-held.entered
	}
	r := e.get("rita", "/api/v1/me").want(http.StatusServiceUnavailable)
	if r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	e.get("", "/livez").want(http.StatusOK)
	close(held.release)
	wg.Wait()
	e.get("rita", "/api/v1/me").want(http.StatusOK)
}

func TestRequestsEndInTime(t *testing.T) {
	held := slow{entered: make(chan struct{}, 1), release: make(chan struct{})}
	e := newEnv(t, func(d *api.Deps) {
		held.Searcher = d.Search
		d.Search = held
		d.Limits = api.Limits{Timeout: 20 * time.Millisecond}
	})
	r := e.get("", "/api/v1/search?q=x").want(http.StatusServiceUnavailable)
	if !strings.Contains(r.str("detail"), "too long") {
		t.Errorf("detail %q", r.str("detail"))
	}
}

// lagging is a search index with a given state.
type lagging struct {
	api.Searcher
	sequence int64
	ready    bool
}

func (l lagging) Sequence() int64 { return l.sequence }
func (l lagging) Ready() bool     { return l.ready }

// changes is a store with a given newest change.
type changes struct {
	last int64
	err  error
}

func (c changes) LastChange(context.Context) (int64, error) { return c.last, c.err }

func TestReadiness(t *testing.T) {
	for name, tc := range map[string]struct {
		index  lagging
		store  changes
		status int
	}{
		"current":         {lagging{sequence: 10, ready: true}, changes{last: 10}, http.StatusOK},
		"slightly behind": {lagging{sequence: 10, ready: true}, changes{last: 15}, http.StatusOK},
		"behind":          {lagging{sequence: 10, ready: true}, changes{last: 16}, http.StatusServiceUnavailable},
		"not built":       {lagging{sequence: 10}, changes{last: 10}, http.StatusServiceUnavailable},
		"store fails": {
			lagging{sequence: 10, ready: true},
			changes{err: context.DeadlineExceeded},
			http.StatusServiceUnavailable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEnv(t, func(d *api.Deps) {
				tc.index.Searcher = d.Search
				d.Search, d.Changes = tc.index, tc.store
				d.Limits = api.Limits{Lag: 5}
			})
			e.get("", "/readyz").want(tc.status)
		})
	}
}
