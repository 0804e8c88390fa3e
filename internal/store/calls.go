package store

import (
	"context"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
)

// CallFilter selects calls. Zero fields do not filter.
type CallFilter struct {
	Since, Until time.Time // half-open
	Action       string
	Ticket       string
	After        string // cursor: CallPage.Next of the page before
	Limit        int    // 1..500
	WithoutSent  bool   // leaves out what was sent
}

// CallPage is one page of calls, newest first; Next is "" on the last.
type CallPage struct {
	Calls []ask.Call
	Next  string
}

// Call gives one call, its duration to the microsecond; fault.NotFound when there is none of that id.
func (s *Store) Call(ctx context.Context, id int64) (ask.Call, error) {
	var w where
	w.and("id = ?", id)
	found, err := s.listCalls(ctx, w, 1, false)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "there is no call %d", id)
	}
	if err != nil {
		return ask.Call{}, err
	}
	return found[0], nil
}

// CallFigures lists up to most calls without what was sent, newest first: what
// figures over a time are made of.
func (s *Store) CallFigures(ctx context.Context, f CallFilter, most int) ([]ask.Call, error) {
	return s.listCalls(ctx, callFilter(f), most, true)
}

func (s *Store) listCalls(ctx context.Context, w where, most int, withoutSent bool) ([]ask.Call, error) {
	sent := "sent"
	if withoutSent {
		sent = "''"
	}
	return list(ctx, s.read(), func(r scanner) (k ask.Call, err error) {
		var micros int64
		err = r.Scan(&k.ID, timeTo(&k.At), &k.Action, &k.Rule, &k.Ticket, &k.Model, &k.PromptTokens, &k.CompletionTokens, &micros, &k.Outcome, &k.Cost, &k.Currency, jsonTo(&k.Redactions), &k.Sent)
		k.Duration = time.Duration(micros) * time.Microsecond
		return k, err
	}, "SELECT id, at, action, rule, ticket, model, prompt_tokens, completion_tokens, micros, outcome, cost, currency, redactions, "+sent+" FROM model_call"+
		w.String()+" ORDER BY id DESC LIMIT ?", append(w.args, most)...)
}

// Usage sums the calls of one action and model.
type Usage struct {
	Action, Model    string
	Calls, Unused    int // Unused are those whose outcome was not "ok"
	PromptTokens     int
	CompletionTokens int
	Duration         time.Duration
}

// SaveCall keeps the record of a call.
func (s *Store) SaveCall(ctx context.Context, k ask.Call) error {
	return s.update(ctx, func(c conn) error {
		_, err := insertCall(ctx, c, k)
		return err
	})
}

func insertCall(ctx context.Context, c conn, k ask.Call) (id int64, err error) {
	return one(ctx, c, func(r scanner) (id int64, err error) { return id, r.Scan(&id) },
		`INSERT INTO model_call (at, action, rule, ticket, model, prompt_tokens, completion_tokens, micros, outcome, sent, cost, currency, redactions)
		VALUES (`+marks(13)+`) RETURNING id`,
		k.At.UnixMicro(), k.Action, k.Rule, k.Ticket, k.Model, k.PromptTokens, k.CompletionTokens,
		k.Duration.Microseconds(), k.Outcome, k.Sent, k.Cost, k.Currency, toJSON(k.Redactions))
}

// CallLimit bounds what calls may use together since a moment.
type CallLimit struct {
	Action string // "": all actions
	Since  time.Time
	Tokens int   // prompt and completion; negative: without a bound
	Cost   int64 // in the call's currency; negative: without a bound
}

// ReserveCall records a call before it is made, with the most that it may use, when
// it stays within every limit; k.Outcome becomes summarize.UnderWay. Looking and recording
// are one transaction, so that calls at the same time cannot go beyond a limit
// together. over is the index of the first limit that does not allow it, -1 for none.
func (s *Store) ReserveCall(ctx context.Context, k ask.Call, limits []CallLimit) (id int64, over int, err error) {
	over = -1
	k.Outcome = ask.UnderWay
	err = s.update(ctx, func(c conn) error {
		for i, l := range limits {
			spent, err := spentCalls(ctx, c, l, k.Currency)
			if err != nil {
				return err
			}
			if !l.admits(spent, k) {
				over = i
				return nil
			}
		}
		id, err = insertCall(ctx, c, k)
		return err
	})
	return id, over, err
}

