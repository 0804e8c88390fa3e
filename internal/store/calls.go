package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/summarize/ask"
)

// Call returns one call, its duration to the microsecond; fault.NotFound when there is
// none with that id.
func (s *Store) Call(ctx context.Context, id int64) (ask.Call, error) {
	var w where
	w.and("id = ?", id)
	found, err := s.listCalls(ctx, "sent", w, 1)
	if err == nil && len(found) == 0 {
		err = missing(sql.ErrNoRows, "call %d", id)
	}
	if err != nil {
		return ask.Call{}, err
	}
	return found[0], nil
}

// Calls lists calls, newest first; next is "" on the last page. after is the next of the
// page before.
func (s *Store) Calls(ctx context.Context, after string, limit int) (calls []ask.Call, next string, err error) {
	var w where
	if after != "" {
		id, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, "", badCursor()
		}
		w.and("id < ?", id)
	}
	limit = limitOf(limit)
	calls, err = s.listCalls(ctx, "sent", w, limit+1)
	if len(calls) > limit {
		calls, next = calls[:limit], strconv.FormatInt(calls[limit-1].ID, 10)
	}
	return calls, next, err
}

// CallFigures lists the calls since a moment, at most the given number, newest first and
// without what was sent.
func (s *Store) CallFigures(ctx context.Context, since time.Time, most int) ([]ask.Call, error) {
	return s.listCalls(ctx, "''", callsSince(since), most)
}

// listCalls lists calls with the given expression for what was sent.
func (s *Store) listCalls(ctx context.Context, sent string, w where, most int) ([]ask.Call, error) {
	return list(ctx, s.read(), func(r scanner) (k ask.Call, err error) {
		var micros int64
		err = r.Scan(&k.ID, timeTo(&k.At), &k.Action, &k.Rule, &k.Ticket, &k.Model,
			&k.PromptTokens, &k.CompletionTokens, &micros, &k.Outcome,
			&k.Cost, &k.Currency, jsonTo(&k.Redactions), &k.Sent)
		k.Duration = time.Duration(micros) * time.Microsecond
		return k, err
	}, `SELECT id, at, action, rule, ticket, model, prompt_tokens, completion_tokens, micros, outcome,
		cost, currency, redactions, `+sent+` FROM model_call`+w.String()+" ORDER BY id DESC LIMIT ?", append(w.args, most)...)
}

func callsSince(since time.Time) (w where) {
	w.and("at >= ?", since.UnixMicro())
	return w
}

// ReserveCall records a call before it is made, with the most that it may use, if every
// budget has room for it after what calls have used since the given moment. k.Outcome
// becomes ask.UnderWay. Checking and recording are one transaction, so that
// concurrent calls cannot exceed a budget together. over is the index of the first
// budget without room, -1 when there is none.
func (s *Store) ReserveCall(
	ctx context.Context, k ask.Call, since time.Time, budgets []ask.Budget,
) (id int64, over int, err error) {
	over = -1
	k.Outcome = ask.UnderWay
	err = s.update(ctx, func(c conn) error {
		for i, b := range budgets {
			tokens, cost, err := spentCalls(ctx, c, b.Action, since, k.Currency)
			if err != nil {
				return err
			}
			if b.TokenLimit >= 0 && tokens+k.PromptTokens+k.CompletionTokens > b.TokenLimit ||
				b.CostLimit >= 0 && cost+k.Cost > b.CostLimit {
				over = i
				return nil
			}
		}
		return c.row(ctx, []any{&id}, insertInto("model_call", `at, action, rule, ticket, model, prompt_tokens,
			completion_tokens, micros, outcome, sent, cost, currency, redactions`)+" RETURNING id",
			k.At.UnixMicro(), k.Action, k.Rule, k.Ticket, k.Model, k.PromptTokens, k.CompletionTokens,
			k.Duration.Microseconds(), k.Outcome, k.Sent, k.Cost, k.Currency, toJSON(k.Redactions))
	})
	return id, over, err
}

// SettleCall replaces what was reserved for the call k.ID with what it used.
func (s *Store) SettleCall(ctx context.Context, k ask.Call) error {
	return s.update(ctx, func(c conn) error {
		return c.execOr(ctx, missing(sql.ErrNoRows, "call %d", k.ID),
			updateSet("model_call", "model, prompt_tokens, completion_tokens, micros, outcome, cost, currency")+
				" WHERE id = ?",
			k.Model, k.PromptTokens, k.CompletionTokens, k.Duration.Microseconds(), k.Outcome, k.Cost, k.Currency, k.ID)
	})
}

// SpentCalls sums what the calls of an action ("" for all) have used since a moment,
// those under way with the most they may use. The cost is that in the currency alone.
func (s *Store) SpentCalls(
	ctx context.Context, action string, since time.Time, currency string,
) (tokens int, cost int64, err error) {
	return spentCalls(ctx, s.read(), action, since, currency)
}

func spentCalls(
	ctx context.Context, c conn, action string, since time.Time, currency string,
) (tokens int, cost int64, err error) {
	w := callsSince(since)
	if action != "" {
		w.and("action = ?", action)
	}
	err = c.row(ctx, []any{&tokens, &cost}, `SELECT coalesce(sum(prompt_tokens + completion_tokens), 0),
		coalesce(sum(CASE WHEN currency = ? THEN cost ELSE 0 END), 0) FROM model_call`+w.String(),
		append([]any{currency}, w.args...)...)
	return tokens, cost, err
}

// ForgetSent deletes what was sent in calls before a moment and returns the number of
// calls; their figures stay.
func (s *Store) ForgetSent(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.update(ctx, func(c conn) error {
		n, err = c.exec(ctx, "UPDATE model_call SET sent = '' WHERE at < ? AND sent <> ''", before.UnixMicro())
		return err
	})
	return n, err
}
