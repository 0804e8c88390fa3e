package history

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// life replays a line: it builds the ticket and the events that the desk would have written.
type life struct {
	ticket desk.Ticket
	events []journal.Event
	model  *model.Service
	known  Known
	line   *Line
	merged bool // into another ticket
	// unknown are the slugs of articles that this desk does not have.
	unknown []string
}

// replay builds the ticket of a clean line. Its errors are the reasons to reject the line.
func replay(l *Line, m *model.Service, known Known, now time.Time) (*life, error) {
	created, err := parseTime("created", l.Created)
	if err != nil {
		return nil, err
	}
	if created.After(now.Add(slack)) {
		return nil, fmt.Errorf("created: %s is in the future", formatTime(created))
	}
	moments, err := l.moments(created, now)
	if err != nil {
		return nil, err
	}
	x := &life{model: m, known: known, line: l}
	x.open(created)
	for i, at := range moments {
		if at.message >= 0 {
			x.message(i, l.Messages[at.message], at.at)
			continue
		}
		if err := x.act(l.Events[at.event], at.at); err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", at.event+1, l.Events[at.event].Do, err)
		}
	}
	return x, nil
}

// open fills in the ticket as it was opened.
func (x *life) open(created time.Time) {
	l, m := x.line, x.model
	t := desk.Ticket{
		ID: x.known.Tickets[l.ID].Number, ExternalID: l.ID, Version: 1, Subject: l.Subject,
		Requester: x.known.People[l.Requester], RequesterName: cmp.Or(l.Requester, "Requester"),
		Channel: cmp.Or(l.Channel, desk.Portal), Status: desk.New,
		Type: cmp.Or(l.Type, m.DefaultType(l.Category)), Service: l.Service, Category: l.Category,
		Impact: cmp.Or(l.Impact, m.DefaultImpact), Urgency: cmp.Or(l.Urgency, m.DefaultUrgency),
		Group: cmp.Or(l.Group, m.DefaultGroup(l.Category)), CreatedAt: created, UpdatedAt: created,
	}
	t.Bypass, t.Priority = m.Bypasses(t.Channel), m.Priority(t.Impact, t.Urgency)
	x.ticket = t
}

// record adds an event and notes the time of the change.
func (x *life) record(at time.Time, actor, verb string, data any) {
	x.events = append(x.events, journal.Event{
		At: at, Actor: actor, Object: journal.Ticket, ID: x.ticket.ID, Verb: verb, Data: journal.Data(data),
	})
	x.ticket.UpdatedAt = at
}

// say adds a message to the thread and returns its number.
func (x *life) say(m desk.Message) int {
	m.N = len(x.ticket.Messages) + 1
	m.Channel = desk.Portal
	x.ticket.Messages = append(x.ticket.Messages, m)
	return m.N
}

// note adds the message that records an event.
func (x *life) note(kind desk.MessageKind, e Event, at time.Time, text string) int {
	m := desk.Message{Kind: kind, At: at, Visibility: desk.InternalNote, FromDesk: true, Text: text}
	m.Author, m.AuthorName = x.actor(e), e.By
	if e.By == "" {
		m.AuthorName, m.Automatic = access.System().DisplayName(), true
	}
	if kind == desk.Reopening && m.Author == x.ticket.Requester {
		m.FromDesk, m.Visibility = false, desk.PublicReply
	}
	return x.say(m)
}

// actor returns the user id of who did something, the system's for a rule.
func (x *life) actor(e Event) string {
	if e.By == "" {
		return access.SystemID
	}
	return x.known.People[e.By]
}

// message adds a message. As in a live thread, the first public reply of a person of the desk
// is the first response, and a reply of the requester ends the wait for it.
func (x *life) message(n int, in Message, at time.Time) {
	t, l := &x.ticket, x.line
	m := desk.Message{
		Kind: desk.Reply, At: at, Text: in.Text, Automatic: in.Automatic,
		Visibility: cmp.Or(in.Visibility, desk.PublicReply), Author: x.known.People[in.By], AuthorName: in.By,
	}
	from := in.From
	if from == "" {
		from = FromDesk
		if n == 0 || in.By == l.Requester && in.By != "" {
			from = FromRequester
		}
	}
	m.FromDesk = from == FromDesk
	switch {
	case in.By != "":
	case in.Automatic:
		m.Author, m.AuthorName = access.SystemID, access.System().DisplayName()
	case m.FromDesk:
		m.AuthorName = "Service desk"
	default:
		m.Author, m.AuthorName = t.Requester, t.RequesterName
	}
	n = x.say(m)
	if n == 1 { // the ticket was opened with it; nobody knows which of the fields the requester chose
		x.record(t.CreatedAt, t.Requester, "created", desk.Opening(*t, []desk.Field{}))
		return
	}
	switch {
	case m.Visibility == desk.InternalNote || t.Status.Ended():
	case m.FromDesk && !m.Automatic:
		if t.FirstReplyAt.IsZero() {
			t.FirstReplyAt = at
		}
		if t.Status == desk.New {
			t.Status = desk.Open
		}
	case !m.FromDesk && t.Status == desk.Pending:
		t.Status = desk.Open
	}
	x.record(at, m.Author, "message_added", desk.Added(t.Messages[n-1]))
}

// act applies an event.
func (x *life) act(e Event, at time.Time) error {
	t := &x.ticket
	if x.merged && e.Do != DoLink {
		return errors.New("the ticket was merged into another one before")
	}
	switch e.Do {
	case DoLink:
		x.link(e, at)
		return nil
	case DoReopen:
		return x.reopen(e, at)
	case DoClose:
		if t.Status != desk.Resolved {
			return fmt.Errorf("the ticket is %s at that time; only a resolved ticket can be closed", t.Status)
		}
		t.ClosedAt = at
		return x.update(e, at, func() error { t.Status = desk.Closed; return nil })
	case DoMerge:
		return x.merge(e, at)
	case DoEscalate, DoResolve:
		if t.Status.Ended() {
			return fmt.Errorf("the ticket is %s at that time; it must be reopened first", t.Status)
		}
		if e.Do == DoEscalate {
			x.escalate(e, at)
		} else {
			x.resolve(e, at)
		}
		return nil
	default:
		return x.update(e, at, func() error { return x.set(e) })
	}
}
