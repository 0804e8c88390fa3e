package history_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// TestBadLines rejects lines with their number and a reason, and takes the others.
func TestBadLines(t *testing.T) {
	p := newPlace(t)
	for _, tt := range []struct{ name, line, reason string }{
		{"no JSON", `nonsense`, "is not valid JSON"},
		{"cut short", `{"id":"X-5"`, "is not valid JSON: unexpected end"},
		{"a list", `[1]`, "is not a JSON object"},
		{"another type", `{"id":5}`, "id: cannot be a number"},
		{"invalid UTF-8", `{"id":"caf` + "\xe9" + `"}`, "is not valid UTF-8 (byte 11)"},
		{"NUL", strings.Replace(line("X", ""), "every", `\u0000`, 1), "message 1: text: contains a NUL character"},
		{"no id", line("", ""), "id: is missing"},
		{"line feed in the id", line("X\nY", ""), "id: contains a control character"},
		{"no subject", strings.Replace(line("X", ""), "VPN drops", " ", 1), "subject: is missing"},
		{"long subject", strings.Replace(line("X", ""), "VPN", strings.Repeat("ä", 300), 1), "subject: has 306 characters"},
		{
			"no address", strings.Replace(line("X", ""), "ada@example.org", "Ada", 1),
			`requester: "ada" is not an e-mail address`,
		},
		{"no message", `{"id":"X","subject":"s","created":"2024-05-01T08:00:00Z"}`, "messages: is empty"},
		{"no time", `{"id":"X","subject":"s","messages":[{"text":"t"}]}`, "created: is missing"},
		{
			"no such time", strings.Replace(line("X", ""), "2024-05-01T08:00:00Z", "1 May", 1),
			`created: "1 May" is not a time`,
		},
		{
			"in the future", strings.Replace(line("X", ""), "2024", "2034", 1),
			"created: 2034-05-01T08:00:00Z is in the future",
		},
		{"type", line("X", `,"type":"fault"`), `type: "fault" is not one of`},
		{"channel", line("X", `,"channel":"pigeon"`), `channel: "pigeon" is not one of`},
		{"impact", line("X", `,"impact":4`), "impact: is 4; it must be 1, 2 or 3"},
		{
			"huge text", strings.Replace(line("X", ""), "every", strings.Repeat("x", 5<<20), 1),
			"message 1: text: has 5242895 characters; at most 1000000 are allowed",
		},
		{
			"event before creation", eventLine("X", `07:00 "do":"reopen"`),
			"event 1 (reopen): at: 2024-05-01T07:00:00Z is before",
		},
		{"event without time", line("X", `,"events":[{"do":"reopen"}]`), "event 1 (reopen): at: is missing"},
		{
			"message in the future",
			strings.Replace(line("X", ""), `{"text"`, `{"text":"q"},{"at":"2034-01-01T00:00:00Z","text"`, 1),
			"message 2: at: 2034-01-01T00:00:00Z is in the future",
		},
		{"unknown event", eventLine("X", `09:00 "do":"dance"`), "event 1 (dance): do: there is no such event"},
		{"reopened, not resolved", eventLine("X", `09:00 "do":"reopen"`), "event 1 (reopen): the ticket is new at that time"},
		{"closed, not resolved", eventLine("X", `09:00 "do":"close"`), "only a resolved ticket can be closed"},
		{
			"resolved twice", eventLine("X", `09:00 "do":"resolve","code":"fixed"`, `10:00 "do":"resolve","code":"fixed"`),
			"event 2 (resolve): the ticket is resolved at that time; it must be reopened first",
		},
		{
			"resolution code", eventLine("X", `09:00 "do":"resolve","code":"done"`),
			`event 1 (resolve): code: "done" is not one of`,
		},
		{"no code", eventLine("X", `09:00 "do":"resolve"`), "event 1 (resolve): code: is missing"},
		{"status resolved", eventLine("X", `09:00 "do":"status","to":"resolved"`), `to: "resolved" is not one of`},
		{"no group", eventLine("X", `09:00 "do":"escalate"`), "event 1 (escalate): to: is missing"},
		{"merged into itself", eventLine("X", `09:00 "do":"merge","to":"X"`), "event 1 (merge): to: is the ticket itself"},
		{
			"merged before", eventLine("X", `09:00 "do":"merge","to":"Y"`, `10:00 "do":"assign"`),
			"event 2 (assign): the ticket was merged into another one before",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := p.bring(line("A", ""), tt.line, line("B", ""))
			if r.Created+r.Unchanged != 2 || r.Updated != 0 || len(r.Rejected) != 1 {
				t.Fatalf("report: %+v", r)
			}
			if got := r.Rejected[0]; got.Line != 2 || !strings.Contains(got.Reason, tt.reason) {
				t.Errorf("rejected line %d: %.300s", got.Line, got.Reason)
			}
		})
	}
}

