package storetest

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// records checks the small keepings: settings, calls, gaps, feedback.
func records(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{
		{"settings", settings}, {"calls", calls}, {"gaps", gaps}, {"feedback", feedback},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) { x.run(t, fresh(t)(t)) })
	}
}

func settings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	_, err := s.Setting(ctx, "floor")
	wantKind(t, err, fault.NotFound)
	for _, value := range []string{"0.2", ""} {
		must(t, s.PutSetting(ctx, "floor", value))
		got, err := s.Setting(ctx, "floor")
		must(t, err)
		wantEqual(t, got, value)
	}
	must(t, s.DeleteSetting(ctx, "floor"))
	_, err = s.Setting(ctx, "floor")
	wantKind(t, err, fault.NotFound)
}

func calls(t *testing.T, s *store.Store) {
	ctx := t.Context()
	k := filled[store.Call]()
	k.At, k.Outcome, k.Duration = noon, "ok", 1500*time.Millisecond
	must(t, s.SaveCall(ctx, k))
	other := k
	other.At, other.Outcome, other.Ticket = noon.Add(time.Hour), "timeout", ""
	must(t, s.SaveCall(ctx, other))
	page, err := s.Calls(ctx, store.CallFilter{Limit: 1})
	must(t, err)
	other.ID = page.Calls[0].ID
	wantEqual(t, page.Calls, []store.Call{other})
	page, err = s.Calls(ctx, store.CallFilter{Limit: 1, After: page.Next})
	must(t, err)
	k.ID = page.Calls[0].ID
	wantEqual(t, page, store.CallPage{Calls: []store.Call{k}})
	for _, f := range []store.CallFilter{{Until: noon.Add(time.Hour)}, {Ticket: k.Ticket}} {
		page, err = s.Calls(ctx, f)
		must(t, err)
		wantEqual(t, page.Calls, []store.Call{k})
	}
	usage, err := s.Usage(ctx, store.CallFilter{Since: noon, Action: k.Action})
	must(t, err)
	wantEqual(t, usage, []store.Usage{{
		Action: k.Action, Model: k.Model, Calls: 2, Unused: 1,
		PromptTokens: 2 * k.PromptTokens, CompletionTokens: 2 * k.CompletionTokens, Duration: 3 * time.Second,
	}})
	_, err = s.Calls(ctx, store.CallFilter{After: "x"})
	wantKind(t, err, fault.Invalid)
}

func gaps(t *testing.T, s *store.Store) {
	ctx := t.Context()
	g := store.Gap{Query: "flux capacitor", Ticket: "1001", At: noon, Kind: store.GapNoResult}
	must(t, s.AddGap(ctx, g))
	must(t, s.AddGap(ctx, store.Gap{Query: "later", At: noon.Add(time.Hour), Kind: store.GapRefused}))
	got, err := s.Gaps(ctx, store.GapFilter{})
	must(t, err)
	wantEqual(t, len(got), 2)
	wantEqual(t, got[0].Query, "later")
	g.ID = got[1].ID
	got, err = s.Gaps(ctx, store.GapFilter{Kind: store.GapNoResult, Since: noon})
	must(t, err)
	wantEqual(t, got, []store.Gap{g})
	got, err = s.Gaps(ctx, store.GapFilter{Since: noon.Add(2 * time.Hour)})
	must(t, err)
	wantEqual(t, len(got), 0)
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
		{1, "", false}, // visitors are not told apart
	} {
		must(t, s.RateArticle(ctx, "a_1", x.actor, kb.Feedback{Revision: x.revision, Helped: x.helpful}, noon, journal.Entry{}))
	}
	votes, err := s.Ratings(ctx, "a_1")
	must(t, err)
	wantEqual(t, votes, kb.Ratings{Helped: 2, DidNot: 2})
	votes, err = s.Ratings(ctx, "a_2")
	must(t, err)
	wantEqual(t, votes, kb.Ratings{})
	wantKind(t, s.RateArticle(ctx, "a_2", "", kb.Feedback{Revision: 1, Helped: true}, noon, journal.Entry{}), fault.NotFound)
}
