package api

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"

	"github.com/deskbook/deskbook/api/route"
)

// compressible are the media types whose responses are compressed. Event streams are left
// out: each event must reach the client when it is sent.
var compressible = []string{
	"text/html", "text/plain", "text/css", "text/csv", "text/javascript", "text/markdown", "image/svg+xml",
	"application/json", "application/problem+json", "application/yaml",
}

const (
	// compressFrom is the size below which compressing saves no packet.
	compressFrom = 1024
	// compressLevel makes pages 3% longer than the default level does, in half the time.
	compressLevel = 3
)

// compressed compresses the responses of next for clients that accept gzip.
//
// The length of a compressed response reveals whether a text that somebody chose occurs in
// it a second time, next to a secret for example (BREACH). For that, another site makes the
// browser of someone who is signed in request pages with texts of its choice. Such requests,
// which browsers mark, get uncompressed responses. There is little to find besides: no page
// contains a CSRF token, the session cookie is not sent with another site's requests except
// when a link is followed, and a token or setup link is shown once, in response to a form,
// which other sites cannot send (docs/adr/018-compression.md).
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressFrom), gzhttp.CompressionLevel(compressLevel), gzhttp.ContentTypes(compressible),
		gzhttp.SuffixETag(route.GzipTag), gzhttp.EnableZstd(false),
	)
	if err != nil {
		return nil, err
	}
	compressing := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fromAnotherSite(r) {
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		compressing(w, r)
	}), nil
}

// fromAnotherSite reports whether the browser says that another site initiated the request.
// Programs other than browsers do not say where a request comes from.
func fromAnotherSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	default:
		return true
	}
}
