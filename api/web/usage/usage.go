// Package usage serves the pages on language model usage: figures by action and day,
// the remaining budgets, all calls and, for admins, the text that was sent.
//
// It promises that the text that was sent, which contains words from tickets, is shown
// to admins only. It imports no store and calls no language model.
package usage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/ask"
)

//go:embed usage.html call.html
var files embed.FS

const (
	pageSize    = 50
	defaultDays = 7
	maxReasons  = 3 // per day and action; further ones are counted
)

// Ledger stores the calls to language models.
type Ledger interface {
	port.CallLister
	// ModelCall returns a call with the text that was sent; fault.NotFound if there is none.
	ModelCall(ctx context.Context, id string) (ask.Call, error)
	// ModelFigures returns the calls since a time, without the text that was sent.
	ModelFigures(ctx context.Context, since time.Time) ([]ask.Call, error)
	// ModelBudgets returns how much of today's budgets is used, the total first.
	ModelBudgets(ctx context.Context) ([]ask.Budget, error)
}

// Deps holds the pages' dependencies. Configured reports whether the server was started
// with a language model.
type Deps struct {
	Ledger       Ledger
	ServiceModel func() *model.Service
	Configured   bool
	Now          func() time.Time
}

// Pages serves the pages under /usage.
type Pages struct {
	Deps
	list layout.View[List]
	call layout.View[Detail]
}

// List is what the overview shows.
type List struct {
	Configured    bool
	Budgets       []BudgetRow
	Days          int
	Spans         []int
	Rows          []Row
	Calls         []CallRow
	CanRead       bool // may read the text that was sent
	CanModel      bool // may read the service model
	RetentionDays int
	Pager         layout.Pager
}

// BudgetRow is a budget for today.
type BudgetRow struct {
	Of            string
	Tokens, Money Share
	Until         time.Time
}

// Share is how much of a limit is used.
type Share struct {
	Used, Limit, Left string
	Bounded, Out      bool
}

// Row is the usage of one action on one day.
type Row struct {
	ask.DayUsage
	More int // number of reasons not shown
}

// CallRow is a call in the list.
type CallRow struct {
	ask.Call
	State string // its outcome so far
}

// Detail is a call with the text that was sent.
type Detail struct {
	CallRow
	RetentionDays int
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	return p, errors.Join(
		layout.Load(site, files, &p.list, "usage.html"),
		layout.Load(site, files, &p.call, "call.html"),
	)
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/usage", access.ReadUsage, p.overview, "Language model usage").Costs(route.Reporting),
		route.New(http.MethodGet, "/usage.csv", access.ReadUsage, p.csv, "Language model usage by day as CSV").
			Costs(route.Reporting),
		route.New(http.MethodGet, "/usage/:call", access.ManageUsers, p.detail, "A language model call"),
	}
}

func (p *Pages) overview(c echo.Context) error {
	ctx, m, now := c.Request().Context(), p.ServiceModel(), p.Now()
	l := List{
		Configured: p.Configured, Spans: spans(),
		CanRead: route.Actor(c).Can(access.ManageUsers), CanModel: route.Actor(c).Staff(), RetentionDays: retentionDays(m),
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
		k.Sent = "" // not shown in the list
		l.Calls = append(l.Calls, CallRow{Call: k, State: k.OutcomeAt(now)})
	}
	l.Pager = layout.NewPager(c, next)
	return p.list.Render(c, http.StatusOK, "Language model usage", l)
}

// figures sums up the calls of the last days, including today.
func (p *Pages) figures(ctx context.Context, days int) ([]ask.DayUsage, error) {
	m, now := p.ServiceModel(), p.Now()
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
	d := Detail{CallRow: CallRow{Call: k, State: k.OutcomeAt(p.Now())}, RetentionDays: retentionDays(p.ServiceModel())}
	return p.call.Render(c, http.StatusOK, "Language model call "+c.Param("call"), d)
}

func retentionDays(m *model.Service) int { return int(m.AI().KeepSent / (24 * time.Hour)) }

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

// Action returns the display name of an action.
func Action(name string) string {
	switch name {
	case model.AIHandoff:
		return "Hand-off summaries"
	case model.AIAnswer:
		return "Answers"
	case model.AIDraft:
		return "Drafts"
	case "":
		return "Total"
	}
	return layout.Words(name)
}

// Money formats millionths of a currency unit, with more digits for small amounts.
func Money(millionths int64, currency string) string {
	digits := 2
	if millionths != 0 && millionths < 100_000 {
		digits = 4
	}
	return fmt.Sprintf("%.*f %s", digits, float64(millionths)/1e6, currency)
}

// number formats a count with thousands separators.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Name returns the name of the row's action.
func (r Row) Name() string { return Action(r.Action) }

// Tokens returns the row's tokens.
func (r Row) Tokens() string { return number(int64(r.PromptTokens + r.CompletionTokens)) }

// Price returns the row's cost.
func (r Row) Price() string { return Money(r.Cost, r.Currency) }

// Date returns the row's day.
func (r Row) Date() string { return r.Day.Format("2 January 2006") }

// Typical returns the median duration.
func (r Row) Typical() string { return seconds(r.P50) }

// Slow returns the 95th percentile of the duration.
func (r Row) Slow() string { return seconds(r.P95) }

// Name returns the name of the call's action.
func (c CallRow) Name() string { return Action(c.Action) }

// Tokens returns the number of tokens sent and received.
func (c CallRow) Tokens() string {
	return number(int64(c.PromptTokens)) + " + " + number(int64(c.CompletionTokens))
}

// Price returns the cost of the call.
func (c CallRow) Price() string { return Money(c.Cost, c.Currency) }

// Took returns the duration of the call.
func (c CallRow) Took() string { return seconds(c.Duration) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
