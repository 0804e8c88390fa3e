package budget

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/summarize"
)

// book is a ledger over a store in a folder, with a clock of its own.
func book(t *testing.T, path string, at time.Time, change ...string) *Ledger {
	t.Helper()
	st, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	model, err := desk.ParseModel([]byte(strings.NewReplacer(change...).Replace(string(content.ServiceModel()))))
	if err != nil {
		t.Fatal(err)
	}
	return New(Deps{
		Store: st, Model: func() *desk.ServiceModel { return model }, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler),
	})
}

// What is under way counts, whoever asks first, and a restart forgets nothing.
func TestBudgetIsNotOverrun(t *testing.T) {
	at := time.Date(2026, 11, 22, 22, 30, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "test.db")
	change := []string{"time_zone: Etc/UTC ", "time_zone: Europe/Berlin ", "daily_tokens: 1000000}", "daily_tokens: 1000}"}
	l := book(t, path, at, change...)
	c := summarize.Call{At: at, Action: desk.AIAnswer, PromptTokens: 80, CompletionTokens: 20}
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
	if message, _, _ := fault.Public(err); !fault.Is(err, fault.RateLimited) || message != "the daily budget of this kind of text (answer) is used up until 23 November, 00:00 CET" {
		t.Errorf("refused with %v", err)
	}
	if err := l.deps.Store.Close(); err != nil {
		t.Fatal(err)
	}
	again := book(t, path, at, change...)
	if _, err := again.Reserve(t.Context(), c); !fault.Is(err, fault.RateLimited) {
		t.Errorf("after a restart: %v", err)
	}
	again.deps.Now = func() time.Time { return at.Add(31 * time.Minute) }
	c.At = again.deps.Now()
	id, err := again.Reserve(t.Context(), c)
	if err != nil {
		t.Errorf("on the next day: %v", err)
	}
	c.ID, c.PromptTokens, c.CompletionTokens, c.Outcome = id, 7, 3, "ok"
	again.Settle(t.Context(), c)
	from, _ := again.deps.Model().Day(again.deps.Now())
	if spent, err := again.deps.Store.SpentCalls(t.Context(), desk.AIAnswer, from, "EUR"); err != nil || spent.Tokens != 10 {
		t.Errorf("spent %+v, %v", spent, err)
	}
}

func TestBudgetOfMoney(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := book(t, filepath.Join(t.TempDir(), "test.db"), at, "daily_money: 5.00", "daily_money: 0.05", "output_price: 0\n", "output_price: 0.1\n")
	c := summarize.Call{At: at, Action: desk.AIHandoff, PromptTokens: 1_000, CompletionTokens: 300}
	id, err := l.Reserve(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.ID = id
	c.Action = desk.AIDraft
	if _, err := l.Reserve(t.Context(), c); !fault.Is(err, fault.RateLimited) || !strings.Contains(err.Error(), "daily budget of language models is used up until 23 November, 00:00 UTC") {
		t.Errorf("beyond the money: %v", err)
	}
	c.Action, c.CompletionTokens = desk.AIHandoff, 100
	l.Settle(t.Context(), c)
	calls, _, err := l.ModelCalls(t.Context(), "", 10)
	if err != nil || len(calls) != 1 || calls[0].Cost != 10_000 || calls[0].Currency != "EUR" {
		t.Errorf("%+v, %v", calls, err)
	}
	c.Action, c.CompletionTokens = desk.AIDraft, 300
	if _, err := l.Reserve(t.Context(), c); err != nil {
		t.Errorf("there is room again: %v", err)
	}
}

// What was sent goes with its age, and is not kept at all where the model says so.
func TestSentIsForgotten(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := book(t, filepath.Join(t.TempDir(), "test.db"), at)
	c := summarize.Call{At: at, Action: desk.AIDraft, Sent: "prompt"}
	id, err := l.Reserve(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	kept := func() bool {
		k, err := l.ModelCall(t.Context(), strconv.FormatInt(id, 10))
		if err != nil {
			t.Fatal(err)
		}
		return k.Sent != ""
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for days, want := range []bool{true, false} {
		l.deps.Now = func() time.Time { return at.Add(time.Duration(30+days)*24*time.Hour - time.Second) }
		if _, err := l.deps.Store.ForgetSent(t.Context(), l.deps.Now().Add(-l.deps.Model().AI().KeepSent)); err != nil {
			t.Fatal(err)
		}
		if kept() != want {
			t.Errorf("after %d days: kept %v", 30+days, !want)
		}
	}
	if err := l.Forget(ctx); err != nil {
		t.Errorf("told to end: %v", err)
	}
	none := book(t, filepath.Join(t.TempDir(), "none.db"), at, "keep_sent_days: 30", "keep_sent_days: 0")
	if id, err = none.Reserve(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if l = none; kept() {
		t.Error("kept in spite of the service model")
	}
}