// TestForms takes what text editors and other tools make of lines.
func TestForms(t *testing.T) {
	p := newPlace(t)
	p.want(p.bring("\xef\xbb\xbf"+line("A", "")+"\r", "\r", " ", line("B", "")+"\r", line("C", "")), counts(3, 0, 0, 0))
	r := p.bring(line("D", ""), line("E", ""), line("D", `,"group":"x"`))
	p.want(r, counts(2, 0, 0, 1))
	if got := r.Rejected[0]; got.Line != 3 || got.Reason != `id: "D" came on line 1 already` {
		t.Errorf("rejected %+v", got)
	}
	long := strings.Replace(line("F", ""), "every", strings.Repeat("ab ", 300_000), 1)
	p.want(p.bring(long), counts(1, 0, 0, 0))
}

// TestAgain imports the same, a longer and a locally changed ticket again.
func TestAgain(t *testing.T) {
	p := newPlace(t)
	resolved := eventLine("A", `09:00 "do":"resolve","code":"fixed","articles":["cert"]`)
	p.want(p.bring(line("A", ""), line("B", "")), counts(2, 0, 0, 0))
	p.want(p.bring(line("A", ""), line("B", "")), counts(0, 0, 2, 0))
	p.want(p.bring(resolved, line("B", "")), counts(0, 1, 1, 0))
	a := p.ticket("A")
	if a.Version != 2 || a.Status != desk.Resolved || len(a.Linked()) != 0 {
		t.Errorf("after the update: %+v", a)
	}
	p.article("cert")
	p.want(p.bring(resolved), counts(0, 1, 0, 0)) // the article is known by now
	if got := p.ticket("A").Applied(); !cmp.Equal(got, []string{"a_cert"}) {
		t.Errorf("applied %v", got)
	}
	if got := p.events("A"); len(got) != 2 {
		t.Errorf("an update leaves old events: %v", got)
	}
	b := p.ticket("B")
	b.Version++
	b.Subject = "changed here"
	if err := p.store.SaveTickets(t.Context(), []desk.Ticket{b}, journal.Entry{}); err != nil {
		t.Fatal(err)
	}
	r := p.bring(resolved, line("B", `,"group":"second-line"`))
	p.want(r, counts(0, 0, 1, 1))
	if got := p.ticket("B"); got.Subject != "changed here" || got.ExternalID != "B" {
		t.Errorf("overwritten: %+v", got)
	}
	p.want(p.bring(line("B", "")), counts(0, 0, 1, 0)) // what came in is the same
}

// TestMerge merges into tickets that come later, came earlier, or never come.
func TestMerge(t *testing.T) {
	p := newPlace(t)
	into := func(id, to string) string { return eventLine(id, `09:00 "do":"merge","to":"`+to+`"`) }
	r := p.bring(into("A", "C"), into("B", "A"), line("C", ""), into("D", "never"))
	p.want(r, counts(4, 0, 0, 0))
	if d := cmp.Diff([]string{"never"}, r.Unknown.Tickets); d != "" {
		t.Error(d)
	}
	a, c := p.ticket("A"), p.ticket("C")
	if a.MergedInto != c.ID || a.Status != desk.Closed || a.Links[0].Target != c.ID {
		t.Errorf("merged: %+v", a)
	}
	absorbed := `01 09:00 absorbed {"ticket":"` + a.ID + `"}`
	if got := p.events("C"); len(got) != 2 || got[1] != absorbed {
		t.Errorf("events of the other: %v", got)
	}
	r = p.bring(into("C", "B"))
	p.want(r, counts(0, 0, 0, 1)) // round in a circle
	p.want(p.bring(line("C", `,"group":"second-line"`)), counts(0, 1, 0, 0))
	if got := p.events("C"); len(got) != 2 {
		t.Errorf("an update lost what was merged: %v", got)
	}
	p.want(p.bring(line("A", "")), counts(0, 1, 0, 0))
	if got := p.events("C"); len(got) != 1 || p.ticket("A").MergedInto != "" {
		t.Errorf("a merge that was taken back left: %v", got)
	}
	p.want(p.bring(line("never", "")), counts(1, 0, 0, 0))
	if got := p.ticket("D"); got.MergedInto != p.ticket("never").ID {
		t.Errorf("merged into %q", got.MergedInto)
	}
}

