// Package static serves the pages' style sheet, scripts and icon, which are embedded in
// the binary.
//
// It promises URLs that change with the content, so that browsers may cache a file
// indefinitely and never use an outdated one. Of Deskbook's packages it imports only
// route and access.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
)

//go:embed app.css app.js stream.js icon.svg
var files embed.FS

// Files holds the static files with their versions.
type Files struct {
	content  map[string][]byte
	versions map[string]string
}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// New reads the embedded files.
func New() (*Files, error) {
	f := &Files{content: make(map[string][]byte), versions: make(map[string]string)}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("static file %s: %w", e.Name(), err)
		}
		sum := sha256.Sum256(data)
		f.content[e.Name()], f.versions[e.Name()] = data, hex.EncodeToString(sum[:6])
	}
	return f, nil
}

// URL returns the URL of a file, including its version.
func (f *Files) URL(name string) string { return "/static/" + name + "?v=" + f.versions[name] }

// Routes returns the route of the files.
func (f *Files) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/static/:name", access.Public, f.serve, "Style sheet, scripts and icon"),
	}
}

func (f *Files) serve(c echo.Context) error {
	name := c.Param("name")
	data, ok := f.content[name]
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, types[path.Ext(name)])
	h.Set("ETag", `"`+f.versions[name]+`"`)
	h.Set(echo.HeaderCacheControl, "public, no-cache")
	if c.QueryParam("v") == f.versions[name] {
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(data))
	return nil
}