func (l CallLimit) admits(spent Spent, k ask.Call) bool {
	return (l.Tokens < 0 || spent.Tokens+k.PromptTokens+k.CompletionTokens <= l.Tokens) &&
		(l.Cost < 0 || spent.Cost+k.Cost <= l.Cost)
}

// SettleCall replaces what was reserved for the call k.ID by what it used.
func (s *Store) SettleCall(ctx context.Context, k ask.Call) error {
	return s.update(ctx, func(c conn) error {
		n, err := c.exec(ctx, `UPDATE model_call SET model = ?, prompt_tokens = ?, completion_tokens = ?, micros = ?, outcome = ?, cost = ?, currency = ?
			WHERE id = ?`,
			k.Model, k.PromptTokens, k.CompletionTokens, k.Duration.Microseconds(), k.Outcome, k.Cost, k.Currency, k.ID)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "there is no call %d", k.ID)
		}
		return err
	})
}

// Spent is what calls used together, those under way with the most they may use.
type Spent struct {
	Tokens int
	Cost   int64
}

// SpentCalls sums what the calls of an action ("" for all) used since a moment; the
// cost is that in the currency alone.
func (s *Store) SpentCalls(ctx context.Context, action string, since time.Time, currency string) (Spent, error) {
	return spentCalls(ctx, s.read(), CallLimit{Action: action, Since: since}, currency)
}

func spentCalls(ctx context.Context, c conn, l CallLimit, currency string) (Spent, error) {
	w := callFilter(CallFilter{Since: l.Since, Action: l.Action})
	return one(ctx, c, func(r scanner) (sp Spent, err error) { return sp, r.Scan(&sp.Tokens, &sp.Cost) },
		`SELECT coalesce(sum(prompt_tokens + completion_tokens), 0), coalesce(sum(CASE WHEN currency = ? THEN cost ELSE 0 END), 0) FROM model_call`+
			w.String(), append([]any{currency}, w.args...)...)
}

// ForgetSent deletes what was sent in calls before a moment; their figures stay. It
// gives the number of calls.
func (s *Store) ForgetSent(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.update(ctx, func(c conn) error {
		n, err = c.exec(ctx, "UPDATE model_call SET sent = '' WHERE at < ? AND sent <> ''", before.UnixMicro())
		return err
	})
	return n, err
}

func callFilter(f CallFilter) where {
	var w where
	if !f.Since.IsZero() {
		w.and("at >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		w.and("at < ?", f.Until.UnixMicro())
	}
	if f.Action != "" {
		w.and("action = ?", f.Action)
	}
	if f.Ticket != "" {
		w.and("ticket = ?", f.Ticket)
	}
	return w
}

// Calls lists calls, newest first.
func (s *Store) Calls(ctx context.Context, f CallFilter) (CallPage, error) {
	w := callFilter(f)
	if f.After != "" {
		id, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return CallPage{}, fault.InvalidField("cursor", "is not one that this list gave")
		}
		w.and("id < ?", id)
	}
	limit := limitOf(f.Limit)
	found, err := s.listCalls(ctx, w, limit+1, f.WithoutSent)
	if err != nil {
		return CallPage{}, err
	}
	page := CallPage{Calls: found}
	if len(found) > limit {
		page.Calls, page.Next = found[:limit], strconv.FormatInt(found[limit-1].ID, 10)
	}
	return page, nil
}

// Usage sums the calls that the filter selects, by action and model.
func (s *Store) Usage(ctx context.Context, f CallFilter) ([]Usage, error) {
	w := callFilter(f)
	return list(ctx, s.read(), func(r scanner) (u Usage, err error) {
		var micros int64
		err = r.Scan(&u.Action, &u.Model, &u.Calls, &u.Unused, &u.PromptTokens, &u.CompletionTokens, &micros)
		u.Duration = time.Duration(micros) * time.Microsecond
		return u, err
	}, `SELECT action, model, count(*), sum(CASE WHEN outcome = 'ok' THEN 0 ELSE 1 END),
		sum(prompt_tokens), sum(completion_tokens), sum(micros) FROM model_call`+w.String()+" GROUP BY action, model ORDER BY action, model", w.args...)
}
