// Package budget holds the calls to language models within the daily budgets of the
// service model and records each of them.
//
// Concurrent calls cannot exceed a budget together, and a restart forgets nothing. The
// package knows no SQL, no HTTP and no language model.
package budget

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Store records calls. *store.Store implements it.
type Store interface {
	// ReserveCall records a call when every budget has room for it after what calls have
	// used since the given moment; over is the index of the first budget without room, -1
	// when there is none.
	ReserveCall(
		ctx context.Context, c ask.Call, since time.Time, budgets []ask.Budget,
	) (id int64, over int, err error)
	SettleCall(ctx context.Context, c ask.Call) error
	SpentCalls(ctx context.Context, action string, since time.Time, currency string) (tokens int, cost int64, err error)
	ForgetSent(ctx context.Context, before time.Time) (int64, error)
	Call(ctx context.Context, id int64) (ask.Call, error)
	Calls(ctx context.Context, after string, limit int) (calls []ask.Call, next string, err error)
	CallFigures(ctx context.Context, since time.Time, most int) ([]ask.Call, error)
}

// Deps are the dependencies of a Ledger. All fields are required.
type Deps struct {
	Store Store
	Model func() *model.Service
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
func (l *Ledger) Reserve(ctx context.Context, c ask.Call) (int64, error) {
	m := l.deps.Model()
	ai := m.AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if ai.KeepSent == 0 {
		c.Sent = ""
	}
	from, until := m.Day(l.deps.Now())
	id, over, err := l.deps.Store.ReserveCall(ctx, c, from, []ask.Budget{
		dailyBudget(ai, c.Action, until), dailyBudget(ai, "", until),
	})
	if err != nil {
		return 0, fmt.Errorf("reserve a model call: %w", err)
	}
	if over < 0 {
		return id, nil
	}
	of := "this kind of text (" + c.Action + ")"
	if over == 1 {
		of = "language models"
	}
	return 0, fault.New(fault.RateLimited, "the daily budget for %s is used up until %s",
		of, until.Format("2 January, 15:04 MST"))
}

// dailyBudget returns the limits of an action, or of all together ("").
func dailyBudget(ai model.AI, action string, until time.Time) ask.Budget {
	limit := ai.Budget
	if action != "" {
		limit = ai.Action(action).Budget
	}
	return ask.Budget{
		Action: action, TokenLimit: limit.Tokens, CostLimit: millionths(limit.Money), Currency: ai.Currency, Until: until,
	}
}

// Settle records what a call used. An error is only logged: the call has been made, its
// text is still checked, and its reservation still counts.
func (l *Ledger) Settle(ctx context.Context, c ask.Call) {
	ai := l.deps.Model().AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if err := l.deps.Store.SettleCall(context.WithoutCancel(ctx), c); err != nil {
		l.deps.Log.ErrorContext(ctx, "could not record a model call", "error", err)
	}
}

// millionths converts an amount of money to the unit of the store; model.Unlimited stays
// as it is.
func millionths(money float64) int64 {
	if money < 0 {
		return model.Unlimited
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
func (l *Ledger) ModelCalls(ctx context.Context, after string, limit int) ([]ask.Call, string, error) {
	return l.deps.Store.Calls(ctx, after, limit)
}

// ModelCall returns one call with what was sent.
func (l *Ledger) ModelCall(ctx context.Context, id string) (ask.Call, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	if err != nil {
		return ask.Call{}, fault.New(fault.NotFound, "there is no call %q", id)
	}
	return l.deps.Store.Call(ctx, n)
}

// ModelFigures lists the calls since a moment without what was sent.
func (l *Ledger) ModelFigures(ctx context.Context, since time.Time) ([]ask.Call, error) {
	return l.deps.Store.CallFigures(ctx, since, maxFigures)
}

// ModelBudgets returns what has been used of today's budgets: first the overall budget,
// then that of each action.
func (l *Ledger) ModelBudgets(ctx context.Context) ([]ask.Budget, error) {
	m := l.deps.Model()
	ai := m.AI()
	from, until := m.Day(l.deps.Now())
	var out []ask.Budget
	for _, action := range append([]string{""}, model.AIActions()...) {
		b := dailyBudget(ai, action, until)
		var err error
		if b.Tokens, b.Cost, err = l.deps.Store.SpentCalls(ctx, action, from, ai.Currency); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}
