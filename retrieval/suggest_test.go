package retrieval_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
)

// TestTheLoop: in a small knowledge base, a resolved ticket with the article written
// from it makes the next similar ticket find that article first.
func TestTheLoop(t *testing.T) {
	e, source := library(t)
	first := "When I export the monthly report from Ledgerly as PDF I get error LG-4410 and an empty file. CSV export " +
		"works."
	subject := "Export to PDF from Ledgerly fails with error LG-4410"
	if s := suggest(t, e, subject, first, staff); !s.BelowFloor || len(s.Articles) != 0 {
		t.Fatalf("before: %v", s.Articles)
	}
	fresh := article("ledgerly", "Ledgerly PDF export fails with error LG-4410",
		"## Issue\nExporting the monthly report as PDF gives LG-4410 and an empty file.\n## Resolution\nChoose the "+
			"template Standard 2 and export again.")
	fresh.Audience = access.Internal
	source.PutArticles(fresh)
	source.PutTickets(resolved("1001", subject, first, noon.Add(-time.Hour), "ledgerly"))
	follow(t, e)
	s := suggest(
		t, e, "Ledgerly PDF report is empty",
		"The monthly report export gives code LG-4410, the file has 0 bytes. Excel is fine.", staff,
	)
	if len(s.Articles) == 0 || s.Articles[0].Article.ID != "ledgerly" || s.BelowFloor {
		t.Fatalf("after: %v, below the floor: %v", hitIDs(s.Articles), s.BelowFloor)
	}
	why := strings.Join(s.Articles[0].Why, "; ")
	for _, part := range []string{
		"1 similar resolved ticket was resolved with this", "matches error LG-4410", "title matches: ledgerly",
	} {
		if !strings.Contains(why, part) {
			t.Errorf("why %q lacks %q", why, part)
		}
	}
	if len(s.Tickets) != 1 || s.Tickets[0].ID != "1001" || s.Tickets[0].Resolution != "Note of 1001" {
		t.Errorf("similar tickets %+v", s.Tickets)
	}
	s = suggest(t, e, "Ledgerly PDF report is empty", "LG-4410", visitor)
	if slices.Contains(hitIDs(s.Articles), "ledgerly") {
		t.Error("a visitor is offered an internal article")
	}
}

func TestWhatNothingIsKnownAboutIsBelowTheFloor(t *testing.T) {
	e, source := library(t)
	source.PutTickets(resolved(
		"1001", "vpn from home", "The VPN does not connect since this morning.", noon.Add(-time.Hour), "vpn-home",
	))
	follow(t, e)
	for _, ticket := range [][2]string{
		{"Coffee machine broken", "The coffee machine in the kitchen shows descale and brews nothing since this morning."},
		{"Parking permit", "I would like a second parking permit for the new garage."},
		{"Holiday balance", "My remaining vacation days are wrong, it says 3."},
	} {
		s := suggest(t, e, ticket[0], ticket[1], staff)
		if !s.BelowFloor || len(s.Articles)+len(s.KnownErrors) != 0 {
			t.Errorf("%s: %v %v", ticket[0], hitIDs(s.Articles), s.KnownErrors)
		}
	}
}

func TestKnownErrorsComeByThemselves(t *testing.T) {
	e, source := library(t)
	s := suggest(t, e, "Cannot work from home", "The client says NG-2051 since the update.", visitor)
	if diff := cmp.Diff([]string{"vpn-ng2051"}, hitIDs(s.KnownErrors)); diff != "" {
		t.Fatal(diff)
	}
	if slices.Contains(hitIDs(s.Articles), "vpn-ng2051") {
		t.Error("the known error is among the articles too")
	}
	if s.BelowFloor {
		t.Error("below the floor although a known error is shown")
	}
	for _, a := range shelf(t) {
		if a.ID == "vpn-ng2051" {
			a.Revision, a.Confidence = 2, "not_validated"
			source.PutArticles(a)
		}
	}
	follow(t, e)
	s = suggest(t, e, "Cannot work from home", "The client says NG-2051 since the update.", staff)
	if len(s.KnownErrors) != 0 {
		t.Errorf("not validated, yet active: %v", hitIDs(s.KnownErrors))
	}
}

func TestOnlyWhatWasKnownCounts(t *testing.T) {
	e, source := library(t)
	source.PutTickets(resolved("1001", "gadget blinks", "The gadget blinks red.", noon, "laptop-slow"))
	follow(t, e)
	for _, tc := range []struct {
		at      time.Time
		exclude string
		want    int
	}{{noon.Add(-time.Minute), "", 0}, {noon, "", 0}, {noon.Add(time.Minute), "", 1}, {noon.Add(time.Minute), "1001", 0}} {
		s, err := e.Suggest(t.Context(), desk.SuggestRequest{
			Subject: "gadget blinks", Body: "It blinks red.", At: tc.at, Exclude: tc.exclude, Visibility: staff, Tickets: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Tickets) != tc.want || len(s.Articles) != tc.want {
			t.Errorf("at %v without %q: %d tickets, %v", tc.at, tc.exclude, len(s.Tickets), hitIDs(s.Articles))
		}
	}
	s, err := e.Suggest(
		t.Context(), desk.SuggestRequest{Subject: "gadget blinks", At: noon.Add(time.Minute), Visibility: requester},
	)
	if err != nil || len(s.Tickets) != 0 {
		t.Errorf("a reader of no tickets is shown %v, %v", s.Tickets, err)
	}
}

func TestFloorCanBeSet(t *testing.T) {
	e, _ := library(t)
	e.SetFloor(0.999)
	if s := suggest(t, e, "vpn from home", "does not connect", staff); !s.BelowFloor || len(s.Articles) != 0 {
		t.Errorf("floor .999: %v", hitIDs(s.Articles))
	}
	if r := search(t, e, "vpn from home", staff); !r.BelowFloor || len(r.Hits) == 0 {
		t.Error("the search box shows hits below the floor, and says so")
	}
	e.SetFloor(0)
	if e.Floor() != 0.15 {
		t.Errorf("default floor %v", e.Floor())
	}
}

func TestSuggestionsNameTheirTickets(t *testing.T) {
	e, source := library(t)
	source.PutTickets(resolved(
		"1001", "vpn from home", "The VPN does not connect since this morning.", noon.Add(-time.Hour), "vpn-home",
	))
	follow(t, e)
	s := suggest(t, e, "vpn from home", "The VPN does not connect.", staff)
	if len(s.Articles) == 0 || !slices.Equal(s.Articles[0].Tickets, []string{"1001"}) ||
		!strings.HasPrefix(s.Articles[0].Why[0], "1 similar") {
		t.Fatalf("%+v", s.Articles)
	}
	s, err := e.Suggest(
		t.Context(), desk.SuggestRequest{Subject: "vpn from home", Body: "The VPN does not connect.", Visibility: visitor},
	)
	if err != nil || len(s.Articles) == 0 || s.Articles[0].Tickets != nil {
		t.Errorf("a reader who may not see tickets is shown %+v, %v", s.Articles, err)
	}
}
