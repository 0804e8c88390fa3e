package ticket

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
)

const pageSize = 25

// active are the statuses of tickets that still need work.
var active = []desk.Status{desk.New, desk.Open, desk.Pending, desk.OnHold}

var allStatuses = append(slices.Clone(active), desk.Resolved, desk.Closed)

// List is the queue or a requester's own tickets.
type List struct {
	Queue   bool // whether this is the queue
	Tabs    []Tab
	View    string
	Group   string
	Status  string // "" for all active statuses, "any", or one status
	Text    string
	Bypass  bool
	Overdue model.TargetKind // "" for all
	Kinds   []model.TargetKind
	Choices []desk.Status
	Counts  desk.Counts

	Tickets []desk.Ticket
	Names   map[string]string // of assignees, by user ID
	Titles  map[string]string // of groups, by name
	Pager   layout.Pager
}

// Tab is a tab for one view of the queue.
type Tab struct {
	Label   string
	URL     string
	Count   int // -1 for no count
	Current bool
}

func (p *Pages) index(c echo.Context) error {
	actor := route.Actor(c)
	if !route.SeesAllTickets(actor) {
		return p.own(c, actor)
	}
	ctx := c.Request().Context()
	l := List{
		Queue: true, View: c.QueryParam("view"), Group: c.QueryParam("group"), Status: c.QueryParam("status"),
		Text: c.QueryParam("text"), Bypass: c.QueryParam("bypass") == "1", Choices: allStatuses,
		Kinds: []model.TargetKind{model.FirstResponse, model.Resolution, model.UpdateTarget},
	}
	if k := model.TargetKind(c.QueryParam("overdue")); slices.Contains(l.Kinds, k) {
		l.Overdue = k
	}
	page, err := p.Desk.Tickets(ctx, actor, l.filter(actor, layout.Cursor(c)))
	if err != nil {
		return err
	}
	if l.Counts, err = p.Desk.Counts(ctx, actor); err != nil {
		return err
	}
	l.Tickets, l.Pager = page.Tickets, layout.NewPager(c, page.Next)
	l.Tabs, l.Titles = p.tabs(l), titles(p.ServiceModel())
	ids := make([]string, 0, len(l.Tickets))
	for _, t := range l.Tickets {
		ids = append(ids, t.Assignee)
	}
	if l.Names, err = p.People.Names(ctx, ids); err != nil {
		return err
	}
	return p.list.Render(c, http.StatusOK, "Queue", l)
}

// own shows a requester's tickets, to which the desk limits the list.
func (p *Pages) own(c echo.Context, actor access.Actor) error {
	page, err := p.Desk.Tickets(c.Request().Context(), actor, desk.Filter{After: layout.Cursor(c), Limit: pageSize})
	if err != nil {
		return err
	}
	return p.list.Render(c, http.StatusOK, "My tickets", List{
		Tickets: page.Tickets, Pager: layout.NewPager(c, page.Next),
	})
}

func (l List) filter(actor access.Actor, after string) desk.Filter {
	f := desk.Filter{ByPriority: true, Bypass: l.Bypass, Text: l.Text, Overdue: l.Overdue, After: after, Limit: pageSize}
	switch l.Status {
	case "":
		f.Statuses = active
	case "any":
		f.ByPriority = false
	default:
		f.Statuses = []desk.Status{desk.Status(l.Status)}
		f.ByPriority = !desk.Status(l.Status).Ended()
	}
	switch l.View {
	case "mine":
		f.Assignee = actor.ID
	case "unassigned":
		f.Unassigned = true
	case "group":
		f.Group = l.Group
	}
	return f
}

func (p *Pages) tabs(l List) []Tab {
	activeCount := 0
	for _, s := range active {
		activeCount += l.Counts.ByStatus[s]
	}
	tabs := []Tab{
		{Label: "All", URL: "/tickets", Count: activeCount, Current: l.View == "" || l.View == "all"},
		{Label: "Mine", URL: "/tickets?view=mine", Count: -1, Current: l.View == "mine"},
		{Label: "Unassigned", URL: "/tickets?view=unassigned", Count: -1, Current: l.View == "unassigned"},
	}
	for _, g := range p.ServiceModel().Groups {
		tabs = append(tabs, Tab{
			Label: orName(g.Title, g.Name), URL: "/tickets?view=group&group=" + url.QueryEscape(g.Name),
			Count: l.Counts.ByGroup[g.Name], Current: l.View == "group" && l.Group == g.Name,
		})
	}
	return tabs
}

// titles returns the titles of the service model's groups by name.
func titles(m *model.Service) map[string]string {
	out := make(map[string]string)
	for _, g := range m.Groups {
		out[g.Name] = orName(g.Title, g.Name)
	}
	return out
}

func orName(title, name string) string {
	if title != "" {
		return title
	}
	return name
}
