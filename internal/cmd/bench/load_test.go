package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCorpusIsTheSameForASeed(t *testing.T) {
	one, two, other := newCorpus(1), newCorpus(1), newCorpus(2)
	dir := t.TempDir()
	titles, err := one.write(dir, 3)
	if err != nil {
		t.Fatal(err)
	}
	again, err := two.write(t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(titles, again); d != "" || one.text(50) != two.text(50) {
		t.Errorf("the same seed makes up other texts: %s", d)
	}
	if one.title() == other.title() {
		t.Error("another seed makes up the same texts")
	}
	read, err := titlesIn(dir)
	if d := cmp.Diff(titles, read); d != "" || err != nil {
		t.Errorf("titles read from the files: %s %v", d, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "02", "article-00002.md"))
	if n := len(strings.Fields(string(text))); err != nil || n < 60 || n > 600 {
		t.Errorf("an article of %d words, %v", n, err)
	}
}

// TestTraffic: only success and rejections with the time to wait are good answers.
func TestTraffic(t *testing.T) {
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) % 4 {
		case 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		default:
			if r.URL.Path != "/api/v1/x" || r.Header.Get("Authorization") != "Bearer token" {
				t.Errorf("%s with %q", r.URL.Path, r.Header.Get("Authorization"))
			}
		}
	}))
	t.Cleanup(s.Close)
	next := func() call { return call{"x", "POST", "/x", "token", map[string]string{"a": "b"}} }
	c := newCaller(s.URL)
	all := c.open(t.Context(), 200*time.Millisecond, 1, source{400, next})
	if len(all) < 40 || len(all) > 160 {
		t.Errorf("%d calls in .2 s at 400 a second", len(all))
	}
	err := report("test", all, true)
	if err == nil || !strings.Contains(err.Error(), "503 without Retry-After") || !strings.Contains(err.Error(), "502") ||
		strings.Contains(err.Error(), "429") {
		t.Errorf("expected rejections: %v", err)
	}
	if err := report("test", all, false); err == nil || !strings.Contains(err.Error(), "429") {
		t.Errorf("unexpected rejections: %v", err)
	}
}

func TestRecovered(t *testing.T) {
	at := func(second, status int, took time.Duration) outcome {
		return outcome{at: time.Duration(second) * time.Second, took: took, status: status}
	}
	for name, c := range map[string]struct {
		all    []outcome
		second int
		ok     bool
	}{
		"at once":    {[]outcome{at(0, 200, 5), at(1, 200, 5)}, 0, true},
		"slow first": {[]outcome{at(0, 200, time.Second), at(1, 200, time.Second), at(2, 200, 5)}, 2, true},
		"rejected":   {[]outcome{at(0, 503, 5), at(1, 200, 5)}, 1, true},
		"never":      {[]outcome{at(0, 200, 5), at(1, 503, 5)}, 2, false},
	} {
		if second, ok := recovered(c.all, 100); second != c.second || ok != c.ok {
			t.Errorf("%s: %d, %v", name, second, ok)
		}
	}
}
