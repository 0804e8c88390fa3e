package store

import (
	"context"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// Call is one call to a language model, for the usage page and the audit.
type Call struct {
	ID               int64 // assigned by the store
	At               time.Time
	Action           string // handoff, answer, draft
	Rule             string // the service model's rule that allowed it
	Ticket           string // "" when it was not about a ticket
	Model            string
	PromptTokens     int
	CompletionTokens int
	Duration         time.Duration // kept in microseconds
	Outcome          string        // "ok", or why its words were not used
	Sent             string        // what left the process
}

// CallFilter selects calls. Zero fields do not filter.
type CallFilter struct {
	Since, Until time.Time // half-open
	Action       string
	Ticket       string
	After        string // cursor: CallPage.Next of the page before
	Limit        int    // 1..500
}

// CallPage is one page of calls, newest first; Next is "" on the last.
type CallPage struct {
	Calls []Call
	Next  string
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
func (s *Store) SaveCall(ctx context.Context, k Call) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, `INSERT INTO model_call (at, action, rule, ticket, model, prompt_tokens, completion_tokens, micros, outcome, sent)
			VALUES (`+marks(10)+`)`,
			k.At.UnixMicro(), k.Action, k.Rule, k.Ticket, k.Model, k.PromptTokens, k.CompletionTokens,
			k.Duration.Microseconds(), k.Outcome, k.Sent)
		return err
	})
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
	found, err := list(ctx, s.read(), func(r scanner) (k Call, err error) {
		var micros int64
		err = r.Scan(&k.ID, timeTo(&k.At), &k.Action, &k.Rule, &k.Ticket, &k.Model, &k.PromptTokens, &k.CompletionTokens, &micros, &k.Outcome, &k.Sent)
		k.Duration = time.Duration(micros) * time.Microsecond
		return k, err
	}, "SELECT id, at, action, rule, ticket, model, prompt_tokens, completion_tokens, micros, outcome, sent FROM model_call"+
		w.String()+" ORDER BY id DESC LIMIT ?", append(w.args, limit+1)...)
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
