package storetest

import (
	"strconv"
	"testing"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

// modelVersions checks the versions of the service model.
func modelVersions(t *testing.T, fresh func(t *testing.T) Opener) {
	open := fresh(t)
	s, other := open(t), open(t)
	ctx := t.Context()
	_, err := s.LastModelVersion(ctx)
	wantKind(t, err, fault.NotFound)
	add := func(text string) model.Version {
		t.Helper()
		v := model.Version{Text: text, Author: model.AuthorFile, Reason: "because of " + text, At: noon}
		v, err := s.AddModelVersion(ctx, v, -1, nil, func(v model.Version) journal.Entry {
			return entry(journal.Model, strconv.Itoa(v.Number), "changed")
		})
		must(t, err)
		return v
	}
	first, second := add("a: 1\n"), add("a: 2\n")
	wantEqual(t, first.Number, 1)
	wantEqual(t, second.Number, 2)
	last, err := other.LastModelVersion(ctx)
	must(t, err)
	want := model.Version{Number: 2, Text: "a: 2\n", Author: "file", Reason: "because of a: 2\n", At: noon}
	wantEqual(t, last, want)
	wantEqual(t, add("a: 2\n"), want) // the same text is the same version
	wantEqual(t, add("a: 1\n").Number, 3)
	for number, n := range map[string]int{"1": 1, "2": 1, "3": 1, "4": 0} {
		events, err := other.Events(ctx, journal.Model, number)
		must(t, err)
		wantEqual(t, len(events), n)
	}
	modelProposals(t, s, other)
}

// modelProposals checks the lists of versions, and proposed changes of the last one.
func modelProposals(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	list, err := s.ModelVersions(ctx, 0, 2)
	must(t, err)
	wantEqual(t, []int{list[0].Number, list[1].Number}, []int{3, 2})
	list, err = other.ModelVersions(ctx, 2, 10)
	must(t, err)
	wantEqual(t, len(list), 1)
	none := func(model.Version) journal.Entry { return journal.Entry{} }
	v := model.Version{Text: "a: 9\n", Author: "u_1", Reason: "r", At: noon}
	_, err = s.AddModelVersion(ctx, v, 2, nil, none)
	wantKind(t, err, fault.Conflict)
	p := model.Proposal{Base: 3, Text: "a: 9\n", Author: "u_1", Reason: "r", At: noon, State: model.ProposalOpen}
	p, err = s.AddModelProposal(ctx, p, func(p model.Proposal) journal.Entry {
		return journal.Entry{Notices: []journal.Notice{{
			Key: "model/proposal/" + strconv.Itoa(p.ID), Task: true, Recipient: "role:service_manager", Title: "Review",
		}}}
	})
	must(t, err)
	got, err := other.ModelProposal(ctx, p.ID)
	must(t, err)
	wantEqual(t, got, p)
	p.State, p.DecidedBy, p.DecidedAt, p.Comment = model.ProposalApproved, "u_2", noon, "good"
	v, err = s.AddModelVersion(ctx, v, 3, &p, none)
	must(t, err)
	wantEqual(t, v.Number, 4)
	_, err = s.AddModelVersion(ctx, v, 4, &p, none)
	wantKind(t, err, fault.Conflict) // decided on already
	wantKind(t, s.DecideModelProposal(ctx, p, journal.Entry{}), fault.Conflict)
	all, err := other.ModelProposals(ctx, 10)
	must(t, err)
	wantEqual(t, all, []model.Proposal{p})
	_, err = s.ModelProposal(ctx, 99)
	wantKind(t, err, fault.NotFound)
}
