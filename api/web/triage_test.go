package web_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/retrieval/version"
)

// proposed contains proposals based on the words of a hostile requester.
var proposed = desk.Triage{
	Boundary: model.BoundarySuggest, Rule: "automation.default.triage",
	Proposals: []desk.Proposal{
		{Opinion: desk.Opinion{
			Field: desk.FieldCategory, Value: "network", Confidence: .934, Basis: desk.FromHistory,
			Words: []string{"vpn", "<b>drops</b>"},
		}, State: desk.ProposalOffered},
		{
			Opinion: desk.Opinion{Field: desk.FieldImpact, Value: "2", Confidence: .91, Basis: desk.FromHistory}, Current: "3",
			State: desk.ProposalOffered,
		},
		{Opinion: desk.Opinion{Field: desk.FieldService}, Current: "network", State: desk.ProposalSet},
		{Opinion: desk.Opinion{Field: desk.FieldUrgency}, Current: "2", State: desk.ProposalUnknown},
	},
}

func TestProposals(t *testing.T) {
	s := newSite(t)
	s.desk.triage = proposed
	page := s.get(agent, "/tickets/1001")
	s.shows(page, http.StatusOK, "Category: VPN, Wi-Fi and network", "93% likely", "<b>drops</b>", "Impact: 2 – A team",
		"instead of 3 – One person", "Accept all", "By rule", "Confirm")
	s.lacks(page, "Urgency: ")
	checkHTML(t, page.Body.String())
	s.lacks(s.get(requester, "/tickets/1001"), "Triage", "93%", "Accept all")
	s.desk.triage.Boundary = model.BoundarySupervised
	s.shows(s.get(agent, "/tickets/1001"), http.StatusOK, "Approve all", "Nothing changes until you approve it.")
}

func TestAcceptProposals(t *testing.T) {
	s := newSite(t)
	s.sent(s.post(agent, "/tickets/1001/triage", "category", "network", "impact", "2"),
		"/tickets/1001?done=accepted#triage")
	if got := s.desk.last(); got != "take 1001|map[category:network impact:2]" {
		t.Errorf("got call %q", got)
	}
	if rec := s.post(requester, "/tickets/1001/triage", "category", "network"); rec.Code != http.StatusForbidden {
		t.Errorf("a requester can accept a proposal: %d", rec.Code)
	}
	s.desk.err = fault.New(fault.Conflict, "the proposal has changed; reload the ticket")
	s.shows(s.post(agent, "/tickets/1001/triage", "category", "network"), http.StatusConflict, "The proposal has changed")
}

// fakeTriage has fixed trained versions.
type fakeTriage struct {
	versions []version.Version
	started  int
}

func (f *fakeTriage) StartTraining(context.Context, access.Actor) (version.Version, bool, error) {
	f.started++
	return version.Version{ID: "8", State: version.Training}, true, nil
}

func (f *fakeTriage) ListVersions(context.Context, access.Actor, int) ([]version.Version, error) {
	return f.versions, nil
}

func TestTriagePage(t *testing.T) {
	s := newSite(t)
	page := s.get(manager, "/triage")
	s.shows(page, http.StatusOK, "Nothing has been learned yet", "Train now")
	report := triage.Report{Tickets: 1200, Fields: map[desk.Field]triage.FieldReport{
		desk.FieldCategory: {
			Tickets: 1100, Values: 9, Checked: 220, Accuracy: .81, Majority: .3, Floor: .87,
			Coverage: .64, Precision: .955,
		},
		desk.FieldImpact: {Tickets: 1200, Values: 3, Checked: 240, Accuracy: .7, Majority: .7, Floor: 1},
	}}
	s.triage.versions = []version.Version{
		{
			ID: "7", State: version.InForce, CreatedAt: noon, DecidedAt: noon, Reason: hostile,
			Report: string(journal.Data(report)),
		},
		{ID: "6", State: version.Failed, CreatedAt: noon, Reason: "too little"},
	}
	page = s.get(manager, "/triage")
	s.shows(page, http.StatusOK, "from 1200 tickets", "1100 tickets", "64% of tickets", "if at least 87% likely", "96%",
		"would be correct less than nine times in ten", "too little")
	checkHTML(t, page.Body.String())
	s.sent(s.post(manager, "/triage"), "/triage")
	if s.triage.started != 1 {
		t.Errorf("%d training runs were started", s.triage.started)
	}
	s.lacks(s.get(knower, "/triage"), "Train now")
	for _, who := range []access.Actor{requester, agent} {
		if rec := s.get(who, "/triage"); rec.Code != http.StatusForbidden {
			t.Errorf("%s can read it: %d", who.Name, rec.Code)
		}
	}
	if rec := s.post(knower, "/triage"); rec.Code != http.StatusForbidden || s.triage.started != 1 {
		t.Errorf("a knowledge manager can train: %d", rec.Code)
	}
}