// TestNothingIsSent: an import makes no jobs and no logins, and drafts only if asked to.
func TestNothingIsSent(t *testing.T) {
	p := newPlace(t)
	resolved := eventLine("A", `09:00 "do":"resolve","code":"fixed","note":"Renewed."`, `10:00 "do":"close"`)
	jobs := func() int {
		n, err := p.store.JobCounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n["ready"]
	}
	p.bring(resolved)
	if n := jobs(); n != 0 {
		t.Errorf("%d jobs", n)
	}
	for range 2 {
		p.want(p.bringAs(history.Options{Drafts: true}, resolved), counts(0, 0, 1, 0))
		if n := jobs(); n != 1 {
			t.Errorf("%d jobs with drafts", n)
		}
	}
	users, err := p.store.Users(t.Context())
	if err != nil || len(users) != 0 {
		t.Errorf("users who may do something: %+v, %v", users, err)
	}
	ben, err := p.store.UserByEmail(t.Context(), "ben@example.org")
	if err != nil || !ben.Person() {
		t.Errorf("%+v, %v", ben, err)
	}
}

// TestOwnNumbersWin: a ticket is found by the id it had, unless one here has that number.
func TestOwnNumbersWin(t *testing.T) {
	p := newPlace(t)
	own, err := p.store.CreateTicket(t.Context(), func(id string) (desk.Ticket, journal.Entry) {
		return desk.Ticket{Subject: "own", Version: 1, CreatedAt: today, UpdatedAt: today}, journal.Entry{}
	})
	if err != nil {
		t.Fatal(err)
	}
	p.want(p.bring(line(own.ID, ""), line("77", "")), counts(2, 0, 0, 0))
	if got := p.ticket(own.ID); got.Subject != "own" {
		t.Errorf("found %+v", got)
	}
	if got := p.ticket("77"); got.ExternalID != "77" || got.ID == "77" {
		t.Errorf("found %+v", got)
	}
	ada := p.ticket("77").Requester
	if _, err := p.store.Ticket(t.Context(), "77", desk.Scope{Requester: ada}); err != nil {
		t.Errorf("the requester does not find their own: %v", err)
	}
	for _, id := range []string{"78", "no\x00ne", ""} {
		if _, err := p.store.Ticket(t.Context(), id, desk.Scope{All: true}); !fault.Is(err, fault.NotFound) {
			t.Errorf("ticket %q: %v", id, err)
		}
	}
	if _, err := p.store.Ticket(t.Context(), "77", desk.Scope{Requester: "u_other"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else finds it: %v", err)
	}
}

// failing is a store that fails at a write.
type failing struct {
	history.Store
	after int
}

var errDisk = errors.New("the disk is full")

func (f *failing) SaveHistory(ctx context.Context, b history.Batch) ([]string, error) {
	if f.after--; f.after < 0 {
		return nil, errDisk
	}
	return f.Store.SaveHistory(ctx, b)
}

// TestResume: an import that failed anywhere goes on where it was, and doubles nothing.
func TestResume(t *testing.T) {
	p := newPlace(t)
	var lines []string
	for n := range 1100 {
		lines = append(lines, line(fmt.Sprintf("X-%d", n), ""))
	}
	text := strings.Join(lines, "\n")
	for n := range 3 {
		_, err := p.service(&failing{p.store, n}).Import(t.Context(), strings.NewReader(text), history.Options{})
		if !errors.Is(err, errDisk) {
			t.Fatalf("the error is %v", err)
		}
	}
	r := p.bring(text)
	p.want(r, counts(len(lines)-600, 0, 600, 0))
	n, err := p.store.CountTickets(t.Context(), desk.Scope{All: true})
	if err != nil || n.Total != len(lines) {
		t.Errorf("%d tickets, %v", n.Total, err)
	}
}
