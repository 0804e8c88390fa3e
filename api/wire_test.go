package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// newSite returns a server with the pages and one article.
func newSite(t *testing.T) (*env, kb.Article) {
	t.Helper()
	e := newEnv(t)
	s, err := api.New(e.deps(func(d *api.Deps) {
		d.Pages, d.PageError = e.pages.Routes(), e.pages.Error
		d.Limits = api.Limits{Rate: 1e6, Burst: 1e6}
	}))
	if err != nil {
		t.Fatal(err)
	}
	e.api = s
	a, err := e.kb.Create(t.Context(), e.actor("all"), kb.NewArticleInput{
		Title: "Printer queue stuck", Audience: access.AudiencePublic, Confidence: kb.Validated,
		Markdown: "## Issue\n\nThe queue is stuck.\n\n## Resolution\n\n" + strings.Repeat("Restart the spooler. ", 200),
	})
	if err != nil {
		t.Fatal(err)
	}
	e.catchUp()
	return e, a
}

// raw sends a request without a body and returns the response as it is on the wire.
func (e *env) raw(who, method, path string, headers ...string) *httptest.ResponseRecorder {
	e.Helper()
	r := httptest.NewRequestWithContext(e.Context(), method, path, nil)
	if !strings.HasPrefix(path, "/api/") {
		r.Header.Set("Accept", "text/html")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+e.tokens[who])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.api.Handler().ServeHTTP(w, r)
	return w
}

