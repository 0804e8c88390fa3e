package main

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
	"github.com/deskbook/deskbook/summarize/ask"
)

// ledger admits the calls to a language model within the service model's budgets and
// keeps their record in the store: a restart forgets nothing.
type ledger struct {
	store *store.Store
	model func() *desk.ServiceModel
	now   func() time.Time
	log   *slog.Logger
}

// Reserve records a call before it is made, when the day's budgets allow it.
func (l ledger) Reserve(ctx context.Context, c ask.Call) (int64, error) {
	m := l.model()
	ai := m.AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if ai.KeepSent == 0 {
		c.Sent = ""
	}
	from, until := m.Day(l.now())
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
	id, over, err := l.store.ReserveCall(ctx, c, limits)
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
func (l ledger) Settle(ctx context.Context, c ask.Call) {
	ai := l.model().AI()
	c.Currency = ai.Currency
	c.Cost = ai.Action(c.Action).Cost(c.PromptTokens, c.CompletionTokens)
	if err := l.store.SettleCall(context.WithoutCancel(ctx), c); err != nil {
		l.log.ErrorContext(ctx, "record a model call", "error", err)
	}
}

// millionths gives an amount of money as it is stored; without a bound stays so.
func millionths(money float64) int64 {
	if money < 0 {
		return desk.Unlimited
	}
	return int64(math.Round(money * 1e6))
}

// forget deletes what was sent to models once it is older than the service model
// allows: at the start and then every hour, so that no text outlives its time by more.
func (l ledger) forget(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		n, err := l.store.ForgetSent(ctx, l.now().Add(-l.model().AI().KeepSent))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			l.log.ErrorContext(ctx, "delete old texts of model calls", "error", err)
		case n > 0:
			l.log.InfoContext(ctx, "deleted old texts of model calls", "calls", n)
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
func (l ledger) ModelCalls(ctx context.Context, after string, limit int) ([]ask.Call, string, error) {
	page, err := l.store.Calls(ctx, store.CallFilter{After: after, Limit: limit})
	return page.Calls, page.Next, err
}

// ModelCall gives one call with what was sent.
func (l ledger) ModelCall(ctx context.Context, id string) (ask.Call, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	if err != nil {
		return ask.Call{}, fault.New(fault.NotFound, "there is no call %q", id)
	}
	return l.store.Call(ctx, n)
}

// ModelFigures lists the calls since a moment without what was sent.
func (l ledger) ModelFigures(ctx context.Context, since time.Time) ([]ask.Call, error) {
	return l.store.CallFigures(ctx, store.CallFilter{Since: since}, maxFigures)
}

// ModelBudgets says what of today's budgets is used, all together first.
func (l ledger) ModelBudgets(ctx context.Context) ([]ask.Budget, error) {
	m := l.model()
	ai := m.AI()
	from, until := m.Day(l.now())
	var out []ask.Budget
	for _, action := range append([]string{""}, desk.AIActions()...) {
		limit := ai.Budget
		if action != "" {
			limit = ai.Action(action).Budget
		}
		spent, err := l.store.SpentCalls(ctx, action, from, ai.Currency)
		if err != nil {
			return nil, err
		}
		out = append(out, ask.Budget{
			Action: action, Tokens: spent.Tokens, TokenLimit: limit.Tokens, Cost: spent.Cost, CostLimit: millionths(limit.Money),
			Currency: ai.Currency, Until: until,
		})
	}
	return out, nil
}

// modelSettings says how an action uses a model, by the service model in force.
func (s *server) modelSettings(action string) ask.Settings {
	a := s.model.Model().AI().Action(action)
	if a.Model == "" {
		a.Model = s.cfg.llmModel
	}
	return ask.Settings{Model: a.Model, Temperature: a.Temperature, MaxTokens: a.MaxTokens, Deadline: a.Deadline}
}

// modelRule says which line of the service model lets an action use a model.
// answersRule says whether questions may be answered without a person at all.
func (s *server) answersRule() (rule string, allowed bool) {
	m := s.model.Model()
	return m.BoundaryRule("", desk.ActionAutoAnswer), m.Boundary("", desk.ActionAutoAnswer).Allows()
}

func (s *server) modelRule(action, category string) (rule string, allowed bool) {
	m := s.model.Model()
	ai := m.AI()
	boundary := map[string]string{desk.AIDraft: desk.ActionDraftArticle, desk.AIAnswer: desk.ActionAutoAnswer}[action]
	if !ai.Action(action).Enabled || boundary == "" {
		return ai.Rule(action), ai.Action(action).Enabled
	}
	return m.BoundaryRule(category, boundary), m.Boundary(category, boundary).Allows()
}
