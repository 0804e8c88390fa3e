// Package static serves the pages' style sheet, scripts and icon, which are embedded in
// the binary.
//
// It promises URLs that change with the content, so that browsers may cache a file
// indefinitely and never use an outdated one, and compresses each file only once. Of
// Deskbook's packages it imports only route and access.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
)

//go:embed app.css app.js stream.js icon.svg
var files embed.FS

// Files holds the static files.
type Files struct{ files map[string]file }

// file is a file in both forms in which it is served.
type file struct {
	version        string
	plain, gzipped []byte
}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// New reads the embedded files and compresses them.
func New() (*Files, error) {
	f := &Files{files: make(map[string]file)}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("static file %s: %w", e.Name(), err)
		}
		gzipped, err := compress(data)
		if err != nil {
			return nil, fmt.Errorf("compress static file %s: %w", e.Name(), err)
		}
		sum := sha256.Sum256(data)
		f.files[e.Name()] = file{version: hex.EncodeToString(sum[:6]), plain: data, gzipped: gzipped}
	}
	return f, nil
}

func compress(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// URL returns the URL of a file, including its version.
func (f *Files) URL(name string) string { return "/static/" + name + "?v=" + f.files[name].version }

// Routes returns the route of the files.
func (f *Files) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/static/:name", access.Public, f.serve, "Style sheet, scripts and icon"),
	}
}

func (f *Files) serve(c echo.Context) error {
	name := c.Param("name")
	found, ok := f.files[name]
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, types[path.Ext(name)])
	h.Set(echo.HeaderCacheControl, "public, no-cache")
	if c.QueryParam("v") == found.version {
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	content, tag := found.plain, found.version
	if acceptsGzip(c.Request()) {
		h.Set(echo.HeaderContentEncoding, "gzip")
		content, tag = found.gzipped, found.version+route.GzipTag
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(content))
	return nil
}

// acceptsGzip reports whether the client names gzip among the codings it accepts.
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(strings.Join(r.Header.Values(echo.HeaderAcceptEncoding), ","), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(weight, "q="), 64)
			return weight == "" || err == nil && q > 0
		}
	}
	return false
}
