package route_test

import (
	"net/http"
	"testing"

	"github.com/deskbook/deskbook/api/route"
)

func TestTagMatches(t *testing.T) {
	for header, want := range map[string][2]bool{ // strong, weak
		`"r1"`: {true, true}, `W/"r1"`: {false, true}, `"a", "r1"`: {true, true}, `*`: {true, true}, `"r2"`: {false, false},
		``: {false, false}, `r1`: {false, false}, `"r1-gzip"`: {true, true}, `W/"r1-gzip"`: {false, true},
		`"r1-gzip-gzip"`: {false, false},
	} {
		got := [2]bool{route.TagMatches(header, `"r1"`, false), route.TagMatches(header, `"r1"`, true)}
		if got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func TestNotModified(t *testing.T) {
	tag := route.ContentTag([]byte("text"))
	if other := route.ContentTag([]byte("texts")); other == tag {
		t.Errorf("two contents have the tag %s", tag)
	}
	for known, want := range map[string]int{"": http.StatusOK, tag: http.StatusNotModified, `"x"`: http.StatusOK} {
		w, c := exchange(t, http.MethodGet, "")
		c.Request().Header.Set("If-None-Match", known)
		if got := route.NotModified(c, tag); got != (want == http.StatusNotModified) || w.Code != want ||
			w.Header().Get("ETag") != tag {
			t.Errorf("client with %q: %v, status %d, tag %q", known, got, w.Code, w.Header().Get("ETag"))
		}
	}
}
