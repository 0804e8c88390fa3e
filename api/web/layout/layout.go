// Package layout holds what all pages share: the frame around a page (head,
// navigation, notices), the partial templates, form helpers, and a typed view that
// renders a page.
//
// It promises that a page which fails to parse or execute is reported when the server
// starts, not when someone opens it; that a response is written only once the whole
// page has been rendered; and that html/template escapes all text except article HTML,
// which comes from kb's renderer. It imports no store, no retrieval and no domain
// service.
package layout

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

//go:embed *.html
var partials embed.FS

// Site holds the dependencies of the frame.
type Site struct {
	// Asset returns the URL of a static file, including its version.
	Asset func(name string) string
	// AnonymousSearch reports whether visitors may search, and so see the search box.
	AnonymousSearch func() bool
}

// View renders a page whose template takes a T.
type View[T any] struct {
	site *Site
	tmpl *template.Template
}

// Load parses the page's template files, which must define "content", within the frame,
// into view. It executes the page with an empty T and with filled ones, so that references
// to missing fields are found when the server starts.
func Load[T any](site *Site, files fs.FS, view *View[T], patterns ...string) error {
	tmpl := template.New("frame.html").Funcs(functions(site))
	if _, err := tmpl.ParseFS(partials, "*.html"); err != nil {
		return fmt.Errorf("parse the frame: %w", err)
	}
	if _, err := tmpl.ParseFS(files, patterns...); err != nil {
		return fmt.Errorf("parse page %v: %w", patterns, err)
	}
	*view = View[T]{site: site, tmpl: tmpl}
	if err := view.check(); err != nil {
		return fmt.Errorf("execute page %v: %w", patterns, err)
	}
	return nil
}

// Execute renders the whole page to w.
func (v View[T]) Execute(w io.Writer, f Frame, content T) error {
	return v.tmpl.Execute(w, framed[T]{Frame: f, Content: content})
}

type framed[T any] struct {
	Frame
	Content T
}

// Render responds with the page. Pages depend on what the user may see, so shared
// caches must not store them.
func (v View[T]) Render(c echo.Context, status int, title string, content T) error {
	f := newFrame(c, v.site, title)
	var out bytes.Buffer
	if err := v.Execute(&out, f, content); err != nil {
		return fmt.Errorf("render %q: %w", title, err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	if f.Private {
		h.Set(echo.HeaderCacheControl, "no-store")
	}
	h.Add(echo.HeaderVary, echo.HeaderCookie)
	return c.Blob(status, echo.MIMETextHTMLCharsetUTF8, out.Bytes())
}

// SeeOther redirects the browser to another page after a form has been processed.
// target must be a path on this server; done is the key of the notice to show there, ""
// for none.
func SeeOther(c echo.Context, target, done string) error {
	return c.Redirect(http.StatusSeeOther, withNotice(target, done))
}

// BackTo returns a handler that redirects a GET of a form's address, where the browser
// is after the form failed, to the page with the form. Path parameters in target, such
// as ":id", are replaced by their values.
func BackTo(target string) echo.HandlerFunc {
	return func(c echo.Context) error {
		to := target
		for _, name := range c.ParamNames() {
			to = strings.ReplaceAll(to, ":"+name, url.PathEscape(c.Param(name)))
		}
		return SeeOther(c, to, "")
	}
}
