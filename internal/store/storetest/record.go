package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/ask"
)

// records tests calls to language models, gaps and feedback.
func records(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{
		{"calls", calls},
		{"call budgets", callBudgets},
		{"old gaps", oldGaps},
		{"gap records", gapRecords},
		{"feedback", feedback},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) { x.run(t, fresh(t)(t)) })
	}
}

func calls(t *testing.T, s *store.Store) {
	ctx := t.Context()
	k := filled[ask.Call]()
	k.At, k.Duration = noon, 1500*time.Millisecond
	other := k
	other.At, other.Ticket = noon.Add(time.Hour), ""
	for _, c := range []*ask.Call{&k, &other} {
		id, over, err := s.ReserveCall(ctx, *c, noon, nil)
		must(t, err)
		wantEqual(t, over, -1)
		c.ID, c.Outcome = id, ask.UnderWay
	}
	got, next, err := s.Calls(ctx, "", 1)
	must(t, err)
	wantEqual(t, got, []ask.Call{other})
	got, next, err = s.Calls(ctx, next, 1)
	must(t, err)
	wantEqual(t, got, []ask.Call{k})
	wantEqual(t, next, "")
	_, _, err = s.Calls(ctx, "x", 1)
	wantKind(t, err, fault.Invalid)
}

// callBudgets checks that concurrent calls cannot exceed a budget together, and that
// deleting a text leaves its figures.
func callBudgets(t *testing.T, s *store.Store) {
	ctx := t.Context()
	k := ask.Call{
		At: noon, Action: "answer", Rule: "r", PromptTokens: 80, CompletionTokens: 20,
		Cost: 10, Currency: "EUR", Sent: "prompt",
	}
	budgets := []ask.Budget{{Action: "answer", TokenLimit: 1000, CostLimit: -1}, {TokenLimit: -1, CostLimit: 70}}
	wantSpent := func(action string, since time.Time, currency string, tokens int, cost int64) {
		t.Helper()
		gotTokens, gotCost, err := s.SpentCalls(ctx, action, since, currency)
		must(t, err)
		wantEqual(t, gotTokens, tokens)
		wantEqual(t, gotCost, cost)
	}
	var (
		wait    sync.WaitGroup
		mu      sync.Mutex
		granted []int64
	)
	for range 20 {
		wait.Go(func() {
			id, over, err := s.ReserveCall(ctx, k, noon, budgets)
			mu.Lock()
			defer mu.Unlock()
			must(t, err)
			if over < 0 {
				granted = append(granted, id)
			} else if over != 1 {
				t.Errorf("budget %d has no room, want the second", over)
			}
		})
	}
	wait.Wait()
	wantEqual(t, len(granted), 7) // ten by tokens, seven by cost
	wantSpent("", noon, "EUR", 700, 70)
	one, err := s.Call(ctx, granted[0])
	must(t, err)
	wantEqual(t, one.Outcome, ask.UnderWay)
	one.PromptTokens, one.CompletionTokens, one.Cost, one.Outcome, one.Duration = 8, 2, 1, "ok", time.Second
	must(t, s.SettleCall(ctx, one))
	got, err := s.Call(ctx, one.ID)
	must(t, err)
	wantEqual(t, got, one)
	// Less was used than was reserved, which leaves room for a cheaper call.
	k.Cost = 9
	_, over, err := s.ReserveCall(ctx, k, noon, budgets)
	must(t, err)
	wantEqual(t, over, -1)
	// Each action, day and currency is summed by itself.
	wantSpent("draft", noon, "EUR", 0, 0)
	wantSpent("answer", noon.Add(time.Second), "EUR", 0, 0)
	wantSpent("answer", noon, "USD", 710, 0)
	n, err := s.ForgetSent(ctx, noon)
	must(t, err)
	wantEqual(t, n, int64(0))
	n, err = s.ForgetSent(ctx, noon.Add(time.Second))
	must(t, err)
	wantEqual(t, n, int64(8))
	figures, err := s.CallFigures(ctx, noon, 100)
	must(t, err)
	wantEqual(t, len(figures), 8)
	got, err = s.Call(ctx, one.ID)
	must(t, err)
	wantEqual(t, got.Sent, "")
	wantEqual(t, got.PromptTokens, 8)
	_, err = s.Call(ctx, 4711)
	wantKind(t, err, fault.NotFound)
	wantKind(t, s.SettleCall(ctx, ask.Call{ID: 4711}), fault.NotFound)
}

