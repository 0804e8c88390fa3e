// Package usage is the page of what language models were asked: by action and day,
// what is left of the budgets, every call, and for an admin what was sent.
//
// It promises that what was sent, which holds words of tickets, is shown to an admin
// only. It imports no store and asks no model.
package usage

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/ask"
)

//go:embed usage.html call.html
var files embed.FS

const (
	pageSize    = 50
	defaultDays = 7
	maxReasons  = 3 // of a day and action, the rest is counted
)

// Ledger keeps the calls to language models.
type Ledger interface {
	// ModelCalls lists calls, newest first, with what was sent.
	ModelCalls(ctx context.Context, after string, limit int) (calls []ask.Call, next string, err error)
	// ModelCall gives one call with what was sent; fault.NotFound when there is none.
	ModelCall(ctx context.Context, id string) (ask.Call, error)
	// ModelFigures lists the calls since a moment without what was sent.
	ModelFigures(ctx context.Context, since time.Time) ([]ask.Call, error)
	// ModelBudgets says what of today's budgets is used, all together first.
	ModelBudgets(ctx context.Context) ([]ask.Budget, error)
}

// Deps is what the pages need. Configured says whether the server was started with a
// model.
type Deps struct {
	Ledger     Ledger
	Model      func() *desk.ServiceModel
	Configured bool
	Now        func() time.Time
}

// Pages handles everything below /usage.
type Pages struct {
	Deps
	list layout.View[List]
	call layout.View[Detail]
}

// List is what the overview shows.
type List struct {
	Configured bool
	Budgets    []BudgetRow
	Days       int
	Spans      []int
	Rows       []Row
	Calls      []CallRow
	CanRead    bool // what was sent
	CanModel   bool // the service model
	KeepDays   int
	Pager      layout.Pager
}

// BudgetRow is one of today's budgets.
type BudgetRow struct {
	Of            string
	Tokens, Money Share
	Until         time.Time
}

// Share is how much of a bound is used.
type Share struct {
	Used, Limit, Left string
	Bounded, Out      bool
}

// Row is one action on one day.
type Row struct {
	ask.DayUsage
	More int // reasons that are not shown
}

// CallRow is one call.
type CallRow struct {
	ask.Call
	State string // how it ended, as far as is known
}

// Detail is one call with what was sent.
type Detail struct {
	CallRow
	KeepDays int
}

// New parses the pages.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	var err error
	if p.list, err = layout.Load[List](site, files, "usage.html"); err != nil {
		return nil, err
	}
	p.call, err = layout.Load[Detail](site, files, "call.html")
	return p, err
}

// Routes lists the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/usage", Permission: access.ReadUsage, Handler: p.overview, Summary: "What language models were asked"},
		{Method: http.MethodGet, Path: "/usage.csv", Permission: access.ReadUsage, Handler: p.sheet, Summary: "What language models were asked, by day, as a table for other programs"},
		{Method: http.MethodGet, Path: "/usage/:call", Permission: access.ManageUsers, Handler: p.detail, Summary: "What one call sent"},
	}
}

func (p *Pages) overview(c echo.Context) error {
	ctx, m, now := c.Request().Context(), p.Model(), p.Now()
	l := List{
		Configured: p.Configured, Spans: spans(),
		CanRead: route.Actor(c).Can(access.ManageUsers), CanModel: route.Actor(c).Staff(), KeepDays: keepDays(m),
	}
	l.Days = days(c, l.Spans)
	budgets, err := p.Ledger.ModelBudgets(ctx)
	if err != nil {
		return err
	}
	for _, b := range budgets {
		l.Budgets = append(l.Budgets, budgetRow(b))
	}
	figures, err := p.figures(ctx, l.Days)
	if err != nil {
		return err
	}
	for _, d := range figures {
		r := Row{DayUsage: d}
		if len(r.Reasons) > maxReasons {
			r.More, r.Reasons = len(r.Reasons)-maxReasons, r.Reasons[:maxReasons]
		}
		l.Rows = append(l.Rows, r)
	}
	calls, next, err := p.Ledger.ModelCalls(ctx, layout.Cursor(c), pageSize)
	if err != nil {
		return err
	}
	for _, k := range calls {
		k.Sent = "" // the list has no use for it
		l.Calls = append(l.Calls, CallRow{Call: k, State: k.OutcomeAt(now)})
	}
	l.Pager = layout.NewPager(c, next)
	return p.list.Render(c, http.StatusOK, "Model usage", l)
}

