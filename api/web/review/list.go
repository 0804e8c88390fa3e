package review

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/kb"
)

const pageSize = 25

// List is the review queue.
type List struct {
	Status kb.DraftStatus // "" for all
	Ticket string
	Tabs   []Tab
	Rows   []Row
	Pager  layout.Pager
	// Quality reports on the decisions of the last Days days; nil on further pages.
	Quality *kb.QualityReport
	Days    int
}

// qualityDays is how far back the quality figures go.
const qualityDays = 90

// Tab is a tab for one status.
type Tab struct {
	Label, URL string
	Current    bool
}

// Row is a draft in the queue.
type Row struct {
	kb.Draft
	AuthorName string
	Failed     int // number of checks that did not pass
}

func (p *Pages) index(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	l := List{Status: kb.InReview, Ticket: c.QueryParam("ticket")}
	switch s := c.QueryParam("status"); s {
	case "":
		if l.Ticket != "" {
			l.Status = "" // all drafts from a ticket, whatever their status
		}
	case "all":
		l.Status = ""
	default:
		l.Status = kb.DraftStatus(s)
	}
	page, err := p.Knowledge.Drafts(ctx, actor, kb.DraftFilter{
		Status: l.Status, Ticket: l.Ticket, After: layout.Cursor(c), Limit: pageSize,
	})
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(page.Drafts))
	for _, d := range page.Drafts {
		ids = append(ids, d.Author)
	}
	names, err := p.names(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range page.Drafts {
		l.Rows = append(l.Rows, Row{Draft: d, AuthorName: names[d.Author], Failed: failed(d)})
	}
	if layout.Cursor(c) == "" {
		q, err := p.Knowledge.Quality(ctx, actor, p.Now().AddDate(0, 0, -qualityDays))
		if err != nil {
			return err
		}
		l.Quality, l.Days = &q, qualityDays
	}
	l.Pager = layout.NewPager(c, page.Next)
	l.Tabs = tabs(l.Status)
	return p.list.Render(c, http.StatusOK, "Reviews", l)
}

func failed(d kb.Draft) int {
	n := 0
	for _, check := range d.Checks {
		if !check.Passed {
			n++
		}
	}
	return n
}

func tabs(now kb.DraftStatus) []Tab {
	var out []Tab
	for _, s := range []kb.DraftStatus{kb.InReview, kb.ChangesRequested, kb.InDraft, kb.Approved, kb.Rejected} {
		out = append(out, Tab{Label: layout.Words(s), URL: "/reviews?status=" + string(s), Current: s == now})
	}
	return append(out, Tab{Label: "All", URL: "/reviews?status=all", Current: now == ""})
}
