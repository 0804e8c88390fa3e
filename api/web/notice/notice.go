// Package notice is the page of the tasks and notices of the person who is signed in.
//
// It promises to show them nobody else's. It imports no store.
package notice

import (
	"embed"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

//go:embed notice.html
var files embed.FS

const pageSize = 50

// Page serves the page.
type Page struct {
	inbox port.Inbox
	view  layout.View[List]
}

// List is what the page shows.
type List struct {
	Rows  []Row
	Done  bool
	Pager layout.Pager
}

// Row is a task or notice.
type Row struct {
	desk.Notice
	URL string // what it is about, "" for nothing with a page
}

// New parses the page's template.
func New(site *layout.Site, inbox port.Inbox) (*Page, error) {
	p := &Page{inbox: inbox}
	return p, layout.Load(site, files, &p.view, "notice.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/notices", access.SignedIn, p.list, "Tasks and notices"),
		route.New(http.MethodPost, "/notices/:id/done", access.SignedIn, p.done, "Mark a task or notice as done"),
	}
}

func (p *Page) list(c echo.Context) error {
	l := List{Done: c.QueryParam("done") == "1"}
	before, _ := strconv.ParseInt(layout.Cursor(c), 10, 64)
	found, err := p.inbox.List(c.Request().Context(), route.Actor(c), l.Done, max(0, before), pageSize)
	if err != nil {
		return err
	}
	next := ""
	for _, n := range found {
		l.Rows = append(l.Rows, Row{n, address(n)})
	}
	if len(found) == pageSize {
		next = strconv.FormatInt(found[pageSize-1].Number, 10)
	}
	l.Pager = layout.NewPager(c, next)
	return p.view.Render(c, http.StatusOK, "Tasks and notices", l)
}

// address returns the page of what a notice is about.
func address(n desk.Notice) string {
	switch n.Object {
	case journal.Ticket:
		return "/tickets/" + n.ID
	case journal.Candidate:
		return "/problems#candidate-" + n.ID
	case journal.Problem:
		return "/problems/" + n.ID
	case journal.Article:
		return "/articles/" + n.ID
	case journal.Model:
		if n.Task {
			return "/model/proposals/" + n.ID
		}
		return "/model/versions/" + n.ID
	}
	return ""
}

func (p *Page) done(c echo.Context) error {
	number, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "there is no such notice")
	}
	if _, err := p.inbox.Done(c.Request().Context(), route.Actor(c), number); err != nil {
		return err
	}
	return layout.SeeOther(c, "/notices", "done")
}
