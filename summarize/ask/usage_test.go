package ask_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize/ask"
)

func TestTally(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	midnight := func(at time.Time) time.Time { return at.Truncate(24 * time.Hour) }
	call := func(h int, action, outcome string, seconds int) ask.Call {
		return ask.Call{
			At: day.Add(time.Duration(h) * time.Hour), Action: action, Outcome: outcome,
			Duration:     time.Duration(seconds) * time.Second,
			PromptTokens: 10, CompletionTokens: 5, Cost: 100, Currency: "EUR",
		}
	}
	old := call(-20, "answer", "ok", 9)
	old.Currency = "USD"
	calls := []ask.Call{
		call(11, "answer", ask.UnderWay, 0), call(10, "answer", "late", 4), call(9, "answer", "late", 3),
		call(8, "answer", "cut", 2), call(7, "answer", "ok", 1),
		call(6, "draft", "ok", 7), call(1, "draft", ask.UnderWay, 0), old,
	}
	got := ask.Tally(calls, midnight, day.Add(11*time.Hour+time.Minute))
	want := []ask.DayUsage{
		{
			Day: day, Action: "answer", Calls: 4, OK: 1, Open: 1,
			Reasons:      []ask.ReasonCount{{Reason: "late", N: 2}, {Reason: "cut", N: 1}},
			PromptTokens: 50, CompletionTokens: 25, Cost: 500, Currency: "EUR", P50: 2 * time.Second, P95: 4 * time.Second,
		},
		{
			Day: day, Action: "draft", Calls: 2, OK: 1,
			Reasons:      []ask.ReasonCount{{Reason: "the server stopped before the model had answered", N: 1}},
			PromptTokens: 20, CompletionTokens: 10, Cost: 200, Currency: "EUR", P95: 7 * time.Second,
		},
		{
			Day: day.Add(-24 * time.Hour), Action: "answer", Calls: 1, OK: 1,
			PromptTokens: 10, CompletionTokens: 5, Currency: "EUR", P50: 9 * time.Second, P95: 9 * time.Second,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := ask.Tally(nil, midnight, day); len(got) != 0 {
		t.Errorf("without calls: %+v", got)
	}
}
