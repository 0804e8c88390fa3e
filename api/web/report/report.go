// Package report serves the pages on the desk's measures: all of them over a window with their
// trends, and each with the tickets that make it up.
//
// It imports no store; the numbers come from package measure, which computes them from events.
package report

import (
	"embed"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

//go:embed report.html measure.html sign.html filter.html
var files embed.FS

const (
	pageSize = 50
	// defaultDays is the window of a page that nobody chose one for.
	defaultDays = 28
)

// Deps holds the pages' dependencies.
type Deps struct {
	Measures     port.Measures
	ServiceModel func() *model.Service
	Now          func() time.Time
}

// Pages serves the pages under /report.
type Pages struct {
	Deps
	all layout.View[All]
	one layout.View[One]

	sign layout.View[Signs]
}

// All is what the overview shows.
type All struct {
	Filter   Filter
	Rows     []Row
	Ages     []AgeRow
	Empty    bool // nothing happened in the window
	CSV      string
	SignsURL string
}

// One is what the page of a measure shows.
type One struct {
	Filter  Filter
	Row     Row
	Chart   Chart
	Tickets []TicketRow
	Sorts   bool // has rows that do not count
	CSV     string
	CanOpen bool
	Pager   layout.Pager
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	return p, errors.Join(
		layout.Load(site, files, &p.all, "report.html", "filter.html"),
		layout.Load(site, files, &p.one, "measure.html", "filter.html"),
		layout.Load(site, files, &p.sign, "sign.html", "filter.html"),
	)
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	get := func(path string, h echo.HandlerFunc, summary string) route.Route {
		return route.New(http.MethodGet, path, access.ReadReports, h, summary).Costs(route.Reporting)
	}
	return []route.Route{
		get("/report", p.overview, "Measures of the desk"),
		get("/report.csv", p.overviewCSV, "Measures of the desk as CSV"),
		get("/report/signs", p.signs, "Tickets that may make numbers look better than the work"),
		get("/report/:measure", p.measure, "A measure with the tickets that make it up"),
		get("/report/:measure/rows.csv", p.rowsCSV, "The tickets that make up a measure as CSV"),
	}
}

func (p *Pages) report(c echo.Context) (measure.Report, Filter, error) {
	f, err := p.filter(c)
	if err != nil {
		return measure.Report{}, f, err
	}
	r, err := p.Measures.Report(c.Request().Context(), route.Actor(c), f.query)
	return r, f, err
}

func (p *Pages) overview(c echo.Context) error {
	r, f, err := p.report(c)
	if err != nil {
		return err
	}
	f.Action = "/report"
	a := All{Filter: f, CSV: "/report.csv" + f.suffix(), SignsURL: "/report/signs" + f.suffix(), Empty: true}
	for i, v := range r.Values {
		row := rowOf(v, trend(r.Series, i))
		row.URL = "/report/" + v.Name + f.suffix()
		row.Thresholds = thresholds(p.ServiceModel().Thresholds, v)
		a.Rows = append(a.Rows, row)
		a.Empty = a.Empty && v.N == 0
	}
	a.Ages = ageRows(r.Ages)
	return p.all.Render(c, http.StatusOK, "Report", a)
}

func (p *Pages) overviewCSV(c echo.Context) error {
	r, _, err := p.report(c)
	if err != nil {
		return err
	}
	return measure.WriteReport(asCSV(c, "measures.csv"), r)
}

// find returns the measure of the address; fault.NotFound if there is none.
func find(c echo.Context) (measure.Measure, error) {
	m, ok := measure.Find(c.Param("measure"))
	if !ok {
		return m, fault.New(fault.NotFound, "there is no measure %q", c.Param("measure"))
	}
	return m, nil
}

func (p *Pages) measure(c echo.Context) error {
	m, err := find(c)
	if err != nil {
		return err
	}
	r, f, err := p.report(c)
	if err != nil {
		return err
	}
	f.Action = "/report/" + m.Name
	o := One{Filter: f, CSV: f.Action + "/rows.csv" + f.suffix(), CanOpen: route.Actor(c).Can(access.OpenTickets)}
	for i, v := range r.Values {
		if v.Name == m.Name {
			o.Row, o.Chart = rowOf(v, trend(r.Series, i)), chart(r, i, f.Zone)
			o.Row.Thresholds = thresholds(p.ServiceModel().Thresholds, v)
		}
	}
	rows, next, err := measure.Page(pageSize, p.rows(c, m, f.query, layout.Cursor(c)))
	if err != nil {
		return err
	}
	for _, row := range rows {
		o.Tickets = append(o.Tickets, ticketRow(m, row))
		o.Sorts = o.Sorts || !row.Counts
	}
	o.Pager = layout.NewPager(c, next)
	return p.one.Render(c, http.StatusOK, m.Title, o)
}

func (p *Pages) rows(
	c echo.Context, m measure.Measure, q measure.Query, after string,
) func(func(measure.Row) bool) error {
	return func(fn func(measure.Row) bool) error {
		return p.Measures.Rows(c.Request().Context(), route.Actor(c), m, q, after, fn)
	}
}

func (p *Pages) rowsCSV(c echo.Context) error {
	m, err := find(c)
	if err != nil {
		return err
	}
	f, err := p.filter(c)
	if err != nil {
		return err
	}
	return measure.WriteRows(asCSV(c, m.Name+".csv"), p.rows(c, m, f.query, ""))
}

func asCSV(c echo.Context, name string) io.Writer {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Response()
}

// Filter is what the page measures, and what the form shows.
type Filter struct {
	Action     string
	From, To   string // dates
	Zone       string
	Pending    string
	Fields     []Field
	Limited    bool   // to some of the tickets
	AllURL     string // the same window without filters
	query      measure.Query
	parameters url.Values
}

// Field is a list to choose from.
type Field struct {
	Name, Label string
	Options     []Option
}

// Option is a value of a list.
type Option struct {
	Value, Label string
	Selected     bool
}

// filter reads the query of the page. Without a window, it is the last days.
func (p *Pages) filter(c echo.Context) (Filter, error) {
	m := p.ServiceModel()
	rules := measure.RulesOf(m)
	zone := rules.Zone
	if zone == nil {
		zone = time.UTC
	}
	today := p.Now().In(zone)
	f := Filter{
		From: c.QueryParam("from"), To: c.QueryParam("to"), Pending: c.QueryParam("pending"), Zone: zone.String(),
		parameters: url.Values{},
	}
	if f.From == "" && f.To == "" {
		f.From, f.To = today.AddDate(0, 0, 1-defaultDays).Format(time.DateOnly), today.Format(time.DateOnly)
	}
	get := func(name string) string {
		switch name {
		case "from":
			return f.From
		case "to":
			return f.To
		}
		return c.QueryParam(name)
	}
	var err error
	if f.query, err = measure.ParseQuery(get, zone); err != nil {
		return f, err
	}
	for _, name := range measure.Parameters() {
		if v := get(name); v != "" {
			f.parameters.Set(name, v)
		}
	}
	f.Fields = fields(m, get)
	window := url.Values{"from": {f.From}, "to": {f.To}}
	f.Limited, f.AllURL = len(f.parameters) > 2, "?"+window.Encode()
	return f, nil
}

// Back returns the query with which the overview measures the same.
func (f Filter) Back() string { return f.suffix() }

// suffix returns the query of an address that measures the same.
func (f Filter) suffix() string { return "?" + f.parameters.Encode() }

func fields(m *model.Service, get func(string) string) []Field {
	group, service := Field{Name: "group", Label: "Group"}, Field{Name: "service", Label: "Service"}
	category, priority := Field{Name: "category", Label: "Category"}, Field{Name: "priority", Label: "Priority"}
	kind, channel := Field{Name: "type", Label: "Type"}, Field{Name: "channel", Label: "Channel"}
	for _, g := range m.Groups {
		group.Options = append(group.Options, Option{Value: g.Name, Label: g.Title})
	}
	for _, s := range m.Services {
		service.Options = append(service.Options, Option{Value: s.Name, Label: s.Title})
	}
	for _, k := range m.Categories {
		category.Options = append(category.Options, Option{Value: k.Name, Label: k.Title})
	}
	for n := 1; n <= 5; n++ {
		priority.Options = append(priority.Options, Option{Value: strconv.Itoa(n), Label: "P" + strconv.Itoa(n)})
	}
	for _, t := range []model.Type{model.Incident, model.Request, model.Question, model.Change} {
		kind.Options = append(kind.Options, Option{Value: string(t), Label: layout.Words(t)})
	}
	for _, ch := range []model.Channel{model.Portal, model.API, model.Mail, model.Phone, model.Direct, model.VIP} {
		channel.Options = append(channel.Options, Option{Value: string(ch), Label: layout.Words(ch)})
	}
	out := []Field{group, service, category, priority, kind, channel}
	for i, f := range out {
		chosen := get(f.Name)
		known := chosen == ""
		for j := range f.Options {
			f.Options[j].Selected = f.Options[j].Value == chosen
			known = known || f.Options[j].Selected
		}
		if !known { // of tickets that came from another tool, or of an earlier service model
			out[i].Options = append(out[i].Options, Option{Value: chosen, Label: chosen, Selected: true})
		}
	}
	return out
}
