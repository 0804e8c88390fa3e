package storetest

import (
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/retrieval/triage"
)

// triages checks what triage learns from and keeps.
func triages(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, s, other *store.Store)
	}{{"records", triageRecords}, {"versions", triageVersions}}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			open := fresh(t)
			x.run(t, open(t), open(t))
		})
	}
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
	e.Events = append(e.Events, journal.Event{At: noon, Actor: "u_anna", Object: journal.Ticket, ID: "1001", Verb: "updated"})
	must(t, s.SaveTickets(ctx, []desk.Ticket{merged}, e))
	page, err := other.TriageRecords(ctx, "", 1)
	must(t, err)
	wantEqual(t, len(page), 1)
	wantEqual(t, page[0].Ticket.ID, "1003")
	wantEqual(t, page[0].Ticket.Body(), "third body")
	wantEqual(t, len(page[0].Ticket.Messages), 1)
	page, err = other.TriageRecords(ctx, "1003", 10)
	must(t, err)
	wantEqual(t, len(page), 1) // the merged one teaches nothing
	wantEqual(t, page[0].Ticket.ID, "1001")
	wantEqual(t, len(page[0].Events), 2)
	wantEqual(t, page[0].Events[1].Verb, "updated")
	page, err = other.TriageRecords(ctx, "1001", 10)
	must(t, err)
	wantEqual(t, len(page), 0)
	n, last, err := s.TriageEvents(ctx, 0)
	must(t, err)
	wantEqual(t, n, 1)
	wantEqual(t, last, int64(5))
	n, _, err = s.TriageEvents(ctx, last)
	must(t, err)
	wantEqual(t, n, 0)
}

func triageVersions(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	_, err := s.TriageVersion(ctx, "1")
	wantKind(t, err, fault.NotFound)
	start := func() triage.Version {
		t.Helper()
		v, err := s.StartTriage(ctx, triage.Version{State: triage.Training, By: "u_sven", CreatedAt: noon, LastEvent: 9}, of(journal.Triage, "training_started"))
		must(t, err)
		return v
	}
	first := start()
	_, err = other.StartTriage(ctx, triage.Version{State: triage.Training, By: "u_sven", CreatedAt: noon}, of(journal.Triage, "training_started"))
	wantKind(t, err, fault.Conflict)
	decide := func(v triage.Version, state triage.State) {
		t.Helper()
		v.State, v.Reason, v.Weights, v.Report, v.DecidedAt = state, "because", "{}", "[]", noon
		e := entry(journal.Triage, v.ID, "decided")
		e.Changes = nil
		must(t, s.DecideTriage(ctx, v, e))
	}
	decide(first, triage.InForce)
	second := start()
	decide(second, triage.InForce)
	decide(start(), triage.Failed)
	list, err := other.TriageVersions(ctx, 10)
	must(t, err)
	wantEqual(t, len(list), 3)
	wantEqual(t, []triage.State{list[0].State, list[1].State, list[2].State}, []triage.State{triage.Failed, triage.InForce, triage.Replaced})
	wantEqual(t, list[1].Weights, "")
	got, err := other.TriageVersion(ctx, second.ID)
	must(t, err)
	want := second
	want.State, want.Reason, want.Weights, want.Report, want.DecidedAt = triage.InForce, "because", "{}", "[]", noon
	wantEqual(t, got, want)
	old, err := other.TriageVersion(ctx, first.ID)
	must(t, err)
	wantEqual(t, old.Weights, "")
	second.ID = "99"
	wantKind(t, s.DecideTriage(ctx, second, journal.Entry{}), fault.NotFound)
}
