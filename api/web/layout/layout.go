// Package layout is what every page shares: the frame around it (head, navigation,
// notices), the partial templates, and a typed view that a page is rendered through.
//
// It promises that a page which does not parse or does not execute fails when the
// server starts, not when somebody opens it; that a response is written only when
// the whole page was rendered; and that all text is escaped by html/template but
// for articles' HTML, which comes from kb.Render. It imports no store, no retrieval
// and no domain service.
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

// Site is what the frame of every page needs.
type Site struct {
	// Asset gives the address of a static file, with its version.
	Asset func(name string) string
	// SearchOpen says whether visitors may search; it decides whether the frame shows
	// them a search box.
	SearchOpen func() bool
}

// View renders one page whose template is executed with a T.
type View[T any] struct {
	site *Site
	tmpl *template.Template
}

// Load parses the page's template files, which define "content" (and may define
// more), within the frame, and executes the page with an empty and with full Ts, so
// that a name that T does not have is found at start.
func Load[T any](site *Site, files fs.FS, patterns ...string) (View[T], error) {
	tmpl := template.New("frame.html").Funcs(functions(site))
	if _, err := tmpl.ParseFS(partials, "*.html"); err != nil {
		return View[T]{}, fmt.Errorf("parse the frame: %w", err)
	}
	if _, err := tmpl.ParseFS(files, patterns...); err != nil {
		return View[T]{}, fmt.Errorf("parse page %v: %w", patterns, err)
	}
	v := View[T]{site: site, tmpl: tmpl}
	if err := v.try(); err != nil {
		return View[T]{}, fmt.Errorf("execute page %v: %w", patterns, err)
	}
	return v, nil
}

// Execute writes the whole page.
func (v View[T]) Execute(w io.Writer, f Frame, content T) error {
	return v.tmpl.Execute(w, framed[T]{Frame: f, Content: content})
}

type framed[T any] struct {
	Frame
	Content T
}

// Render answers the request with the page. Pages hold what a person is allowed to
// see, so shared caches must not keep them.
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

// SeeOther sends the browser to another page after a form was worked off. target
// must be a path of this server; done names the notice to show there, "" for none.
func SeeOther(c echo.Context, target, done string) error {
	return c.Redirect(http.StatusSeeOther, withNotice(target, done))
}

// BackTo answers a GET of a form's address, which is where a browser stands after a
// form that failed, with the page that the form is on. A colon in target is replaced
// by the path's parameter of that name.
func BackTo(target string) echo.HandlerFunc {
	return func(c echo.Context) error {
		to := target
		for _, name := range c.ParamNames() {
			to = strings.ReplaceAll(to, ":"+name, url.PathEscape(c.Param(name)))
		}
		return SeeOther(c, to, "")
	}
}
