package clock_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

func shippedText(t *testing.T) string {
	t.Helper()
	return string(content.ServiceModel())
}

// parse returns the service model of a text with replacements, each of which must apply.
func parse(t *testing.T, text string, replace ...string) *model.Service {
	t.Helper()
	for i := 0; i+1 < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("the text lacks %q", replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	m, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// life reads events such as "2 09:00 ben resolved {}": the day of March 2026, which begins
// with a Sunday, the time, who, what and the details.
func life(t *testing.T, lines ...string) []journal.Event {
	t.Helper()
	var out []journal.Event
	for _, l := range lines {
		f := strings.SplitN(l, " ", 5)
		e := journal.Event{At: march(t, f[0]+" "+f[1]), Actor: f[2], Object: journal.Ticket, ID: "1", Verb: f[3]}
		if len(f) == 5 {
			e.Data = []byte(f[4])
		}
		out = append(out, e)
	}
	return out
}

func march(t *testing.T, s string) time.Time {
	t.Helper()
	day, hour, _ := strings.Cut(s, " ")
	return at(t, fmt.Sprintf("2026-03-%02sT%s:00Z", day, hour))
}

// opened is the event of a priority 3 ticket that ada opened on Monday at nine.
const opened = `2 09:00 ada created {"type":"incident","priority":3,"group":"service-desk","service":"email",` +
	`"category":"email","channel":"portal"}`

// texts returns the latest clock of each target as short texts.
func texts(clocks []clock.Clock) map[string]string {
	out := map[string]string{}
	for _, c := range clock.Latest(clocks) {
		due := "-"
		if !c.Due.IsZero() {
			due = c.Due.Format("02 15:04")
		}
		out[c.Target] = fmt.Sprintf("%s #%d %s of %s, due %s", c.Phase, c.Cycle, c.Spent, c.Goal, due)
	}
	return out
}

func TestClocks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []string
		model  []string
		now    string
		want   map[string]string
	}{
		{
			name: "open", events: []string{opened}, now: "2 10:00",
			want: map[string]string{
				"first_response": "running #1 1h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "running #1 1h0m0s of 24h0m0s, due 04 13:00",
				"update":         "running #1 1h0m0s of 10h0m0s, due 03 09:00",
			},
		},
		{
			name: "pending is a pause, and the requester's reply ends it",
			events: []string{
				opened, `2 10:00 ben message_added {"n":2,"visibility":"public","from":"desk"}`,
				`2 11:00 ben updated {"status":["open","pending"]}`,
				`3 11:00 ada message_added {"n":3,"visibility":"public","from":"requester"}`,
			},
			now: "3 12:00",
			want: map[string]string{
				"first_response": "met #1 1h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "running #1 3h0m0s of 24h0m0s, due 05 13:00",
				"update":         "breached #2 12h0m0s of 10h0m0s, due 03 10:00",
			},
		},
		{
			name: "paused now",
			events: []string{
				opened, `2 10:00 ben message_added {"n":2,"visibility":"public","from":"desk"}`,
				`2 11:00 ben updated {"status":["open","pending"]}`,
			},
			now: "2 17:00",
			want: map[string]string{
				"first_response": "met #1 1h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "paused #1 2h0m0s of 24h0m0s, due -",
				"update":         "running #2 7h0m0s of 10h0m0s, due 03 10:00",
			},
		},
		{
			name:   "a higher priority keeps the time spent",
			events: []string{opened, `2 13:00 ben updated {"priority":[3,2],"urgency":[2,1]}`},
			now:    "2 14:00",
			want: map[string]string{
				"first_response": "breached #1 5h0m0s of 30m0s, due 02 09:30",
				"resolution":     "running #1 5h0m0s of 8h0m0s, due 02 17:00",
				"update":         "breached #1 5h0m0s of 4h0m0s, due 02 13:00",
			},
		},
		{
			name: "priority 1 counts nights from then on",
			events: []string{
				opened, `2 16:00 ben updated {"priority":[3,1]}`,
			},
			now: "2 20:00",
			want: map[string]string{
				"first_response": "breached #1 11h0m0s of 15m0s, due 02 09:15",
				"resolution":     "breached #1 11h0m0s of 4h0m0s, due 02 13:00",
				"update":         "breached #1 11h0m0s of 1h0m0s, due 02 10:00",
			},
		},
		{
			name: "reopened: resumed, the first cycle, restarted",
			events: []string{
				opened, `2 12:00 ben resolved {"code":"fixed"}`, `4 09:00 ada reopened {}`,
			},
			now: "4 10:00",
			want: map[string]string{
				"first_response": "breached #1 3h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "running #1 4h0m0s of 24h0m0s, due 06 10:00",
				"update":         "running #2 1h0m0s of 10h0m0s, due 05 09:00",
			},
		},
		{
			name:   "reopened: restarted by the policy",
			model:  []string{"reopen_days: 7", "reopen_days: 7\nclocks:\n  resolution: {reopen: restart, pause: []}"},
			events: []string{opened, `2 12:00 ben resolved {"code":"fixed"}`, `4 09:00 ada reopened {}`},
			now:    "4 10:00",
			want: map[string]string{
				"first_response": "breached #1 3h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "running #2 1h0m0s of 24h0m0s, due 06 13:00",
				"update":         "running #2 1h0m0s of 10h0m0s, due 05 09:00",
			},
		},
		{
			name:   "withdrawn",
			events: []string{opened, `2 12:00 ben resolved {"code":"withdrawn"}`}, now: "9 12:00",
			want: map[string]string{
				"first_response": "cancelled #1 3h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "cancelled #1 3h0m0s of 24h0m0s, due 04 13:00",
				"update":         "cancelled #1 3h0m0s of 10h0m0s, due 03 09:00",
			},
		},
		{
			name: "reset by another service, and a start that counts from the creation",
			model: []string{
				"reopen_days: 7", "reopen_days: 7\nclocks:\n  resolution: {reset: [service_changed]}\n" +
					"  first_response: {start: [assigned], retroactive: true}\n  update: {start: [assigned]}",
			},
			events: []string{opened, `2 13:00 ben updated {"service":["email","network"],"assignee":["","ben"]}`},
			now:    "2 14:00",
			want: map[string]string{
				"first_response": "breached #1 5h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "running #2 1h0m0s of 24h0m0s, due 04 17:00",
				"update":         "running #1 1h0m0s of 10h0m0s, due 03 13:00",
			},
		},
		{
			name: "not started",
			model: []string{
				"reopen_days: 7",
				"reopen_days: 7\nclocks:\n  first_response: {start: [assigned], retroactive: true}",
			},
			events: []string{opened}, now: "2 10:00",
			want: map[string]string{
				"resolution": "running #1 1h0m0s of 24h0m0s, due 04 13:00",
				"update":     "running #1 1h0m0s of 10h0m0s, due 03 09:00",
			},
		},
		{
			name: "groups and a supplier",
			model: []string{
				"    title: Second line\n    calendar: office", "    title: Second line\n    calendar: office\n    ola: {3: 4h}",
				"# What users rely on.",
				"suppliers:\n  acme: {title: Acme, calendar: always, targets: {3: 8h}}\n# What users rely on.",
			},
			events: []string{
				opened, `2 10:00 ben escalated {"from":"service-desk","to":"second-line"}`,
				`2 11:00 eve updated {"status":["open","on_hold"],"supplier":["","acme"]}`,
				`3 11:00 eve updated {"status":["on_hold","open"],"supplier":["acme",""]}`,
				`3 12:00 eve updated {"group":["second-line","service-desk"]}`,
				`3 14:00 eve updated {"group":["service-desk","second-line"]}`,
			},
			now: "3 15:00",
			want: map[string]string{
				"first_response":  "breached #1 16h0m0s of 2h0m0s, due 02 11:00",
				"resolution":      "running #1 6h0m0s of 24h0m0s, due 05 13:00",
				"update":          "breached #1 16h0m0s of 10h0m0s, due 03 09:00",
				"ola:second-line": "running #1 3h0m0s of 4h0m0s, due 03 16:00",
				"supplier:acme":   "breached #1 24h0m0s of 8h0m0s, due 02 19:00",
			},
		},
		{
			name: "a condition ends a pause",
			model: []string{
				"reopen_days: 7", "reopen_days: 7\nclocks:\n  resolution: {resume: [requester_reply]}",
			},
			events: []string{
				opened, `2 10:00 ben updated {"status":["new","on_hold"]}`,
				`2 11:00 ada message_added {"n":2,"visibility":"public","from":"requester"}`,
			},
			now: "2 12:00",
			want: map[string]string{
				"first_response": "breached #1 3h0m0s of 2h0m0s, due 02 11:00",
				"resolution":     "running #1 2h0m0s of 24h0m0s, due 04 14:00",
				"update":         "running #1 3h0m0s of 10h0m0s, due 03 09:00",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			models := clock.Always(parse(t, shippedText(t), tt.model...))
			got := texts(clock.Of(life(t, tt.events...), models, march(t, tt.now)))
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestModelsInForce: each segment is on the calendar then in force, and the goal is that of
// the last service model.
func TestModelsInForce(t *testing.T) {
	text := shippedText(t)
	later := parse(t, text, "monday: 08:00-18:00", "monday: 08:00-12:00", "resolution: 24h", "resolution: 5h")
	models := clock.Timeline{{Model: parse(t, text)}, {From: march(t, "2 11:00"), Model: later}}
	clocks := clock.Of(life(t, opened), models, march(t, "3 09:00"))
	want := "running #1 4h0m0s of 5h0m0s, due 03 10:00" // 2 hours until 11:00, 1 until 12:00, 1 on Tuesday
	if got := texts(clocks)["resolution"]; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, c := range clocks {
		if c.Target == "resolution" && len(c.Segments) != 2 {
			t.Errorf("segments: %+v", c.Segments)
		}
	}
}
