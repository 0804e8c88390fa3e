package history

import (
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
)

// FuzzLine: whatever is in a line, it is rejected with a reason of one line or replayed, and
// one that can be replayed can be encoded and replayed again.
func FuzzLine(f *testing.F) {
	shipped, err := model.Parse(content.ServiceModel())
	if err != nil {
		f.Fatal(err)
	}
	const head = `{"id":"X","subject":"s","created":"2024-05-01T08:00:00Z","messages":[{"text":"t"}]`
	f.Add([]byte(head + `}`))
	f.Add([]byte(head + `,"events":[{"at":"2024-05-01T09:00:00Z","do":"resolve","code":"fixed","articles":["a","a"]},` +
		`{"at":"2024-05-01T10:00:00+02:00","by":"a@b.c","do":"reopen"},` +
		`{"at":"2024-05-01T09:00:00Z","do":"merge","to":"Y"}]}`))
	f.Add([]byte(head + `,"events":[{"at":"2024-05-01T09:00:00Z","do":"status","to":"on_hold","supplier":"S"},null]}`))
	f.Add([]byte(`{"id":"\ud800","messages":[null],"impact":1e9}`))
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw []byte) {
		read := func(raw []byte) (*life, error) {
			l, err := parseLine(raw)
			if err == nil {
				err = l.clean()
			}
			if err != nil {
				return nil, err
			}
			return replay(&l, shipped, Known{}, now)
		}
		x, err := read(raw)
		if err != nil {
			if reason := err.Error(); reason == "" || strings.Contains(reason, "\n") && !strings.Contains(string(raw), "\\n") {
				t.Errorf("reason %q", reason)
			}
			return
		}
		y, err := read(x.line.Encode())
		if err != nil {
			t.Fatalf("encoded, it is rejected: %v\n%s", err, x.line.Encode())
		}
		if len(x.events) != len(y.events) || len(x.ticket.Messages) != len(y.ticket.Messages) {
			t.Errorf("%d events and %d messages became %d and %d",
				len(x.events), len(x.ticket.Messages), len(y.events), len(y.ticket.Messages))
		}
	})
}
