package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

// whole returns a ticket with every field that the store saves.
func whole(t *testing.T, s *store.Store) desk.Ticket {
	t.Helper()
	x := withoutFiles()
	x.Messages[0].Files, x.Messages[1].Files = attached(t, s, "one", "two"), attached(t, s, "two")
	return x
}

// withoutFiles returns a ticket with a value in every field but the files of its messages.
func withoutFiles() desk.Ticket {
	x := filled[desk.Ticket]()
	for i := range x.Messages {
		x.Messages[i].N, x.Messages[i].Files = i+1, nil
	}
	x.Merged = false // set for requesters only, and never saved
	for _, hits := range [][]desk.ArticleHit{x.Intake.Articles, x.Intake.KnownErrors} {
		for i := range hits {
			hits[i].Answers = nil // only those who use the answer at once need it
		}
	}
	return x
}

func tickets(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("every field is saved", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		x := whole(t, s)
		created := open(t, s, x)
		x.ID, x.Version = created.ID, 1
		wantEqual(t, created, x)
		got, err := s.Ticket(ctx, x.ID, everyone)
		must(t, err)
		wantEqual(t, got, x)
		indexed, err := s.IndexTickets(ctx, []string{"9999", "no number", x.ID, x.ID})
		must(t, err)
		taught := x
		taught.Messages, taught.Intake, taught.Handoffs, taught.Timing = slices.Clone(x.Messages[:1]), nil, nil, nil
		taught.Messages[0].Files = nil // nothing is learned from them
		wantEqual(t, indexed, []desk.Ticket{taught})
		page, err := s.Tickets(ctx, desk.Filter{Scope: everyone})
		must(t, err)
		listed := x
		listed.Messages, listed.Intake, listed.Handoffs = nil, nil, nil
		wantEqual(t, page, desk.Page{Tickets: []desk.Ticket{listed}})
	})

	t.Run("fields can be emptied", func(t *testing.T) {
		s := fresh(t)(t)
		x := open(t, s, whole(t, s))
		bare := desk.Ticket{ID: x.ID, Version: 2, Messages: x.Messages, Intake: x.Intake, Handoffs: x.Handoffs}
		must(t, s.SaveTickets(t.Context(), []desk.Ticket{bare}, journal.Entry{}))
		got, err := s.Ticket(t.Context(), x.ID, everyone)
		must(t, err)
		wantEqual(t, got, bare)
	})

	t.Run("numbers begin with 1001 and follow each other", func(t *testing.T) {
		opener := fresh(t)
		one, two := opener(t), opener(t)
		wantEqual(t, open(t, one, ticket("first")).ID, "1001")
		_, err := one.CreateTicket(t.Context(), func(id string) (desk.Ticket, journal.Entry) {
			return ticket("broken\x00"), entry(journal.Ticket, id, "created")
		})
		wantKind(t, err, fault.Invalid)
		wantEqual(t, open(t, two, ticket("second")).ID, "1002")
	})

	t.Run("other forms of an id are not found", func(t *testing.T) {
		s := fresh(t)(t)
		open(t, s, ticket("first"))
		for _, id := range []string{
			"", "0", "01001", "+1001", " 1001", "1001 ", "1001.0", "1e3", "-1001", "99999999999999999999", "1002",
			"1001 OR 1=1",
		} {
			_, err := s.Ticket(t.Context(), id, everyone)
			wantKind(t, err, fault.NotFound)
			_, err = s.TicketEvents(t.Context(), id, everyone)
			wantKind(t, err, fault.NotFound)
		}
	})

	t.Run("stored messages never change and new ones follow them", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		x := open(t, s, ticket("printer"))
		x.Version, x.Messages = 2, []desk.Message{message(1, "rewritten"), message(2, "second")}
		must(t, s.SaveTickets(ctx, []desk.Ticket{x}, journal.Entry{}))
		x.Version, x.Messages = 3, nil
		must(t, s.SaveTickets(ctx, []desk.Ticket{x}, journal.Entry{}))
		got, err := s.Ticket(ctx, x.ID, everyone)
		must(t, err)
		wantEqual(t, got.Messages, []desk.Message{message(1, "It does not work."), message(2, "second")})
		x.Version, x.Messages = 4, []desk.Message{message(4, "a gap")}
		wantKind(t, s.SaveTickets(ctx, []desk.Ticket{x}, journal.Entry{}), fault.Invalid)
	})

	t.Run("only one of several writers of a version wins", func(t *testing.T) {
		opener := fresh(t)
		one, two := opener(t), opener(t)
		x := open(t, one, ticket("printer"))
		for round := range 5 {
			errs := make([]error, 8)
			together(len(errs), func(i int) {
				s, mine := one, x
				if i%2 == 1 {
					s = two
				}
				mine.Version = round + 2
				added := message(len(x.Messages)+1, fmt.Sprintf("from %d", i))
				mine.Messages = append(slices.Clone(x.Messages), added)
				errs[i] = s.SaveTickets(t.Context(), []desk.Ticket{mine}, entry(journal.Ticket, x.ID, "replied"))
			})
			oneWinner(t, errs)
			var err error
			x, err = two.Ticket(t.Context(), x.ID, everyone)
			must(t, err)
			wantEqual(t, len(x.Messages), round+2)
		}
		events, err := one.TicketEvents(t.Context(), x.ID, everyone)
		must(t, err)
		wantEqual(t, len(events), 6)
	})

	t.Run("two tickets are saved together or not at all", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		a, b := open(t, s, ticket("a")), open(t, s, ticket("b"))
		before := state(ctx, t, s)
		a.Version, b.Version = 2, 3
		a.Subject, b.MergedInto = "merged", a.ID
		err := s.SaveTickets(ctx, []desk.Ticket{a, b}, entry(journal.Ticket, a.ID, "merged"))
		wantKind(t, err, fault.Conflict)
		if err == nil || !strings.Contains(err.Error(), "version 1") {
			t.Errorf("the conflict does not mention the current version: %v", err)
		}
		wantEqual(t, state(ctx, t, s), before)
		got, err := s.Ticket(ctx, a.ID, everyone)
		must(t, err)
		wantEqual(t, got.Subject, "a")
		b.Version = 2
		must(t, s.SaveTickets(ctx, []desk.Ticket{b, a}, entry(journal.Ticket, a.ID, "merged")))
		b.ID = "7777"
		wantKind(t, s.SaveTickets(ctx, []desk.Ticket{b}, journal.Entry{}), fault.NotFound)
	})

	t.Run("counts", func(t *testing.T) { counts(t, fresh) })
	t.Run("ids of resolved and open tickets", func(t *testing.T) { ticketIDs(t, fresh) })
}