// figures sums the calls of the last days, today included.
func (p *Pages) figures(ctx context.Context, days int) ([]ask.DayUsage, error) {
	m, now := p.Model(), p.Now()
	midnight := func(at time.Time) time.Time { from, _ := m.Day(at); return from }
	calls, err := p.Ledger.ModelFigures(ctx, midnight(now).AddDate(0, 0, 1-days))
	return ask.Tally(calls, midnight, now), err
}

func spans() []int { return []int{1, 7, 30, 90} }

func days(c echo.Context, allowed []int) int {
	if n, err := strconv.Atoi(c.QueryParam("days")); err == nil && slices.Contains(allowed, n) {
		return n
	}
	return defaultDays
}

func (p *Pages) detail(c echo.Context) error {
	k, err := p.Ledger.ModelCall(c.Request().Context(), c.Param("call"))
	if err != nil {
		return err
	}
	d := Detail{CallRow: CallRow{Call: k, State: k.OutcomeAt(p.Now())}, KeepDays: keepDays(p.Model())}
	return p.call.Render(c, http.StatusOK, "Model call "+c.Param("call"), d)
}

func keepDays(m *desk.ServiceModel) int { return int(m.AI().KeepSent / (24 * time.Hour)) }

func budgetRow(b ask.Budget) BudgetRow {
	r := BudgetRow{Of: Action(b.Action), Until: b.Until}
	r.Tokens = share(int64(b.Tokens), int64(b.TokenLimit), number)
	r.Money = share(b.Cost, b.CostLimit, func(n int64) string { return Money(n, b.Currency) })
	return r
}

func share(used, limit int64, show func(int64) string) Share {
	s := Share{Used: show(used), Bounded: limit >= 0}
	if s.Bounded {
		s.Limit, s.Left, s.Out = show(limit), show(max(0, limit-used)), used >= limit
	}
	return s
}

// Action names an action for a person.
func Action(name string) string {
	switch name {
	case desk.AIHandoff:
		return "Hand-off summaries"
	case desk.AIAnswer:
		return "Answers"
	case desk.AIDraft:
		return "Drafts"
	case "":
		return "All together"
	}
	return layout.Words(name)
}

// Money shows millionths of a currency: cents where there are some, more digits where
// a call costs less than one.
func Money(millionths int64, currency string) string {
	digits := 2
	if millionths != 0 && millionths < 100_000 {
		digits = 4
	}
	return fmt.Sprintf("%.*f %s", digits, float64(millionths)/1e6, currency)
}

// number shows a count with separated thousands.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Name names the row's action.
func (r Row) Name() string { return Action(r.Action) }

// Tokens shows the row's tokens.
func (r Row) Tokens() string { return number(int64(r.PromptTokens + r.CompletionTokens)) }

// Price shows the row's cost.
func (r Row) Price() string { return Money(r.Cost, r.Currency) }

// Date shows the row's day.
func (r Row) Date() string { return r.Day.Format("2 January 2006") }

// Typical shows how long the middle call took.
func (r Row) Typical() string { return seconds(r.P50) }

// Slow shows how long one call of twenty took or more.
func (r Row) Slow() string { return seconds(r.P95) }

// Name names the call's action.
func (c CallRow) Name() string { return Action(c.Action) }

// Tokens shows what was sent and received.
func (c CallRow) Tokens() string {
	return number(int64(c.PromptTokens)) + " + " + number(int64(c.CompletionTokens))
}

// Price shows what the call cost.
func (c CallRow) Price() string { return Money(c.Cost, c.Currency) }

// Took shows how long the call took.
func (c CallRow) Took() string { return seconds(c.Duration) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
