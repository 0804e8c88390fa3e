package measure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/measure"
)

// TestSigns: what makes numbers look better, and what only looks like it. The model of these
// tickets has 24 business hours for a resolution at priority 3, and calls 80% of them near.
func TestSigns(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         []string
	}{
		{"lowered after 20 of 24 hours", "1 08:00 created\n3 08:00 priority 3 to 4\n", []string{"priority_near_breach"}},
		{"lowered early", "1 08:00 created\n2 08:00 priority 3 to 4\n", nil},
		{"raised late", "1 08:00 created\n3 08:00 priority 3 to 2\n", nil},
		{
			"lowered late, after a pause of ten hours",
			"1 08:00 created\n08:00 reply\n08:00 pending\n18:00 answer\n3 08:00 priority 3 to 4\n", nil,
		},
		{"30 seconds left", "1 08:00 created\n3 11:59:30 resolve fixed\n", []string{"resolved_at_limit"}},
		{"two minutes left", "1 08:00 created\n3 11:58 resolve fixed\n", nil},
		{"too late", "1 08:00 created\n3 12:01 resolve fixed\n", nil},
		{
			"nothing was asked", "1 08:00 created\n09:00 pending\n12:00 open\n",
			[]string{"pending_without_question"},
		},
		{"asked, without an answer", "1 08:00 created\n08:50 reply\n09:00 pending\n12:00 open\n", nil},
		{"answered without a question", "1 08:00 created\n09:00 pending\n12:00 answer\n", nil},
		{"still pending", "1 08:00 created\n09:00 pending\n", nil},
	} {
		f := facts(t, c.script)
		var got []string
		for _, s := range f.Signs() {
			got = append(got, s.Kind)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

// TestSignsOfSeveral compares the tickets of one requester.
func TestSignsOfSeveral(t *testing.T) {
	const hour = measure.Moment(3600 * 1e6)
	ticket := func(id, service string, created, resolved measure.Moment, fromDesk bool) measure.Facts {
		f := measure.Facts{Ticket: id, Service: service, Created: created * hour, FromDesk: fromDesk, Requester: "ada"}
		if resolved > 0 {
			f.Resolutions = []measure.Resolution{{At: resolved * hour}}
		}
		return f
	}
	got := measure.SignsAmong([]measure.Facts{
		ticket("1", "vpn", 1, 5, false),
		ticket("2", "vpn", 3, 0, false),   // while the first is open
		ticket("3", "mail", 6, 0, false),  // about something else
		ticket("4", "vpn", 20, 25, false), // after the first
		ticket("5", "vpn", 50, 0, false),  // a day later
		ticket("6", "vpn", 60, 0, true),
		ticket("7", "vpn", 60, 0, true), // of the same call
	})
	want := []measure.Sign{
		{Kind: "opened_again", Ticket: "4", With: "1", At: 20 * hour},
		{Kind: "split", Ticket: "7", With: "6", At: 60 * hour},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
