package history_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEvents: a ticket that comes in has the events and the thread that it would have here.
func TestEvents(t *testing.T) {
	p := newPlace(t)
	p.article("cert")
	r := p.bring(`{"id":"A","subject":"VPN drops","requester":"ada@example.org","created":"2024-05-01T10:00:00+02:00",` +
		`"channel":"vip","type":"incident","service":"telex","category":"network",` +
		`"impact":3,"urgency":2,"group":"night-shift",` +
		`"messages":[{"text":"It drops."},` +
		`{"at":"2024-05-01T08:05:00Z","from":"desk","automatic":true,"text":"Received."},` +
		`{"at":"2024-05-01T08:30:00Z","by":"ben@example.org","visibility":"internal","text":"Odd."},` +
		`{"at":"2024-05-01T09:00:00Z","by":"ben@example.org","text":"Which version?"},` +
		`{"at":"2024-05-01T10:00:00Z","by":"ada@example.org","text":"Version 2."}],"events":[` +
		`{"at":"2024-05-03T08:00:00Z","do":"close"},` + // out of order
		`{"at":"2024-05-01T08:10:00Z","by":"ben@example.org","do":"assign","to":"Ben@example.org"},` +
		`{"at":"2024-05-01T08:20:00Z","by":"ben@example.org","do":"priority","impact":1,"urgency":1},` +
		`{"at":"2024-05-01T09:01:00Z","by":"ben@example.org","do":"status","to":"pending"},` +
		`{"at":"2024-05-01T11:00:00Z","by":"ben@example.org","do":"escalate","to":"second-line","reason":"Server."},` +
		`{"at":"2024-05-01T12:00:00Z","by":"cas@example.org","do":"status","to":"on_hold","supplier":"Lineways"},` +
		`{"at":"2024-05-01T13:00:00Z","by":"cas@example.org","do":"resolve","code":"fixed",` +
		`"note":"Renewed.","articles":["cert","gone"]},` +
		`{"at":"2024-05-02T08:00:00Z","by":"ada@example.org","do":"reopen","reason":"Again."},` +
		`{"at":"2024-05-02T09:00:00Z","by":"cas@example.org","do":"resolve","code":"workaround"}]}`)
	p.want(r, counts(1, 0, 0, 0))
	unknown := r.Unknown
	if unknown.Services["telex"] != 1 || unknown.Groups["night-shift"] != 1 || unknown.Articles["gone"] != 1 ||
		len(unknown.Categories)+len(unknown.Tickets) != 0 {
		t.Errorf("unknown: %+v", unknown)
	}
	x := p.ticket("A")
	ben := x.Messages[2].Author
	want := []string{
		`01 08:00 created {"bypass":true,"category":"network","channel":"vip","chosen":[],"from":"requester",` +
			`"group":"night-shift","impact":3,"priority":4,"requester":"` + x.Requester +
			`","service":"telex","type":"incident","urgency":2}`,
		`01 08:05 message_added {"automatic":true,"from":"desk","n":2,"visibility":"public"}`,
		`01 08:10 updated {"assignee":["","` + ben + `"],"status":["new","open"]}`,
		`01 08:20 updated {"impact":[3,1],"priority":[4,1],"urgency":[2,1]}`,
		`01 08:30 message_added {"from":"desk","n":3,"visibility":"internal"}`,
		`01 09:00 message_added {"from":"desk","n":4,"visibility":"public"}`,
		`01 09:01 updated {"status":["open","pending"]}`,
		`01 10:00 message_added {"from":"requester","n":5,"visibility":"public"}`,
		`01 11:00 escalated {"from":"night-shift","message":6,"to":"second-line"}`,
		`01 12:00 updated {"status":["open","on_hold"],"supplier":"Lineways"}`,
		`01 13:00 resolved {"articles":["a_cert"],"code":"fixed","message":9,"unknown":["gone"]}`,
	}
	events := p.events("A")
	if d := cmp.Diff(want, events[:min(len(want), len(events))]); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if n := len(events); n != 14 || events[13] != `03 08:00 updated {"status":["resolved","closed"]}` {
		t.Errorf("%d events, the last is %s", n, events[n-1])
	}
	if got := x.FirstReplyAt.Format("15:04"); got != "09:00" || x.Reopens != 1 || !x.Bypass || x.ClosedAt.IsZero() {
		t.Errorf("first reply at %s: %+v", got, x)
	}
	if got := x.Messages[9]; got.Text != "Again." || got.FromDesk || got.Visibility != "public" {
		t.Errorf("the reopening: %+v", got)
	}
	got := x.Messages[7]
	if got.Text != "Applied article: gone" || len(x.Links) != 1 || x.Links[0].Title != "Title of cert" {
		t.Errorf("the unknown article: %+v, %+v", got, x.Links)
	}
}
