package desk_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/store"
)

// shift is a desk on a real store whose clock the test moves.
type shift struct {
	*testing.T
	store  *store.Store
	models *model.Registry
	desk   *desk.Service
	alarms *desk.Alarms
	now    time.Time
}

// newShift opens a desk on Monday, 2 March 2026, at nine, with a changed service model.
func newShift(t *testing.T, replace ...string) *shift {
	t.Helper()
	s := &shift{T: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	var err error
	if s.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	clock := func() time.Time { return s.now }
	s.models = model.NewRegistry(s.store, clock)
	s.change(replace...)
	suggest := &suggester{}
	s.desk = desk.NewService(desk.Deps{
		Store: s.store, Files: s.store, Model: s.models.Model, Models: s.models.Timeline, Suggester: suggest,
		Articles: shelf{}, People: crowd{}, Now: clock,
	})
	s.alarms = &desk.Alarms{Desk: s.desk, Store: s.store, Summarizer: wordy{}}
	return s
}

// change puts the shipped service model with replacements into force.
func (s *shift) change(replace ...string) {
	s.Helper()
	text := string(content.ServiceModel())
	for i := 0; i+1 < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			s.Fatalf("the shipped model lacks %q", replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	if _, err := s.models.AddFile(s.Context(), []byte(text), "test"); err != nil {
		s.Fatal(err)
	}
}

// wordy writes hand-offs.
type wordy struct{}

func (wordy) Handoff(_ context.Context, before, after desk.Ticket) (string, error) {
	return before.Group + " to " + after.Group, nil
}

func (s *shift) open(in desk.NewTicket) string {
	s.Helper()
	in.Subject, in.Body = "VPN drops", "Every hour."
	t, err := s.desk.OpenTicket(s.Context(), rita, in)
	if err != nil {
		s.Fatal(err)
	}
	return t.ID
}

// at moves the clock to a day of March and a time, and does what is due.
func (s *shift) at(day int, clock string) {
	s.Helper()
	at, err := time.Parse("15:04", clock)
	if err != nil {
		s.Fatal(err)
	}
	s.now = time.Date(2026, 3, day, at.Hour(), at.Minute(), 0, 0, time.UTC)
	if err := s.alarms.Run(s.Context()); err != nil {
		s.Fatal(err)
	}
}

// told lists the verbs and targets of the ticket's events of the system.
func (s *shift) told(id string) []string {
	s.Helper()
	events, err := s.store.TicketEvents(s.Context(), id, desk.Scope{All: true})
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, e := range events {
		if e.Actor != access.SystemID {
			continue
		}
		line := e.At.Format("02 15:04 ") + e.Verb
		for _, key := range []string{"target", "to", "priority", "refused"} {
			if _, rest, ok := strings.Cut(string(e.Data), `"`+key+`":`); ok {
				value, _, _ := strings.Cut(strings.TrimPrefix(rest, `"`), `"`)
				line += " " + strings.TrimRight(value, ",}")
			}
		}
		out = append(out, line)
	}
	return out
}

// notices lists the open notices to a recipient, oldest first.
func (s *shift) notices(to string) []string {
	s.Helper()
	found, err := s.store.Notices(s.Context(), desk.NoticeFilter{Recipients: []string{to}, Limit: 100})
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, n := range found {
		out = append(out, fmt.Sprintf("%s (task %v)", n.Title, n.Task))
	}
	slices.Reverse(out)
	return out
}

// TestBreaches: a breach is noticed once and warned of once, after a restart and when the
// clock of the machine jumps, and what is not due is not read.
func TestBreaches(t *testing.T) {
	s := newShift(t)
	id := s.open(desk.NewTicket{Impact: 2, Urgency: 2}) // priority 3: response 2 h, resolution 24 h, news 10 h
	s.at(2, "10:30")
	if got := s.told(id); len(got) != 0 {
		t.Errorf("before anything is due: %v", got)
	}
	s.at(2, "10:40")
	s.at(2, "11:01")
	s.at(2, "11:02")
	s.alarms = &desk.Alarms{Desk: s.desk, Store: s.store} // restarted
	s.at(2, "09:30")                                      // and the clock went back
	s.at(2, "11:05")
	want := []string{"02 10:40 target_near first_response", "02 11:01 target_breached first_response"}
	if d := cmp.Diff(want, s.told(id)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	notices := []string{
		"Ticket " + id + ": the first response is due soon (task false)", "Ticket " + id +
			": the first response was missed (task true)",
	}
	if d := cmp.Diff(notices, s.notices("group:service-desk")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, _, err := s.desk.Reply(t.Context(), ada, id, desk.NewMessage{Text: "We look at it."}); err != nil {
		t.Fatal(err)
	}
	s.at(20, "09:00") // the machine was off for weeks
	want = append(want,
		"20 09:00 target_breached update", "20 09:00 target_breached resolution")
	if d := cmp.Diff(want, s.told(id)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	due, err := s.store.DueTickets(t.Context(), s.now.AddDate(1, 0, 0), 10)
	if err != nil || len(due) != 0 {
		t.Errorf("still due: %v, %v", due, err)
	}
}

const rules = `escalations:
  ask:
    target: first_response
    when_used: 0.5
    priorities: [3]
    raise_to: 2
    reassign: second-line
    notify: [service_owner, boss@example.org]
  back:
    target: resolution
    when_left: 7h
    reassign: service-desk
    notify: [service_manager]
reopen_days: 7`

// TestEscalation: rules raise, reassign with the hand-off and notify, once; they send no
// ticket round in a circle, and a paused clock does not escalate.
func TestEscalation(t *testing.T) {
	s := newShift(t, "reopen_days: 7", rules)
	id := s.open(desk.NewTicket{Impact: 2, Urgency: 2, Service: "collaboration"})
	paused := s.open(desk.NewTicket{Impact: 2, Urgency: 2, Service: "files"})
	pending := desk.Pending
	if _, err := s.desk.Update(t.Context(), ada, paused, desk.Patch{Status: &pending}); err != nil {
		t.Fatal(err)
	}
	s.at(2, "10:00")
	s.at(2, "10:01")
	want := []string{
		"02 10:00 updated [3,2]", "02 10:00 escalated second-line", "02 10:00 escalation_done first_response",
	}
	got := s.told(id)
	if d := cmp.Diff(want, got[:min(3, len(got))]); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	x, err := s.store.Ticket(t.Context(), id, desk.Scope{All: true})
	if err != nil || x.Group != "second-line" || x.Priority != 2 || len(x.Handoffs) != 1 ||
		x.Handoffs[0].Summary != "service-desk to second-line" {
		t.Errorf("%+v, %v", x, err)
	}
	if got := s.notices("mail:boss@example.org"); len(got) != 2 { // of both tickets
		t.Errorf("the boss has %v", got)
	}
	s.at(2, "11:00")
	got = s.told(id)
	refused := "02 10:01 escalation_done resolution the ticket was with service-desk before; it would go round in a circle"
	if !slices.Contains(got, refused) {
		t.Errorf("no refusal in %v", got)
	}
	for _, line := range s.told(paused) {
		if strings.Contains(line, "resolution") {
			t.Errorf("a paused clock did %s", line)
		}
	}
	if got := s.notices("role:service_manager"); len(got) != 1 {
		t.Errorf("the manager has %v", got)
	}
}

// TestChangedModel: a change of the service model moves the due times of open tickets, and
// nothing else.
func TestChangedModel(t *testing.T) {
	s := newShift(t)
	id := s.open(desk.NewTicket{Impact: 2, Urgency: 2})
	due := func() time.Time {
		x, err := s.store.Ticket(t.Context(), id, desk.Scope{All: true})
		if err != nil {
			t.Fatal(err)
		}
		return x.Timing.ResolutionDue
	}
	if want := time.Date(2026, 3, 4, 13, 0, 0, 0, time.UTC); !due().Equal(want) {
		t.Errorf("due %s, want %s", due(), want)
	}
	s.change("first_response: 2h, resolution: 24h", "first_response: 2h, resolution: 4h")
	s.at(2, "09:01")
	if want := time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC); !due().Equal(want) {
		t.Errorf("due %s, want %s", due(), want)
	}
	page, err := s.desk.Tickets(t.Context(), ada, desk.Filter{Overdue: model.Resolution, Limit: 10})
	if err != nil || len(page.Tickets) != 0 {
		t.Errorf("overdue: %v, %v", page.Tickets, err)
	}
	s.now = s.now.Add(5 * time.Hour)
	page, err = s.desk.Tickets(t.Context(), ada, desk.Filter{Overdue: model.Resolution, Limit: 10})
	if err != nil || len(page.Tickets) != 1 || page.Tickets[0].Timing == nil {
		t.Errorf("overdue: %v, %v", page.Tickets, err)
	}
}
