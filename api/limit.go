package api

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/deskbook/deskbook/internal/fault"
)

// limiter limits the requests of each client with a token bucket.
type limiter struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
	swept   time.Time
}

type bucket struct {
	*rate.Limiter
	seen time.Time
}

const (
	idleBucket = 2 * time.Minute
	maxBuckets = 50_000 // above this all buckets are reset: bounded memory matters more than precision
)

func newLimiter(perSecond float64, burst int, now func() time.Time) *limiter {
	return &limiter{rate: rate.Limit(perSecond), burst: burst, now: now, buckets: make(map[string]*bucket), swept: now()}
}

// allow takes one request from the client's bucket, or returns a fault.RateLimited
// error with the time to wait.
func (l *limiter) allow(key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	b, ok := l.buckets[key]
	if !ok {
		b = &bucket{Limiter: rate.NewLimiter(l.rate, l.burst)}
		l.buckets[key] = b
	}
	b.seen = now
	if b.AllowN(now, 1) {
		return nil
	}
	return fault.Wrap(fault.RateLimited, wait(time.Duration(float64(time.Second)/float64(l.rate))),
		"Too many requests: at most %g a second. Slow down and try again.", float64(l.rate))
}

func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < idleBucket && len(l.buckets) < maxBuckets {
		return
	}
	for key, b := range l.buckets {
		if now.Sub(b.seen) >= idleBucket {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
	l.swept = now
}

// wait is how long a client should wait before its next request.
type wait time.Duration

func (w wait) Error() string             { return "wait " + time.Duration(w).String() }
func (w wait) RetryAfter() time.Duration { return time.Duration(w) }

// addressKey returns the key of a client's address. An IPv6 client usually has a /64.
func addressKey(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "address:" + ip
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return "address:" + p.String()
		}
	}
	return "address:" + a.String()
}
