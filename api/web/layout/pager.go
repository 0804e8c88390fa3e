package layout

import (
	"net/url"

	"github.com/labstack/echo/v4"
)

// maxTrail is how many previous pages a pager remembers.
const maxTrail = 50

// Pager links to the next and the previous page of a list that uses cursors. Cursors
// only lead forward, so the URL includes the cursors of the previous pages.
type Pager struct {
	Next string // URL, "" on the last page
	Prev string // URL, "" on the first page
}

// Any reports whether there is another page.
func (p Pager) Any() bool { return p.Next != "" || p.Prev != "" }

// Cursor returns the cursor of the requested page, "" for the first.
func Cursor(c echo.Context) string { return c.QueryParam("after") }

// NewPager returns the links around the current page. next is the cursor of the
// following page, "" on the last.
func NewPager(c echo.Context, next string) Pager {
	here := c.Request().URL
	query := here.Query()
	trail, after := query["back"], query.Get("after")
	var p Pager
	if next != "" {
		q := clone(query)
		q.Set("after", next)
		longer := append(append([]string{}, trail...), after)
		if len(longer) > maxTrail {
			longer = longer[len(longer)-maxTrail:]
		}
		q["back"] = longer
		p.Next = here.Path + "?" + q.Encode()
	}
	if after == "" {
		return p
	}
	q := clone(query)
	q.Del("after")
	q.Del("back")
	if n := len(trail); n > 0 {
		if trail[n-1] != "" {
			q.Set("after", trail[n-1])
		}
		if n > 1 {
			q["back"] = trail[:n-1]
		}
	}
	p.Prev = here.Path
	if len(q) > 0 {
		p.Prev += "?" + q.Encode()
	}
	return p
}

func clone(v url.Values) url.Values {
	out := make(url.Values, len(v))
	for k, s := range v {
		if k != noticeParam {
			out[k] = append([]string{}, s...)
		}
	}
	return out
}
