// Package gap is the page that lists gaps in the knowledge base: searches, questions
// and tickets that no article helped with, in groups of similar wording.
//
// It promises not to name the people who searched or asked. It imports no store.
package gap

import (
	"embed"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
)

//go:embed gap.html
var files embed.FS

const pageSize = 25

// Page serves the gaps page.
type Page struct {
	gaps port.GapLister
	view layout.View[List]
}

// List is what the page shows.
type List struct {
	Rows     []Row
	Total    int
	Volume   int
	Days     int
	Spans    []int
	Kind     desk.GapKind
	Kinds    []desk.GapKind
	Pager    layout.Pager
	CanWrite bool
	CanOpen  bool // may open the tickets
}

// Row is a group of gaps.
type Row struct {
	desk.GapGroup
	Counts []Count
	// NewURL opens the form for a new article with the wording as its title.
	NewURL string
}

// Count is the number of gaps of one kind in a group.
type Count struct {
	Label string
	N     int
}

// labels describe the kinds of gaps.
var labels = map[desk.GapKind]string{
	desk.GapNoArticle:  "resolved without an article",
	desk.GapNoResult:   "found nothing",
	desk.GapBelowFloor: "found no close match",
	desk.GapRefused:    "not answered",
}

// New parses the page's template.
func New(site *layout.Site, gaps port.GapLister) (*Page, error) {
	p := &Page{gaps: gaps}
	return p, layout.Load(site, files, &p.view, "gap.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/gaps", access.ReadReports, p.list, "Gaps in the knowledge base"),
	}
}

func (p *Page) list(c echo.Context) error {
	actor := route.Actor(c)
	l := List{
		Days: desk.DefaultGapDays, Spans: []int{7, 30, 90, 365}, Kinds: desk.GapKinds(),
		CanWrite: actor.Can(access.WriteArticles), CanOpen: actor.Can(access.OpenTickets),
	}
	if days, err := strconv.Atoi(c.QueryParam("days")); err == nil && slices.Contains(l.Spans, days) {
		l.Days = days
	}
	if kind := desk.GapKind(c.QueryParam("kind")); slices.Contains(l.Kinds, kind) {
		l.Kind = kind
	}
	got, err := p.gaps.List(c.Request().Context(), actor, desk.GapFilter{
		Days: l.Days, Kind: l.Kind, After: layout.Cursor(c), Limit: pageSize,
	})
	if err != nil {
		return err
	}
	l.Total, l.Volume, l.Pager = got.Total, got.Volume, layout.NewPager(c, got.Next)
	for _, g := range got.Groups {
		l.Rows = append(l.Rows, rowOf(g))
	}
	return p.view.Render(c, http.StatusOK, "Gaps", l)
}

func rowOf(g desk.GapGroup) Row {
	r := Row{GapGroup: g, NewURL: "/articles/new?title=" + url.QueryEscape(g.Wording)}
	for _, k := range desk.GapKinds() {
		if n := g.Kinds[k]; n > 0 {
			r.Counts = append(r.Counts, Count{labels[k], n})
		}
	}
	return r
}

// Label returns the description of a kind of gap.
func (l List) Label(k desk.GapKind) string { return route.Sentence(labels[k]) }

// Took returns how long the group's tickets took to resolve.
func (r Row) Took() string { return span(r.Resolve) }

// Costs returns the cost of the gap.
func (r Row) Costs() string { return span(r.Cost()) }

// span formats a duration in a suitable unit.
func span(d time.Duration) string {
	switch h := d.Hours(); {
	case h < 1:
		return fmt.Sprintf("%d min", int(math.Ceil(d.Minutes())))
	case h < 48:
		return fmt.Sprintf("%.1f h", h)
	default:
		return fmt.Sprintf("%.1f days", h/24)
	}
}
