package budget_test

import (
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/budget"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/summarize/ask"
)

// ledger is a budget.Ledger with its parts and a clock that the test moves.
type ledger struct {
	*budget.Ledger
	store *store.Store
	model *model.Service
	now   time.Time
}

// open opens a ledger on a store, under the shipped service model with these replacements.
func open(t *testing.T, path string, now time.Time, replace ...string) *ledger {
	t.Helper()
	st, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	text := strings.NewReplacer(replace...).Replace(string(content.ServiceModel()))
	current, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{store: st, model: current, now: now}
	l.Ledger = budget.New(budget.Deps{
		Store: st, Model: func() *model.Service { return current },
		Now: func() time.Time { return l.now }, Log: slog.New(slog.DiscardHandler),
	})
	return l
}

// Calls under way count against the budget, and a restart forgets nothing.
func TestBudgetIsNotOverrun(t *testing.T) {
	at := time.Date(2026, 11, 22, 22, 30, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "test.db")
	replace := []string{
		"time_zone: Etc/UTC ", "time_zone: Europe/Berlin ", "daily_tokens: 1000000}", "daily_tokens: 1000}",
	}
	l := open(t, path, at, replace...)
	c := ask.Call{At: at, Action: model.AIAnswer, PromptTokens: 80, CompletionTokens: 20}
	var (
		wait    sync.WaitGroup
		granted atomic.Int64
		refused atomic.Value
	)
	for range 30 {
		wait.Go(func() {
			if _, err := l.Reserve(t.Context(), c); err == nil {
				granted.Add(1)
			} else {
				refused.Store(err)
			}
		})
	}
	wait.Wait()
	if granted.Load() != 10 {
		t.Errorf("%d calls of 100 tokens fit into 1,000", granted.Load())
	}
	err, _ := refused.Load().(error)
	const want = "the daily budget for this kind of text (answer) is used up until 23 November, 00:00 CET"
	if message, _, _ := fault.Public(err); !fault.Is(err, fault.RateLimited) || message != want {
		t.Errorf("refused with %v", err)
	}
	if err := l.store.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path, at, replace...)
	if _, err := again.Reserve(t.Context(), c); !fault.Is(err, fault.RateLimited) {
		t.Errorf("after a restart: %v", err)
	}
	again.now = at.Add(31 * time.Minute)
	c.At = again.now
	id, err := again.Reserve(t.Context(), c)
	if err != nil {
		t.Errorf("on the next day: %v", err)
	}
	c.ID, c.PromptTokens, c.CompletionTokens, c.Outcome = id, 7, 3, "ok"
	again.Settle(t.Context(), c)
	from, _ := again.model.Day(again.now)
	tokens, _, err := again.store.SpentCalls(t.Context(), model.AIAnswer, from, "EUR")
	if err != nil || tokens != 10 {
		t.Errorf("spent %d tokens, %v", tokens, err)
	}
}

func TestBudgetOfMoney(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := open(t, filepath.Join(t.TempDir(), "test.db"), at,
		"daily_money: 5.00", "daily_money: 0.05", "output_price: 0\n", "output_price: 0.1\n")
	c := ask.Call{At: at, Action: model.AIHandoff, PromptTokens: 1_000, CompletionTokens: 300}
	id, err := l.Reserve(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.ID = id
	c.Action = model.AIDraft
	const want = "the daily budget for language models is used up until 23 November, 00:00 UTC"
	_, err = l.Reserve(t.Context(), c)
	if !fault.Is(err, fault.RateLimited) || !strings.Contains(err.Error(), want) {
		t.Errorf("beyond the budget: %v", err)
	}
	c.Action, c.CompletionTokens = model.AIHandoff, 100
	l.Settle(t.Context(), c)
	calls, _, err := l.ModelCalls(t.Context(), "", 10)
	if err != nil || len(calls) != 1 || calls[0].Cost != 10_000 || calls[0].Currency != "EUR" {
		t.Errorf("%+v, %v", calls, err)
	}
	c.Action, c.CompletionTokens = model.AIDraft, 300
	if _, err := l.Reserve(t.Context(), c); err != nil {
		t.Errorf("within the budget again: %v", err)
	}
}

// The texts sent are deleted when they are too old, and never stored where the service
// model says so.
func TestSentIsForgotten(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := open(t, filepath.Join(t.TempDir(), "test.db"), at)
	c := ask.Call{At: at, Action: model.AIDraft, Sent: "prompt"}
	id, err := l.Reserve(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	stored := func() bool {
		k, err := l.ModelCall(t.Context(), strconv.FormatInt(id, 10))
		if err != nil {
			t.Fatal(err)
		}
		return k.Sent != ""
	}
	for days, want := range []bool{true, false} {
		l.now = at.Add(time.Duration(30+days)*24*time.Hour - time.Second)
		if err := l.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		if stored() != want {
			t.Errorf("after %d days: stored %v", 30+days, !want)
		}
	}
	none := open(t, filepath.Join(t.TempDir(), "none.db"), at, "keep_sent_days: 30", "keep_sent_days: 0")
	if id, err = none.Reserve(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if l = none; stored() {
		t.Error("stored in spite of the service model")
	}
}
