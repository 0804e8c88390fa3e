package replay_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// past is a desk whose tickets have these events.
type past struct {
	events map[string][]journal.Event
	models []model.InForce
	text   string
}

func (p *past) TicketNumbers(_ context.Context, after string, limit int) ([]string, error) {
	var ids []string
	for id := range p.events {
		if id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], nil
}

func (p *past) FactEvents(_ context.Context, ids []string) (map[string][]journal.Event, error) {
	return p.events, nil
}

func (p *past) Timeline(context.Context) ([]model.InForce, error) { return p.models, nil }

func (p *past) Current() model.Version { return model.Version{Text: p.text} }

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// newPast has tickets that were resolved after 1, 2, … 40 hours of Monday's week.
func newPast(t *testing.T) *past {
	t.Helper()
	text := string(content.ServiceModel())
	m, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &past{events: map[string][]journal.Event{}, models: []model.InForce{{Model: m}}, text: text}
	for n := range 40 {
		id := fmt.Sprint(1001 + n)
		p.events[id] = []journal.Event{
			event(monday, "ada", "created", `{"type":"incident","priority":4,"impact":3,"urgency":2,"group":"service-desk",
				"service":"email","category":"email","requester":"ada"}`),
			event(monday.Add(30*time.Minute), "ben", "message_added", `{"visibility":"public","from":"desk"}`),
			event(monday.Add(time.Duration(n+1)*time.Hour), "ben", "resolved", `{"code":"fixed"}`),
		}
	}
	return p
}

func event(at time.Time, actor, verb, data string) journal.Event {
	return journal.Event{At: at, Actor: actor, Object: journal.Ticket, Verb: verb, Data: []byte(data)}
}

func (p *past) run(t *testing.T, replace ...string) replay.Report {
	t.Helper()
	text := p.text
	for i := 0; i+1 < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("the text lacks %q", replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	s := replay.Service{Store: p, Models: p, Now: func() time.Time { return monday.AddDate(0, 1, 0) }}
	r, err := s.Run(t.Context(), text, monday.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func totals(of map[string]int) map[string]int {
	out := map[string]int{}
	for _, f := range replay.Fields() {
		out[f] = of[f]
	}
	return out
}

// TestReplay changes one rule at a time: only what that rule decides flips, and on each
// ticket as often as it did. An unchanged text, and one with another comment, flip nothing.
func TestReplay(t *testing.T) {
	p := newPast(t)
	for _, tt := range []struct {
		name   string
		change []string
		want   map[string]int
	}{
		{"unchanged", nil, nil},
		{"a comment", []string{"version: 1\n", "version: 2 # as before\n"}, nil},
		{"a route", []string{
			"title: E-mail and calendar\n    group: service-desk",
			"title: E-mail and calendar\n    group: second-line",
		}, map[string]int{"group": 40}},
		{"a type", []string{
			"title: E-mail and calendar\n    group: service-desk\n    type: incident",
			"title: E-mail and calendar\n    group: service-desk\n    type: request",
		}, map[string]int{"type": 40}},
		// Monday 09:00 to 18:00 are 9 hours; tickets of 1 to 9 hours and those resolved in
		// the night after had at most 9.
		{
			"a tighter target",
			[]string{"first_response: 4h, resolution: 40h", "first_response: 4h, resolution: 5h"},
			map[string]int{"resolution": 35},
		},
		{
			"a tight response",
			[]string{"first_response: 4h, resolution: 40h", "first_response: 15m, resolution: 40h"},
			map[string]int{"first_response": 40},
		},
		{"a default", []string{"default_urgency: 2", "default_urgency: 1"}, map[string]int{"priority": 40}},
		{
			"a boundary",
			[]string{"categories:\n    security:", "categories:\n    email: {suggest: off}\n    security:"},
			map[string]int{"automation": 40},
		},
		{
			"a rule",
			[]string{
				"reopen_days: 7",
				"escalations:\n  late: {target: resolution, when_used: 0.25, notify: [group]}\nreopen_days: 7",
			},
			map[string]int{"escalation": 17},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := p.run(t, tt.change...)
			if d := cmp.Diff(totals(tt.want), r.Totals); d != "" || r.Tickets != 40 {
				t.Errorf("%d tickets (-want +got):\n%s", r.Tickets, d)
			}
			sum := 0
			for _, n := range r.Totals {
				sum += n
			}
			if sum != len(r.Changed) {
				t.Errorf("%d changes, the totals are %d", len(r.Changed), sum)
			}
		})
	}
}

// TestWorst lists the cases that miss a target by most first.
func TestWorst(t *testing.T) {
	r := newPast(t).run(t, "first_response: 4h, resolution: 40h", "first_response: 4h, resolution: 5h")
	if len(r.Worst) != 20 || r.Worst[0].Over < r.Worst[1].Over || r.Worst[0].Ticket < "1032" {
		t.Errorf("worst: %+v", r.Worst)
	}
	for _, m := range r.Misses {
		if m.Target == "resolution" && (m.Before != 0 || m.After != 35) {
			t.Errorf("misses: %+v", m)
		}
	}
	if len(r.Workload) != 1 || r.Workload[0] != (replay.Load{Group: "service-desk", Arrived: 40, Done: 40}) {
		t.Errorf("workload: %+v", r.Workload)
	}
	if len(r.Believable) == 0 {
		t.Error("40 tickets support no target")
	}
	for _, b := range r.Believable {
		if b.Low > b.Seconds || b.Seconds > b.High || b.Tickets < 30 {
			t.Errorf("believable: %+v", b)
		}
	}
}

func TestReplayRefuses(t *testing.T) {
	p := newPast(t)
	s := replay.Service{Store: p, Models: p, Now: time.Now}
	if _, err := s.Run(t.Context(), "groups: [", monday); !fault.Is(err, fault.Invalid) {
		t.Errorf("error %v", err)
	}
}

func TestQuantile(t *testing.T) {
	var took []time.Duration
	for n := range 100 {
		took = append(took, time.Duration(n+1)*time.Hour)
	}
	at, low, high := replay.Quantile(took, .9)
	if at != 90*time.Hour || low != 85*time.Hour || high != 96*time.Hour {
		t.Errorf("%s from %s to %s", at, low, high)
	}
}
