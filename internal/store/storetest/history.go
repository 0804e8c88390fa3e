package storetest

import (
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

// histories tests how tickets of another tool are written.
func histories(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("names are introduced once", func(t *testing.T) { introductions(t, fresh(t)(t)) })
	t.Run("a ticket comes in whole and is replaced", func(t *testing.T) { movedTicket(t, fresh(t)(t)) })
	t.Run("a batch is written whole or not at all", func(t *testing.T) { movedBatch(t, fresh(t)(t)) })
	t.Run("two processes give out the same numbers", func(t *testing.T) {
		opener := fresh(t)
		stores := []*store.Store{opener(t), opener(t), opener(t), opener(t)}
		got := make([]history.Known, len(stores))
		together(len(stores), func(i int) {
			got[i] = introduce(t, stores[i], "X-1", "X-2", "X-3")
		})
		for _, k := range got[1:] {
			wantEqual(t, k.Tickets, got[0].Tickets)
			wantEqual(t, k.People, got[0].People)
		}
	})
}

func introduce(t *testing.T, s *store.Store, ids ...string) history.Known {
	t.Helper()
	k, err := s.Introduce(t.Context(), history.Names{
		Tickets: ids, People: []history.Person{{ID: auth.NewUserID(), Email: "ada@example.org"}},
		Articles: []string{"slug-a_1"},
	})
	if err != nil {
		t.Error(err)
	}
	return k
}

func introductions(t *testing.T, s *store.Store) {
	saveArticle(t, s, article("a_1", 1))
	k := introduce(t, s, "X-1", "X-2")
	if k.Tickets["X-1"].Number == k.Tickets["X-2"].Number || k.Tickets["X-1"].Version != 0 {
		t.Errorf("numbers: %+v", k.Tickets)
	}
	wantEqual(t, k.Articles, map[string]history.Article{"slug-a_1": {ID: "a_1", Title: "Title of a_1"}})
	again := introduce(t, s, "X-2", "X-3")
	wantEqual(t, again.Tickets["X-2"], k.Tickets["X-2"])
	wantEqual(t, again.People, k.People)
	awaited, err := s.Awaited(t.Context(), 2)
	must(t, err)
	wantEqual(t, awaited, []string{"X-1", "X-2"})
	_, err = s.Ticket(t.Context(), "X-1", everyone)
	wantKind(t, err, fault.NotFound)
	users, err := s.Users(t.Context())
	must(t, err)
	wantEqual(t, len(users), 0)
}

// moved returns a record of a ticket with an event.
func moved(k history.Known, id string, version int) history.Record {
	x := withoutFiles()
	x.ID, x.ExternalID, x.Version = k.Tickets[id].Number, id, version
	x.Dismissed, x.Handoffs, x.Intake, x.Timing = nil, nil, nil, nil
	x.MergedInto = ""
	return history.Record{
		Ticket: x, Events: entry(journal.Ticket, x.ID, "created").Events, Hash: "h" + id, Replaces: version - 1,
	}
}

func movedTicket(t *testing.T, s *store.Store) {
	ctx := t.Context()
	k := introduce(t, s, "X-1", "X-2")
	r := moved(k, "X-1", 1)
	save := func(r history.Record) []string {
		t.Helper()
		stale, err := s.SaveHistory(ctx, history.Batch{Records: []history.Record{r}})
		must(t, err)
		return stale
	}
	wantEqual(t, len(save(r)), 0)
	for _, id := range []string{r.Ticket.ID, "X-1"} {
		got, err := s.Ticket(ctx, id, everyone)
		must(t, err)
		wantEqual(t, got, r.Ticket)
	}
	page, err := s.Tickets(ctx, desk.Filter{Scope: everyone, Text: "X-1"})
	must(t, err)
	wantEqual(t, len(page.Tickets), 1)
	stored := introduce(t, s, "X-1").Tickets["X-1"]
	wantEqual(t, stored, history.Stored{Number: r.Ticket.ID, Version: 1, Imported: 1, Hash: "hX-1"})
	past, err := s.Past(ctx, []string{r.Ticket.ID, k.Tickets["X-2"].Number})
	must(t, err)
	wantEqual(t, len(past), 1)
	wantEqual(t, past[0].Ticket, r.Ticket)
	wantEqual(t, len(past[0].Events), 1)
	aliases, err := s.Aliases(ctx, []string{k.People["ada@example.org"]}, nil, []string{r.Ticket.ID})
	must(t, err)
	wantEqual(t, aliases.Tickets, map[string]string{r.Ticket.ID: "X-1"})
	wantEqual(t, len(aliases.People), 1)

	next := moved(k, "X-1", 2)
	next.Ticket.Messages = next.Ticket.Messages[:1]
	next.Ticket.MergedInto = k.Tickets["X-2"].Number
	wantEqual(t, len(save(next)), 0)
	got, err := s.Ticket(ctx, "X-1", everyone)
	must(t, err)
	wantEqual(t, got, next.Ticket)
	events, err := s.TicketEvents(ctx, "X-1", everyone)
	must(t, err)
	wantEqual(t, len(events), 1)
	into, err := s.MergedInto(ctx, []string{r.Ticket.ID})
	must(t, err)
	wantEqual(t, into, map[string]string{r.Ticket.ID: k.Tickets["X-2"].Number})
	wantEqual(t, save(next), []string{r.Ticket.ID}) // it has version 2 by now
	got, err = s.Ticket(ctx, "X-1", everyone)
	must(t, err)
	wantEqual(t, got, next.Ticket)
	numbers, err := s.TicketNumbers(ctx, "", 10)
	must(t, err)
	wantEqual(t, numbers, []string{r.Ticket.ID})
}

func movedBatch(t *testing.T, s *store.Store) {
	ctx := t.Context()
	k := introduce(t, s, "X-1", "X-2")
	before := state(ctx, t, s)
	bad := moved(k, "X-2", 1)
	bad.Ticket.Messages[1].Text = "a\x00b"
	_, err := s.SaveHistory(ctx, history.Batch{Records: []history.Record{moved(k, "X-1", 1), bad}})
	wantKind(t, err, fault.Invalid)
	wantEqual(t, state(ctx, t, s), before)
	bad.Ticket.Messages[1].Text = "ab"
	_, err = s.SaveHistory(ctx, history.Batch{Records: []history.Record{moved(k, "X-1", 1), bad}})
	must(t, err)
	_, err = s.SaveHistory(ctx, history.Batch{Records: []history.Record{bad}})
	wantKind(t, err, fault.Conflict) // it is there already
	counts, err := s.CountTickets(ctx, everyone)
	must(t, err)
	wantEqual(t, counts.Total, 2)
}
