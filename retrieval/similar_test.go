package retrieval_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
)

// working returns an open ticket.
func working(id, subject, body string, at time.Time) desk.Ticket {
	return desk.Ticket{
		ID: id, Subject: subject, Status: desk.Open, CreatedAt: at,
		Messages: []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: body}},
	}
}

func shownIDs(s desk.Suggestions) (similar, duplicates []string) {
	for _, h := range s.Tickets {
		similar = append(similar, h.ID)
	}
	for _, h := range s.Duplicates {
		duplicates = append(duplicates, h.ID)
	}
	return similar, duplicates
}

func TestOpenDuplicatesAreOffered(t *testing.T) {
	s := eval.NewSnapshot()
	const subject, body = "Tunnel to the office drops with error 0x80072EE2", "Since this morning the tunnel drops " +
		"every ten minutes. Error 0x80072EE2."
	s.PutTickets(
		working(
			"1001", "Tunnel to the office keeps dropping",
			"Error 0x80072EE2 every few minutes since this morning, the tunnel drops.", noon,
		),
		working("1002", "New keyboard wanted", "The old keyboard lost its letters.", noon),
		resolved("1003", "Tunnel drops", "The tunnel to the office drops, error 0x80072EE2.", noon.Add(-time.Hour)),
		resolved("1004", "Paper jam", "The printer on floor two jams.", noon.Add(-time.Hour)),
	)
	e := open(t, s)
	ask := desk.SuggestRequest{Subject: subject, Body: body, Tickets: true, At: noon.Add(time.Hour), Visibility: visitor}
	suggest := func() desk.Suggestions {
		t.Helper()
		if err := e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := e.Suggest(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := suggest()
	similar, duplicates := shownIDs(got)
	if diff := cmp.Diff([]string{"1003"}, similar); diff != "" {
		t.Error("similar", diff)
	}
	if diff := cmp.Diff([]string{"1001"}, duplicates); diff != "" {
		t.Fatal("duplicates", diff)
	}
	for _, why := range []string{"same error 0x80072EE2", "within a day"} {
		if !slices.Contains(got.Duplicates[0].Why, why) {
			t.Errorf("%q is missing in %q", why, got.Duplicates[0].Why)
		}
	}
	if p := got.Duplicates[0].Score; p <= 0 || p >= 1 {
		t.Errorf("score %v", p)
	}

	ask.Tickets = false
	if got := suggest(); len(got.Duplicates)+len(got.Tickets) != 0 {
		t.Errorf("a reader of their own tickets is shown %+v", got)
	}
	ask.Tickets, ask.Exclude = true, "1001"
	if _, duplicates := shownIDs(suggest()); len(duplicates) != 0 {
		t.Errorf("a ticket is its own duplicate: %v", duplicates)
	}
	ask.Exclude = ""
	merged := working("1001", "Tunnel to the office keeps dropping", body, noon)
	merged.MergedInto, merged.Status = "1002", desk.Closed
	s.PutTickets(merged)
	if _, duplicates := shownIDs(suggest()); len(duplicates) != 0 {
		t.Errorf("a merged ticket is offered: %v", duplicates)
	}
}

// TestReopenedTicketIsADuplicateAgain walks one ticket through its states.
func TestReopenedTicketIsADuplicateAgain(t *testing.T) {
	const subject, body = "Badge reader blinks", "The badge reader at the gate blinks red."
	solved := resolved("1001", subject, body, noon)
	reopened := working("1001", subject, body, noon.Add(-time.Hour))
	reopened.ResolvedAt, reopened.Reopens = noon, 1
	withdrawn := resolved("1001", subject, body, noon)
	withdrawn.Resolution = &desk.Resolution{Code: desk.Withdrawn, At: noon}
	s := eval.NewSnapshot()
	s.PutTickets(resolved("1000", "Paper jam", "The printer jams.", noon))
	e := open(t, s)
	for _, step := range []struct {
		name                string
		ticket              desk.Ticket
		similar, duplicates []string
	}{
		{"open", working("1001", subject, body, noon.Add(-time.Hour)), nil, []string{"1001"}},
		{"resolved", solved, []string{"1001"}, nil},
		{"reopened", reopened, nil, []string{"1001"}},
		{"resolved again", solved, []string{"1001"}, nil},
		{"withdrawn", withdrawn, nil, nil},
	} {
		s.PutTickets(step.ticket)
		if err := e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := e.Suggest(t.Context(), desk.SuggestRequest{
			Subject: "The badge reader blinks", Body: "It blinks red at the gate.", Tickets: true,
			At: noon.Add(time.Hour), Visibility: visitor,
		})
		if err != nil {
			t.Fatal(err)
		}
		similar, duplicates := shownIDs(got)
		if diff := cmp.Diff([][]string{step.similar, step.duplicates}, [][]string{similar, duplicates}); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

// TestOpenTicketsAreReadAtStart: what was open before the start is known after it.
func TestOpenTicketsAreReadAtStart(t *testing.T) {
	s := eval.NewSnapshot()
	s.PutTickets(
		working("1001", "Badge reader blinks", "The badge reader at the gate blinks red.", noon),
		resolved("1002", "Paper jam", "The printer jams.", noon),
	)
	e := open(t, s)
	got, err := e.Suggest(t.Context(), desk.SuggestRequest{
		Subject: "Badge reader blinks", Body: "The badge reader at the gate blinks red.", Tickets: true,
		At: noon.Add(time.Hour), Visibility: visitor,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, duplicates := shownIDs(got); !slices.Equal(duplicates, []string{"1001"}) {
		t.Errorf("duplicates %v", duplicates)
	}
}

// TestResolutionCountsWithinASecond: the engine follows by itself, without being woken.
func TestResolutionCountsWithinASecond(t *testing.T) {
	s := eval.NewSnapshot()
	s.PutArticles(article("reset", "Resetting a badge reader", "Hold the button for ten seconds."))
	s.PutTickets(resolved("1000", "Paper jam", "The printer jams.", noon))
	e := open(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Follow(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	s.PutTickets(resolved("1001", "Gate stays shut", "The gate stays shut and the lamp is amber.", noon, "reset"))
	start := time.Now()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for {
		got, err := e.Suggest(t.Context(), desk.SuggestRequest{
			Subject: "Gate shut", Body: "Amber lamp, the gate stays shut.", Tickets: true,
			At: noon.Add(time.Hour), Visibility: visitor,
		})
		if err != nil {
			t.Fatal(err)
		}
		if similar, _ := shownIDs(got); slices.Contains(similar, "1001") {
			break
		}
		select {
		case <-deadline.C:
			t.Fatal("the resolution never counts")
		case <-poll.C:
		}
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("the resolution counted after %v", took)
	}
}
