package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// call is one request of a kind.
type call struct {
	kind, method, path, token string
	body                      any
}

// source is a kind of traffic: so many calls a second, at random times.
type source struct {
	perSecond float64
	next      func() call
}

// outcome is what became of a call.
type outcome struct {
	kind   string
	at     time.Duration // when it was due
	took   time.Duration // from then to its end, so that a late start counts
	status int           // 0 without a response
	bad    string        // why it was not answered as it should be, "" if it was
}

// caller makes calls to a server.
type caller struct {
	base   string
	client *http.Client
}

func newCaller(base string) caller {
	return caller{base: base, client: &http.Client{
		Timeout: 90 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2000},
	}}
}

// do makes a call. Good answers are success, and 429 or 503 with the time to wait.
func (c caller) do(ctx context.Context, k call) (status int, answer []byte, bad string) {
	var body io.Reader
	if k.body != nil {
		text, err := json.Marshal(k.body)
		if err != nil {
			return 0, nil, err.Error()
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, k.method, c.base+"/api/v1"+k.path, body)
	if err != nil {
		return 0, nil, err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+k.token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(r)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		return resp.StatusCode, nil, err.Error()
	}
	switch s := resp.StatusCode; {
	case s/100 == 2:
	case s == http.StatusTooManyRequests || s == http.StatusServiceUnavailable:
		if resp.Header.Get("Retry-After") == "" {
			bad = fmt.Sprintf("%d without Retry-After", s)
		}
	default:
		bad = fmt.Sprintf("status %d: %.200s", s, answer)
	}
	return resp.StatusCode, answer, bad
}

// open sends the traffic for a time, whether or not the server keeps up, and returns what
// became of all calls.
func (c caller) open(ctx context.Context, length time.Duration, seed uint64, sources ...source) []outcome {
	var (
		mu   sync.Mutex
		all  []outcome
		wait sync.WaitGroup
	)
	began := time.Now()
	for i, s := range sources {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		wait.Go(func() {
			for due := time.Duration(0); ; {
				due += time.Duration(rng.ExpFloat64() / s.perSecond * float64(time.Second))
				if due >= length || ctx.Err() != nil {
					return
				}
				time.Sleep(time.Until(began.Add(due)))
				k := s.next()
				wait.Go(func() {
					status, _, bad := c.do(ctx, k)
					o := outcome{k.kind, due, time.Since(began) - due, status, bad}
					mu.Lock()
					defer mu.Unlock()
					all = append(all, o)
				})
			}
		})
	}
	wait.Wait()
	return all
}

// closed lets some clients call one after the other, and returns the answers a second.
func (c caller) closed(ctx context.Context, length time.Duration, clients int, next func() call) (float64, error) {
	var (
		mu   sync.Mutex
		n    int
		errs []error
		wait sync.WaitGroup
	)
	began := time.Now()
	for range clients {
		wait.Go(func() {
			for time.Since(began) < length {
				mu.Lock()
				k := next()
				mu.Unlock()
				status, _, bad := c.do(ctx, k)
				mu.Lock()
				if status == http.StatusOK {
					n++
				}
				if bad != "" {
					errs = append(errs, errors.New(bad))
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return float64(n) / time.Since(began).Seconds(), errors.Join(errs...)
}

// report prints the latency of the answered calls by kind, and returns an error that lists
// what was answered badly. Rejected calls are bad too unless they are expected.
func report(title string, all []outcome, mayReject bool) error {
	kinds := map[string][]outcome{}
	bad := map[string]int{}
	for _, o := range all {
		kinds[o.kind] = append(kinds[o.kind], o)
		switch {
		case o.bad != "":
			bad[o.bad]++
		case o.status >= 400 && !mayReject:
			bad[fmt.Sprintf("status %d", o.status)]++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		statuses := map[int]int{}
		for _, o := range kinds[kind] {
			statuses[o.status]++
		}
		var counts []string
		for _, s := range slices.Sorted(maps.Keys(statuses)) {
			counts = append(counts, fmt.Sprintf("%d × %d", statuses[s], s))
		}
		p50, p99, worst := quantiles(kinds[kind])
		fmt.Printf("load   %-10s %-8s p50 %7.1f ms  p99 %7.1f ms  max %7.1f ms  %s\n", title, kind,
			p50, p99, worst, strings.Join(counts, ", "))
	}
	var errs []error
	for _, text := range slices.Sorted(maps.Keys(bad)) {
		errs = append(errs, fmt.Errorf("%s: %d × %s", title, bad[text], text))
	}
	return errors.Join(errs...)
}

// quantiles returns the median, the 99th percentile and the maximum of the calls that
// succeeded, in milliseconds.
func quantiles(all []outcome) (p50, p99, worst float64) {
	var took []time.Duration
	for _, o := range all {
		if o.status/100 == 2 {
			took = append(took, o.took)
		}
	}
	if len(took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(took)
	ms := func(i int) float64 { return took[i].Seconds() * 1e3 }
	return ms(len(took) / 2), ms(len(took) * 99 / 100), ms(len(took) - 1)
}
