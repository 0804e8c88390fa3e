package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
)

var (
	manager = access.Actor{ID: "u_m", Name: "Mia", Roles: []access.Role{access.ServiceManager}}
	owner   = access.Actor{ID: "u_o", Name: "Otto", Roles: []access.Role{access.Admin}}
)

// fakeLedger has a call with each kind of outcome.
type fakeLedger struct {
	calls []ask.Call
	since time.Time
}

func newLedger() *fakeLedger {
	call := func(id int64, action, outcome string, ago time.Duration) ask.Call {
		return ask.Call{
			ID: id, At: noon.Add(-ago), Action: action, Rule: "ai.default.enabled " + hostile, Ticket: "1001",
			Model: "tiny " + hostile, PromptTokens: 1200, CompletionTokens: 300, Duration: 2500 * time.Millisecond,
			Outcome: outcome, Sent: "CANARY-SENT " + hostile, Cost: 2_500, Currency: "EUR",
		}
	}
	return &fakeLedger{calls: []ask.Call{
		call(4, "answer", ask.UnderWay, time.Minute), call(3, "handoff", "ok", time.Hour),
		call(2, "draft", "the model’s reply stalled "+hostile, 2*time.Hour),
		call(1, "draft", ask.UnderWay, 3*time.Hour),
	}}
}

func (f *fakeLedger) ModelCalls(context.Context, string, int) ([]ask.Call, string, error) {
	if len(f.calls) == 0 {
		return nil, "", nil
	}
	return f.calls, "7", nil
}

func (f *fakeLedger) ModelCall(_ context.Context, id string) (ask.Call, error) {
	if id != "3" || len(f.calls) == 0 {
		return ask.Call{}, fault.New(fault.NotFound, "there is no call %q", id)
	}
	return f.calls[1], nil
}

func (f *fakeLedger) ModelFigures(_ context.Context, since time.Time) ([]ask.Call, error) {
	f.since = since
	return f.calls, nil
}

func (f *fakeLedger) ModelBudgets(context.Context) ([]ask.Budget, error) {
	return []ask.Budget{
		{
			Tokens: 1_234_567, TokenLimit: 2_000_000, Cost: 4_000_000, CostLimit: 4_000_000, Currency: "EUR",
			Until: noon.Add(12 * time.Hour),
		},
		{Action: "answer", Tokens: 10, TokenLimit: -1, CostLimit: -1, Currency: "EUR", Until: noon.Add(12 * time.Hour)},
	}, nil
}

func TestUsagePage(t *testing.T) {
	s := newSite(t)
	for _, who := range []access.Actor{manager, owner} {
		rec := s.get(who, "/usage?days=30")
		s.shows(rec, http.StatusOK, "1,234,567", "of 2,000,000", "765,433", "Used up", "unlimited", "Hand-off summaries",
			"0.0025 EUR",
			"In progress", "the model’s reply stalled", "the server stopped before the model had answered", "2.5 s", "Next")
		if strings.Contains(rec.Body.String(), "CANARY-SENT") {
			t.Error("the list shows the text that was sent")
		}
		checkHTML(t, rec.Body.String())
	}
	if want := time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC); !s.book.since.Equal(want) {
		t.Errorf("30 days begin on %s, want %s", s.book.since, want)
	}
	table := s.get(manager, "/usage.csv?days=30").Body.String()
	if lines := strings.Split(strings.TrimSpace(table), "\n"); len(lines) != 4 ||
		lines[1] != "2026-11-22,answer,0,0,0,1,1200,300,0.002500,EUR,0,0" || strings.Contains(table, "CANARY") {
		t.Errorf("CSV:\n%s", table)
	}
	rec := s.get(owner, "/usage/3")
	s.shows(rec, http.StatusOK, "CANARY-SENT", "30 days", "ticket #1001")
	checkHTML(t, rec.Body.String())
	if rec := s.get(owner, "/usage/99"); rec.Code != http.StatusNotFound {
		t.Errorf("a missing call: %d", rec.Code)
	}
	for _, who := range []access.Actor{visitor, requester, agent, knower, manager} {
		if rec := s.get(who, "/usage/3"); rec.Code == http.StatusOK {
			t.Errorf("%v can read the text that was sent", who.Roles)
		}
	}
	for _, who := range []access.Actor{visitor, requester, agent, knower} {
		for _, path := range []string{"/usage", "/usage.csv"} {
			if rec := s.get(who, path); rec.Code == http.StatusOK {
				t.Errorf("%v can read %s", who.Roles, path)
			}
		}
	}
	s.book.calls[1].Sent = ""
	s.shows(s.get(owner, "/usage/3"), http.StatusOK, "has been deleted")
	s.book.calls = nil
	s.shows(s.get(manager, "/usage"), http.StatusOK, "There were no language model calls in this period",
		"There have been no language model calls yet", "--llm-base-url")
}
