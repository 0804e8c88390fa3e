package storetest

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/summarize/handoff"
)

func summaries(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("every field is saved", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		x := open(t, s, ticket("VPN"))
		_, err := s.Summary(ctx, x.ID)
		wantKind(t, err, fault.NotFound)
		_, err = s.Summary(ctx, "no number")
		wantKind(t, err, fault.NotFound)
		k := filled[handoff.Stored]()
		k.Ticket = x.ID
		for k.Version = 1; k.Version <= 2; k.Version++ {
			must(t, s.SaveSummary(ctx, k, entry(journal.Ticket, x.ID, "summary_edited")))
			got, err := s.Summary(ctx, x.ID)
			must(t, err)
			wantEqual(t, got, k)
		}
		k.Version, k.Edit = 3, nil
		must(t, s.SaveSummary(ctx, k, journal.Entry{}))
		got, err := s.Summary(ctx, x.ID)
		must(t, err)
		wantEqual(t, got, k)
	})

	t.Run("a version follows the stored one", func(t *testing.T) {
		opener := fresh(t)
		one, two := opener(t), opener(t)
		x := open(t, one, ticket("VPN"))
		save := func(version int) error {
			s := one
			if version%2 == 1 {
				s = two
			}
			summary := handoff.Stored{Ticket: x.ID, Version: version}
			return s.SaveSummary(t.Context(), summary, entry(journal.Ticket, x.ID, "summary_edited"))
		}
		wantKind(t, save(2), fault.Conflict)
		must(t, save(1))
		before := state(t.Context(), t, one)
		wantKind(t, save(1), fault.Conflict)
		wantKind(t, save(3), fault.Conflict)
		wantEqual(t, state(t.Context(), t, one), before)
		errs := make([]error, 8)
		together(len(errs), func(i int) { errs[i] = save(2) })
		oneWinner(t, errs)
	})

	t.Run("a stored hand-off never changes", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		x := open(t, s, ticket("VPN"))
		x.Version, x.Handoffs = 2, []desk.Handoff{{Message: 1, By: "u_anna", At: noon, Summary: `{"engine":"extractive"}`}}
		must(t, s.SaveTickets(ctx, []desk.Ticket{x}, journal.Entry{}))
		y := x
		y.Version = 3
		y.Handoffs = []desk.Handoff{
			{Message: 1, By: "u_bo", Summary: "other"},
			{Message: 2, By: "u_bo", At: noon.Add(time.Hour), Summary: "second"},
		}
		must(t, s.SaveTickets(ctx, []desk.Ticket{y}, journal.Entry{}))
		got, err := s.Ticket(ctx, x.ID, everyone)
		must(t, err)
		wantEqual(t, got.Handoffs, []desk.Handoff{x.Handoffs[0], y.Handoffs[1]})
	})
}