func counts(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	for i, status := range []desk.Status{desk.New, desk.New, desk.Open, desk.Closed} {
		x := ticket("printer")
		x.Status, x.Bypass = status, i == 0
		if i == 2 {
			x.Group = "second-line"
		}
		open(t, s, x)
	}
	merged := ticket("printer")
	merged.Status, merged.MergedInto, merged.Bypass = desk.Closed, "1001", true
	open(t, s, merged)
	got, err := s.CountTickets(t.Context(), everyone)
	must(t, err)
	wantEqual(t, got, desk.Counts{
		ByStatus: map[desk.Status]int{desk.New: 2, desk.Open: 1, desk.Closed: 1},
		ByGroup:  map[string]int{"service-desk": 2, "second-line": 1},
		Bypassed: 1, Total: 4,
	})
}

func ticketIDs(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	var want, others []string
	for i := range 25 {
		x := ticket("printer")
		if i%2 == 0 {
			x.ResolvedAt = noon
		}
		if id := open(t, s, x).ID; i%2 == 0 {
			want = append(want, id)
		} else {
			others = append(others, id)
		}
	}
	wantEqual(t, pages(t, s.TicketIDs), want)
	merged := ticket("printer")
	merged.MergedInto = want[0]
	open(t, s, merged)
	wantEqual(t, pages(t, s.OpenTicketIDs), others)
}

// pages reads a list of ids in small pages.
func pages(t *testing.T, list func(ctx context.Context, after string, limit int) ([]string, error)) []string {
	t.Helper()
	var got []string
	for after := ""; ; {
		ids, err := list(t.Context(), after, 4)
		must(t, err)
		if len(ids) == 0 {
			return got
		}
		got = append(got, ids...)
		after = ids[len(ids)-1]
	}
}