func unzip(t *testing.T, body io.Reader) []byte {
	t.Helper()
	r, err := gzip.NewReader(body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCompression(t *testing.T) {
	e, a := newSite(t)
	style := regexp.MustCompile(`/static/app\.css\?v=\w+`).FindString(e.raw("", "GET", "/").Body.String())
	page, data := "/articles/"+a.Slug, "/api/v1/articles/"+a.ID
	for _, c := range []struct {
		name, path string
		headers    []string
		want       bool
	}{
		{"a page", page, []string{"Accept-Encoding", "gzip, deflate, br"}, true},
		{"JSON", data, []string{"Accept-Encoding", "gzip"}, true},
		{"a problem in a page", "/articles/none", []string{"Accept-Encoding", "gzip"}, true},
		{"the document", "/api/v1/openapi.yaml", []string{"Accept-Encoding", "gzip"}, true},
		{"a static file", style, []string{"Accept-Encoding", "deflate, GZIP;q=0.5"}, true},
		{"not accepted", page, nil, false},
		{"refused", page, []string{"Accept-Encoding", "gzip;q=0, br"}, false},
		{"a static file, refused", style, []string{"Accept-Encoding", "gzip;q=0"}, false},
		{"a short body", "/livez", []string{"Accept-Encoding", "gzip"}, false},
		{"another site", page, []string{"Accept-Encoding", "gzip", "Sec-Fetch-Site", "cross-site"}, false},
		{"a neighbour", page, []string{"Accept-Encoding", "gzip", "Sec-Fetch-Site", "same-site"}, false},
		{"this site", page, []string{"Accept-Encoding", "gzip", "Sec-Fetch-Site", "same-origin"}, true},
		{"typed", page, []string{"Accept-Encoding", "gzip", "Sec-Fetch-Site", "none"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain, w := e.raw("", "GET", c.path), e.raw("", "GET", c.path, c.headers...)
			if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.want {
				t.Fatalf("compressed: %v", got)
			}
			if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
				t.Errorf("Vary is %q", w.Header().Values("Vary"))
			}
			if w.Code != plain.Code || w.Header().Get("Content-Type") != plain.Header().Get("Content-Type") {
				t.Errorf("status %d, %s", w.Code, w.Header().Get("Content-Type"))
			}
			if !c.want || w.Code >= 400 { // an error has an ID of its own
				return
			}
			length := w.Body.Len()
			if text := unzip(t, w.Body); !bytes.Equal(text, plain.Body.Bytes()) || length >= len(text) {
				t.Errorf("%d bytes of %d, equal: %v", length, len(text), bytes.Equal(text, plain.Body.Bytes()))
			}
		})
	}
}

// TestUnchanged requests what has an entity tag again, in both codings.
func TestUnchanged(t *testing.T) {
	e, a := newSite(t)
	style := regexp.MustCompile(`/static/app\.css\?v=\w+`).FindString(e.raw("", "GET", "/").Body.String())
	for who, paths := range map[string][]string{
		"": {
			"/", style, "/articles/" + a.Slug, "/articles", "/search?q=printer", "/api/v1/articles/" + a.ID,
			"/api/v1/openapi.yaml",
		},
		"anna": {"/api/v1/articles/" + a.ID, "/api/v1/articles/" + a.ID + "/revisions/1", style},
	} {
		for _, path := range paths {
			plain := e.raw(who, "GET", path)
			zipped := e.raw(who, "GET", path, "Accept-Encoding", "gzip")
			one, two := plain.Header().Get("ETag"), zipped.Header().Get("ETag")
			if one == "" || one == two {
				t.Errorf("%s as %q: tags %q and %q", path, who, one, two)
			}
			for _, tag := range []string{one, "W/" + one, two, `"other", ` + one} {
				for _, method := range []string{"GET", "HEAD"} {
					coding := "identity"
					if tag == two {
						coding = "gzip"
					}
					w := e.raw(who, method, path, "If-None-Match", tag, "Accept-Encoding", coding)
					if w.Code != http.StatusNotModified || w.Body.Len() > 0 ||
						w.Header().Get("Cache-Control") != plain.Header().Get("Cache-Control") {
						t.Errorf("%s %s as %q with %s: %d, %d bytes", method, path, who, tag, w.Code, w.Body.Len())
					}
				}
			}
			if w := e.raw(who, "GET", path, "If-None-Match", `"other"`); w.Code != http.StatusOK {
				t.Errorf("%s as %q with another tag: %d", path, who, w.Code)
			}
		}
	}
	// A client that reads compressed responses can change what it read.
	tag := e.raw("kim", "GET", "/api/v1/articles/"+a.ID, "Accept-Encoding", "gzip").Header().Get("ETag")
	e.patch("kim", "/api/v1/articles/"+a.ID, map[string]any{"owner": "second-line"}, "If-Match", tag).want(http.StatusOK)
	e.patch("kim", "/api/v1/articles/"+a.ID, map[string]any{"owner": "nobody"}, "If-Match", tag).
		want(http.StatusPreconditionFailed)
	if w := e.raw("", "GET", "/articles/"+a.Slug, "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("a changed article: %d", w.Code)
	}
}

// TestHeadersOfEveryPage requests every GET route as several readers: HEAD is like GET, and
// nothing that depends on the reader may be kept by a shared cache.
func TestHeadersOfEveryPage(t *testing.T) {
	w := newWorld(t)
	for _, r := range w.api.Routes() {
		if r.Method != http.MethodGet || r.Path == "/metrics" {
			continue
		}
		for _, who := range []string{"", "rita", "anna"} {
			path := w.paths(r.Path)[0]
			got, head := w.raw(who, "GET", path), w.raw(who, "HEAD", path)
			name := fmt.Sprintf("%s as %q", path, who)
			if head.Code != got.Code || head.Header().Get("Content-Type") != got.Header().Get("Content-Type") {
				t.Errorf("%s: HEAD is %d %s, GET %d %s", name, head.Code, head.Header().Get("Content-Type"),
					got.Code, got.Header().Get("Content-Type"))
			}
			public := strings.HasPrefix(r.Path, "/static/") || r.Path == "/api/v1/openapi.yaml"
			cache := got.Header().Get("Cache-Control")
			if public != strings.HasPrefix(cache, "public") ||
				!public && cache != "no-store" && !strings.HasPrefix(cache, "private") {
				t.Errorf("%s may be kept: %q", name, cache)
			}
			// A file is large and asked for again each time, by its content.
			file := strings.HasPrefix(path, "/files/") && cache == "private, no-cache"
			if !public && !file && who != "" && !strings.HasPrefix(path, "/api/") && cache != "no-store" {
				t.Errorf("%s stays in the browser after signing out: %q", name, cache)
			}
		}
	}
}
