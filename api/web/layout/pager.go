package layout

import (
	"net/url"

	"github.com/labstack/echo/v4"
)

// maxTrail bounds how many pages back a pager remembers.
const maxTrail = 50

// Pager links to the next and the previous page of a list that is read by cursor.
// Cursors only lead forward, so the address carries the cursors of the pages before.
type Pager struct {
	Next string // address, "" on the last page
	Prev string // address, "" on the first page
}

// Any reports whether there is another page.
func (p Pager) Any() bool { return p.Next != "" || p.Prev != "" }

// Cursor gives the cursor of the page that is asked for, "" for the first.
func Cursor(c echo.Context) string { return c.QueryParam("after") }

// NewPager makes the links around the page shown; next is the cursor that follows
// it, "" when it is the last.
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
