// Package budget bounds what calls to a language model may use by the service model's
// daily budgets, records every call, and says which rule of the service model allows it.
//
// It promises that calls at the same time cannot exceed a budget together and that a
// restart forgets nothing. It knows no HTTP and no language model.
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

// Deps are what a ledger works with; all are needed.
type Deps struct {
	Store *store.Store
	Model func() *desk.ServiceModel
	Now   func() time.Time
	Log   *slog.Logger
}

// Ledger admits the calls to a language model within the service model's budgets and
// keeps their record in the store: a restart forgets nothing.
type Ledger struct{ deps Deps }

// New makes a ledger.
func New(d Deps) *Ledger { return &Ledger{deps: d} }

// Reserve records a call before it is made, when the day's budgets allow it.
func (l *Ledger) Reserve(ctx context.Context, c summarize.Call) (int64, error) {
	m := l.deps.Model()
	ai := m.AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if ai.KeepSent == 0 {
		c.Sent = ""
	}
	from, until := m.Day(l.deps.Now())
	budgets := []struct {
		of     string
		action string
		desk.AIBudget
	}{
		{"this kind of text (" + c.Action + ")", c.Action, ai.Action(c.Action).Budget},
		{"language models", "", ai.Budget},
	}
	limits := make([]store.CallLimit, len(budgets))
	for i, b := range budgets {
		limits[i] = store.CallLimit{Action: b.action, Since: from, Tokens: b.Tokens, Cost: millionths(b.Money)}
	}
	id, over, err := l.deps.Store.ReserveCall(ctx, c, limits)
	if err != nil {
		return 0, fmt.Errorf("reserve a model call: %w", err)
	}
	if over >= 0 {
		return 0, fault.New(fault.RateLimited, "the daily budget of %s is used up until %s", budgets[over].of, until.Format("2 January, 15:04 MST"))
	}
	return id, nil
}

// Settle records what a call used. A record that cannot be kept is logged: the call
// was made, its words are still checked, and its reservation still counts.
func (l *Ledger) Settle(ctx context.Context, c summarize.Call) {
	ai := l.deps.Model().AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if err := l.deps.Store.SettleCall(context.WithoutCancel(ctx), c); err != nil {
		l.deps.Log.ErrorContext(ctx, "record a model call", "error", err)
	}
}

// millionths gives an amount of money as it is stored; without a bound stays so.
func millionths(money float64) int64 {
	if money < 0 {
		return desk.Unlimited
	}
	return int64(math.Round(money * 1e6))
}

// Forget deletes what was sent to models once it is older than the service model
// allows: at the start and then every hour, so that no text outlives its time by more.
func (l *Ledger) Forget(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		n, err := l.deps.Store.ForgetSent(ctx, l.deps.Now().Add(-l.deps.Model().AI().KeepSent))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			l.deps.Log.ErrorContext(ctx, "delete old texts of model calls", "error", err)
		case n > 0:
			l.deps.Log.InfoContext(ctx, "deleted old texts of model calls", "calls", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// maxFigures bounds how many calls the figures of a time are made from.
const maxFigures = 200_000

// ModelCalls lists the calls, newest first, with what was sent.
func (l *Ledger) ModelCalls(ctx context.Context, after string, limit int) ([]summarize.Call, string, error) {
	page, err := l.deps.Store.Calls(ctx, store.CallFilter{After: after, Limit: limit})
	return page.Calls, page.Next, err
}

// ModelCall gives one call with what was sent.
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

// ModelBudgets says what of today's budgets is used, all together first.
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
			Action: action, Tokens: spent.Tokens, TokenLimit: limit.Tokens, Cost: spent.Cost, CostLimit: millionths(limit.Money),
			Currency: ai.Currency, Until: until,
		})
	}
	return out, nil
}
