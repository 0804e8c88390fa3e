package storetest

import (
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

// triages tests the records that triage learns from.
func triages(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("records", func(t *testing.T) {
		open := fresh(t)
		triageRecords(t, open(t), open(t))
	})
}

func triageRecords(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	for _, subject := range []string{"first", "second", "third"} {
		_, err := s.CreateTicket(ctx, func(id string) (desk.Ticket, journal.Entry) {
			e := entry(journal.Ticket, id, "created")
			return desk.Ticket{
				Subject: subject, Requester: "u_rita", Category: "email", CreatedAt: noon, UpdatedAt: noon,
				Messages: []desk.Message{{N: 1, Text: subject + " body", At: noon}, {N: 2, Text: "a reply", At: noon}},
			}, e
		})
		must(t, err)
	}
	merged, err := s.Ticket(ctx, "1002", desk.Scope{All: true})
	must(t, err)
	merged.MergedInto, merged.Version = "1001", 2
	e := entry(journal.Ticket, "1002", "merged")
	e.Events = append(e.Events, journal.Event{
		At: noon, Actor: "u_anna", Object: journal.Ticket, ID: "1001", Verb: "updated",
	})
	must(t, s.SaveTickets(ctx, []desk.Ticket{merged}, e))
	page, err := other.TriageRecords(ctx, "", 1)
	must(t, err)
	wantEqual(t, len(page), 1)
	wantEqual(t, page[0].Ticket.ID, "1003")
	wantEqual(t, page[0].Ticket.Body(), "third body")
	wantEqual(t, len(page[0].Ticket.Messages), 1)
	page, err = other.TriageRecords(ctx, "1003", 10)
	must(t, err)
	wantEqual(t, len(page), 1) // without the merged one
	wantEqual(t, page[0].Ticket.ID, "1001")
	wantEqual(t, len(page[0].Events), 2)
	wantEqual(t, page[0].Events[1].Verb, "updated")
	page, err = other.TriageRecords(ctx, "1001", 10)
	must(t, err)
	wantEqual(t, len(page), 0)
	n, err := s.TriageEvents(ctx, 0)
	must(t, err)
	wantEqual(t, n, 1)
	n, err = s.TriageEvents(ctx, 5) // the newest
	must(t, err)
	wantEqual(t, n, 0)
}