// oldGaps tests that old gaps can be deleted.
func oldGaps(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for _, day := range []int{-3, -2, -1} {
		must(t, s.SaveGap(ctx, desk.GapRecord{Kind: desk.GapNoResult, Query: "x", At: noon.AddDate(0, 0, day)}))
	}
	n, err := s.ForgetGaps(ctx, noon.AddDate(0, 0, -2))
	must(t, err)
	wantEqual(t, n, 1)
	left, err := s.GapRecords(ctx, time.Time{}, "", 10)
	must(t, err)
	wantEqual(t, len(left), 2)
}

// gapRecords tests the records that the list of gaps is computed from.
func gapRecords(t *testing.T, s *store.Store) {
	ctx := t.Context()
	solved := ticket("printer")
	solved.ResolvedAt = noon.Add(2 * time.Hour)
	plain, linked, merged := open(t, s, solved), solved, solved
	linked.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "a_1", At: noon}}
	linked = open(t, s, linked)
	merged.MergedInto = plain.ID
	merged = open(t, s, merged)
	search := desk.GapRecord{
		Kind: desk.GapNoResult, Query: "Flux capacitor", Wording: "capacitor flux",
		Reader: "visitor", Locale: "de", Service: "mail", At: noon,
	}
	must(t, s.SaveGap(ctx, search))
	var want desk.GapRecord
	for i, x := range []desk.Ticket{linked, merged, plain, plain} {
		want = desk.GapRecord{
			Kind: desk.GapNoArticle, Query: "printer", Wording: "printer", Reader: "staff",
			Ticket: x.ID, At: noon.Add(time.Duration(i) * time.Minute),
		}
		must(t, s.SaveGap(ctx, want)) // the last one replaces the others of its ticket
	}
	want.Opened, want.Resolved = noon, solved.ResolvedAt
	got, err := s.GapRecords(ctx, noon, "", 10)
	must(t, err)
	for i := range got {
		got[i].ID = 0
	}
	wantEqual(t, got, []desk.GapRecord{want, search})
	for _, x := range []struct {
		since time.Time
		kind  desk.GapKind
		limit int
		n     int
	}{
		{noon, desk.GapNoResult, 10, 1},
		{noon.Add(time.Minute), "", 10, 1},
		{noon.Add(time.Hour), "", 10, 0},
		{noon, "", 1, 1},
	} {
		got, err := s.GapRecords(ctx, x.since, x.kind, x.limit)
		must(t, err)
		wantEqual(t, len(got), x.n)
	}
}

func feedback(t *testing.T, s *store.Store) {
	ctx := t.Context()
	saveArticle(t, s, article("a_1", 1))
	for _, x := range []struct {
		revision int
		actor    string
		helpful  bool
	}{
		{1, "u_1", false},
		{1, "u_1", true}, // a change of mind
		{2, "u_1", true}, // another revision
		{1, "", false},
		{1, "", false}, // visitors cannot be distinguished
	} {
		rating := kb.Feedback{Revision: x.revision, Helped: x.helpful}
		must(t, s.RateArticle(ctx, "a_1", x.actor, rating, noon, journal.Entry{}))
	}
	votes, err := s.Ratings(ctx, "a_1")
	must(t, err)
	wantEqual(t, votes, kb.Ratings{Helped: 2, DidNot: 2})
	must(t, s.RateArticle(ctx, "a_1", "u_2", kb.Feedback{Revision: 1}, noon, journal.Entry{}))
	saveArticle(t, s, article("a_0", 1))
	read, err := s.IndexArticles(ctx, []string{"a_1", "a_0"})
	must(t, err)
	wantEqual(t, read[0].Ratings, kb.Ratings{})
	wantEqual(t, read[1].Ratings, kb.Ratings{Helped: 1, DidNot: 1}) // of revision 1, without visitors
	votes, err = s.Ratings(ctx, "a_2")
	must(t, err)
	wantEqual(t, votes, kb.Ratings{})
	err = s.RateArticle(ctx, "a_2", "", kb.Feedback{Revision: 1, Helped: true}, noon, journal.Entry{})
	wantKind(t, err, fault.NotFound)
}
