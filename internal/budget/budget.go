// Package budget holds the calls to language models within the daily budgets of the
// service model and records each of them.
//
// Concurrent calls cannot exceed a budget together, and a restart forgets nothing. The
// package knows no HTTP and no language model.
package budget

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/summarize"
)

// Deps are the dependencies of a Ledger. All fields are required.
type Deps struct {
	Store *store.Store
	Model func() *desk.ServiceModel
	Now   func() time.Time
	Log   *slog.Logger
}

// Ledger admits the calls to language models within the budgets and records them in the
// store.
type Ledger struct{ deps Deps }

// New returns a Ledger.
func New(d Deps) *Ledger { return &Ledger{deps: d} }

// Reserve records a call before it is made and returns its id; when the call does not
// fit into the day's budgets, the error is fault.RateLimited.
func (l *Ledger) Reserve(ctx context.Context, c summarize.Call) (int64, error) {
	m := l.deps.Model()
	ai := m.AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if ai.KeepSent == 0 {
		c.Sent = ""
	}
	from, until := m.Day(l.deps.Now())
	action, all := ai.Action(c.Action).Budget, ai.Budget
	limits := []store.CallLimit{
		{Action: c.Action, Since: from, Tokens: action.Tokens, Cost: millionths(action.Money)},
		{Since: from, Tokens: all.Tokens, Cost: millionths(all.Money)},
	}
	id, over, err := l.deps.Store.ReserveCall(ctx, c, limits)
	if err != nil {
		return 0, fmt.Errorf("reserve a model call: %w", err)
	}
	if over < 0 {
		return id, nil
	}
	budget := "for language models"
	if limits[over].Action != "" {
		budget = "for this kind of text (" + c.Action + ")"
	}
	return 0, fault.New(fault.RateLimited, "the daily budget %s is used up until %s",
		budget, until.Format("2 January, 15:04 MST"))
}

// Settle records what a call used. An error is only logged: the call has been made, its
// text is still checked, and its reservation still counts.
func (l *Ledger) Settle(ctx context.Context, c summarize.Call) {
	ai := l.deps.Model().AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if err := l.deps.Store.SettleCall(context.WithoutCancel(ctx), c); err != nil {
		l.deps.Log.ErrorContext(ctx, "could not record a model call", "error", err)
	}
}

// millionths converts an amount of money to the unit of the store; desk.Unlimited stays
// as it is.
func millionths(money float64) int64 {
	if money < 0 {
		return desk.Unlimited
	}
	return int64(math.Round(money * 1e6))
}

// Forget deletes the texts sent to models that are older than the service model allows.
func (l *Ledger) Forget(ctx context.Context) error {
	n, err := l.deps.Store.ForgetSent(ctx, l.deps.Now().Add(-l.deps.Model().AI().KeepSent))
	if err != nil {
		return fmt.Errorf("delete the old texts of model calls: %w", err)
	}
	if n > 0 {
		l.deps.Log.InfoContext(ctx, "deleted old texts of model calls", "calls", n)
	}
	return nil
}

// maxFigures bounds the number of calls that usage figures are computed from.
const maxFigures = 200_000

// ModelCalls lists the calls, newest first, with what was sent.
func (l *Ledger) ModelCalls(ctx context.Context, after string, limit int) ([]summarize.Call, string, error) {
	page, err := l.deps.Store.Calls(ctx, store.CallFilter{After: after, Limit: limit})
	return page.Calls, page.Next, err
}

// ModelCall returns one call with what was sent.
func (l *Ledger) ModelCall(ctx context.Context, id string) (summarize.Call, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	if err != nil {
		return summarize.Call{}, fault.New(fault.NotFound, "there is no call %q", id)
	}
	return l.deps.Store.Call(ctx, n)
}

// ModelFigures lists the calls since a moment without what was sent.
func (l *Ledger) ModelFigures(ctx context.Context, since time.Time) ([]summarize.Call, error) {
	return l.deps.Store.CallFigures(ctx, store.CallFilter{Since: since}, maxFigures)
}

// ModelBudgets returns what has been used of today's budgets: first the overall budget,
// then that of each action.
func (l *Ledger) ModelBudgets(ctx context.Context) ([]summarize.Budget, error) {
	m := l.deps.Model()
	ai := m.AI()
	from, until := m.Day(l.deps.Now())
	var out []summarize.Budget
	for _, action := range append([]string{""}, desk.AIActions()...) {
		limit := ai.Budget
		if action != "" {
			limit = ai.Action(action).Budget
		}
		spent, err := l.deps.Store.SpentCalls(ctx, action, from, ai.Currency)
		if err != nil {
			return nil, err
		}
		out = append(out, summarize.Budget{
			Action: action, Tokens: spent.Tokens, TokenLimit: limit.Tokens,
			Cost: spent.Cost, CostLimit: millionths(limit.Money), Currency: ai.Currency, Until: until,
		})
	}
	return out, nil
}
