package measure

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Read returns the facts of a ticket from its events, in order, and the service models in force.
// ok is false if the events do not begin with the ticket.
func Read(
	ticket string, events []journal.Event, models clock.Timeline, now time.Time,
) (f Facts, ok bool, err error) {
	r := reader{facts: Facts{Ticket: ticket}}
	for _, e := range events {
		if err := r.event(e); err != nil {
			return Facts{}, false, fmt.Errorf("event %d (%s) of ticket %s: %w", e.Seq, e.Verb, ticket, err)
		}
	}
	r.facts.addTargets(events, models, now)
	return r.facts, r.facts.Created != 0, nil
}

// reader is a ticket whose events are being read.
type reader struct {
	facts       Facts
	status      string
	replies     int // public replies of people of the desk so far
	escalations int
	asked       Moment // the last public message of a person of the desk
}

// detail is what the events of a ticket say, each what concerns it. A field that changed is its
// value before and after.
type detail struct {
	// Of the event that begins a ticket the fields are plain values; see opening.
	Type, Service, Category, Group, Status *[2]string
	Priority                               *[2]int

	From       string `json:"from"` // of a message: desk or requester; of an escalation: a group
	To         string `json:"to"`
	Visibility string
	Automatic  bool
	Code       string
	Articles   []string
	Article    string
}

// opening is what the event says that begins a ticket.
type opening struct {
	Type, Service, Category, Group, Channel, Requester, From string
	Priority                                                 int
	Bypass                                                   bool
}

func (r *reader) event(e journal.Event) error {
	at := At(e.At)
	if e.Verb == "created" {
		return r.open(e, at)
	}
	var d detail
	if !slices.Contains(verbs, e.Verb) {
		return nil
	}
	if len(e.Data) > 0 {
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
	}
	r.act(e, d, at)
	switch e.Verb {
	case "message_added":
		r.message(d, at)
	case "updated", "triaged", "proposal_taken":
		r.change(d, at)
	case "escalated":
		r.escalations++
		r.facts.Group = d.To
		if r.status == statusNew {
			r.set(statusOpen, at)
		}
	case "article_linked", "knowledge_published":
		r.link(d.Article, at)
	case "resolved":
		r.resolve(d, at)
	case "reopened":
		if n := len(r.facts.Resolutions); n > 0 && r.facts.Resolutions[n-1].Reopened == 0 {
			r.facts.Resolutions[n-1].Reopened = at
		}
		r.set(statusOpen, at)
	case "merged":
		r.facts.Merged = at
		r.set(statusClosed, at)
	}
	return nil
}

// verbs are the verbs of the events that a measure may need.
var verbs = []string{
	"message_added", "updated", "triaged", "proposal_taken", "escalated", "article_linked", "knowledge_published",
	"resolved", "reopened", "merged", "suggestion_dismissed",
}

func (r *reader) open(e journal.Event, at Moment) error {
	var o opening
	if err := json.Unmarshal(e.Data, &o); err != nil {
		return err
	}
	f := &r.facts
	f.Created, f.Requester, f.Bypass, f.FromDesk = at, o.Requester, o.Bypass, o.From == "desk"
	f.Type, f.Service, f.Category, f.Group, f.Channel = o.Type, o.Service, o.Category, o.Group, o.Channel
	f.Priority, r.status = o.Priority, statusNew
	return nil
}

// act notes the first action of a person of the desk.
func (r *reader) act(e journal.Event, d detail, at Moment) {
	human := e.Actor != access.SystemID && e.Actor != "" && e.Actor != r.facts.Requester
	if e.Verb == "message_added" {
		human = d.From == "desk" && !d.Automatic
	}
	if human && r.facts.FirstAction == 0 {
		r.facts.FirstAction = at
	}
}

// message notes a reply. A ticket's first message is not among these events, so that the first
// reply counts after one that the desk opened the ticket with.
func (r *reader) message(d detail, at Moment) {
	if d.Visibility != "public" {
		return
	}
	switch {
	case d.From != "desk":
		if r.status == statusPending {
			r.set(statusOpen, at)
			r.facts.Waits[len(r.facts.Waits)-1].Answered = true
		}
	case !d.Automatic:
		r.replies++
		r.asked = at
		if r.facts.FirstResponse == 0 {
			r.facts.FirstResponse = at
		}
		if r.status == statusNew {
			r.set(statusOpen, at)
		}
	}
}

func (r *reader) change(d detail, at Moment) {
	f := &r.facts
	for _, c := range []struct {
		field *string
		diff  *[2]string
	}{{&f.Type, d.Type}, {&f.Service, d.Service}, {&f.Category, d.Category}, {&f.Group, d.Group}} {
		if c.diff != nil {
			*c.field = c.diff[1]
		}
	}
	if d.Priority != nil {
		f.Priority = d.Priority[1]
		f.Raised = append(f.Raised, Raise{At: at, From: d.Priority[0], To: d.Priority[1]})
	}
	if d.Status != nil {
		r.set(d.Status[1], at)
	}
}

// set changes the status, and begins or ends a wait.
func (r *reader) set(status string, at Moment) {
	if status == r.status {
		return
	}
	if n := len(r.facts.Waits); n > 0 && r.facts.Waits[n-1].To == 0 {
		r.facts.Waits[n-1].To = at
	}
	if status == statusPending || status == statusOnHold {
		asked := r.asked != 0 && at-r.asked <= askedBefore
		r.facts.Waits = append(r.facts.Waits, Wait{From: at, Status: status, Asked: asked && status == statusPending})
	}
	r.status = status
}

func (r *reader) link(article string, at Moment) {
	known := func(l Link) bool { return l.Article == article }
	if article != "" && !slices.ContainsFunc(r.facts.Links, known) {
		r.facts.Links = append(r.facts.Links, Link{Article: article, At: at})
	}
}

func (r *reader) resolve(d detail, at Moment) {
	for _, a := range d.Articles {
		r.link(a, at)
	}
	r.set(statusResolved, at)
	r.facts.Resolutions = append(r.facts.Resolutions, Resolution{
		At: at, Code: d.Code, Automatic: d.Automatic, Replies: r.replies, Escalations: r.escalations,
	})
}
