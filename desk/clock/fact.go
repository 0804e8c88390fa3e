package clock

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// State is what clocks need to know of a ticket at one moment.
type State struct {
	Status   model.Status
	Type     model.Type
	Priority int
	Impact   int // 0 where it is not known
	Urgency  int
	Group    string
	Assignee string // user id
	Service  string
	Category string
	Supplier string // that the ticket is on hold at, "" for none
	Request  string // request type, "" for none
}

// Fact is something that happened to a ticket, with the state of the ticket after it.
type Fact struct {
	At    time.Time
	Verb  string // of the event
	Actor string // user id
	State State
	// Happened are the conditions that are true of this moment alone.
	Happened []model.Condition

	data payload
}

// payload are the fields of events whose type is the same in all of them.
type payload struct {
	Requester  string `json:"requester"`
	From       string `json:"from"` // of a message: "desk" or "requester"; of an escalation, the group
	Visibility string `json:"visibility"`
	Automatic  bool   `json:"automatic"`
	Code       string `json:"code"`
	To         string `json:"to"`
	Supplier   string `json:"supplier"`

	// Of the events about targets.
	Target string `json:"target"`
	Cycle  int    `json:"cycle"`
	Rule   string `json:"escalation"`
}

// opening are the fields of the event of a new ticket.
type opening struct {
	Type     model.Type `json:"type"`
	Priority int        `json:"priority"`
	Impact   int        `json:"impact"`
	Urgency  int        `json:"urgency"`
	Group    string     `json:"group"`
	Service  string     `json:"service"`
	Category string     `json:"category"`
	Request  string     `json:"request"`
	Status   string     `json:"status"`
}

// Facts returns the facts of a ticket in the order of time. Events that say nothing about
// its state are left out.
func Facts(events []journal.Event) []Fact {
	ordered := slices.Clone(events)
	slices.SortStableFunc(ordered, func(a, b journal.Event) int { return a.At.Compare(b.At) })
	r := reader{}
	var out []Fact
	for _, e := range ordered {
		if f, ok := r.read(e); ok {
			out = append(out, f)
		}
	}
	return out
}

// reader follows the state of a ticket.
type reader struct {
	state     State
	requester string
	replied   bool
}

func (r *reader) read(e journal.Event) (Fact, bool) {
	f := Fact{At: e.At, Verb: e.Verb, Actor: e.Actor}
	changes := e.Verb == "updated" || e.Verb == "triaged" || e.Verb == "proposal_taken"
	if !changes && len(e.Data) > 0 && json.Unmarshal(e.Data, &f.data) != nil {
		return f, false
	}
	switch e.Verb {
	case "created":
		f.Happened = r.create(e, f.data)
	case "message_added":
		f.Happened = r.message(e, f.data)
	case "escalated":
		r.state.Group, r.state.Assignee = f.data.To, ""
		r.startWork()
		f.Happened = []model.Condition{model.Escalated, model.GroupChanged}
	case "resolved":
		f.Happened = r.end(model.Resolved)
		switch f.data.Code {
		case "withdrawn":
			f.Happened = append(f.Happened, model.Withdrawn)
		case "duplicate":
			f.Happened = append(f.Happened, model.DuplicateFound)
		}
	case "reopened":
		r.state.Status = model.Open
		f.Happened = []model.Condition{model.Reopened}
	case "merged":
		f.Happened = append(r.end(model.Closed), model.Merged)
	case "target_near", "target_breached", "escalation_done":
	default:
		if !changes {
			return f, false
		}
		f.Happened = r.update(e)
	}
	f.State = r.state
	return f, true
}

func (r *reader) create(e journal.Event, p payload) []model.Condition {
	var o opening
	if json.Unmarshal(e.Data, &o) != nil {
		return nil
	}
	r.state = State{
		Status: model.New, Type: o.Type, Priority: o.Priority, Impact: o.Impact, Urgency: o.Urgency, Group: o.Group, Service: o.Service, Category: o.Category,
		Request: o.Request,
	}
	if o.Status != "" {
		r.state.Status = model.Status(o.Status)
	}
	r.requester = p.Requester
	if r.requester == "" {
		r.requester = e.Actor
	}
	return []model.Condition{model.Created}
}

// startWork notes that somebody works on a new ticket.
func (r *reader) startWork() {
	if r.state.Status == model.New {
		r.state.Status = model.Open
	}
}

func (r *reader) end(s model.Status) []model.Condition {
	r.state.Status, r.state.Supplier = s, ""
	return nil
}

// message notes a message, as the desk does in desk.Reply.
func (r *reader) message(e journal.Event, p payload) []model.Condition {
	if p.Visibility != "public" {
		return nil
	}
	desk := p.From == "desk" || p.From == "" && e.Actor != r.requester
	switch {
	case desk && (p.Automatic || e.Actor == access.SystemID):
		return nil
	case desk:
		happened := []model.Condition{model.AnyReply}
		if !r.replied {
			happened = append(happened, model.FirstReply)
		}
		r.replied = true
		r.startWork()
		return happened
	}
	if r.state.Status == model.Pending {
		r.state.Status = model.Open
	}
	return []model.Condition{model.RequesterReply}
}

// update notes changed fields, which an event holds as pairs of the old and the new value.
func (r *reader) update(e journal.Event) (happened []model.Condition) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(e.Data, &fields) != nil {
		return nil
	}
	s := &r.state
	changed(fields["status"], &s.Status, nil, &happened)
	changed(fields["assignee"], &s.Assignee, nil, &happened)
	changed(fields["impact"], &s.Impact, nil, &happened)
	changed(fields["urgency"], &s.Urgency, nil, &happened)
	for _, c := range []struct {
		key       string
		into      *string
		condition model.Condition
	}{
		{"group", &s.Group, model.GroupChanged},
		{"service", &s.Service, model.ServiceChanged},
		{"category", &s.Category, model.CategoryChanged},
	} {
		changed(fields[c.key], c.into, &c.condition, &happened)
	}
	typeChanged, priorityChanged := model.TypeChanged, model.PriorityChanged
	changed(fields["type"], &s.Type, &typeChanged, &happened)
	changed(fields["priority"], &s.Priority, &priorityChanged, &happened)
	var supplier string
	if json.Unmarshal(fields["supplier"], &supplier) == nil && supplier != "" {
		s.Supplier = supplier // as a ticket that was brought from another tool has it
	} else {
		changed(fields["supplier"], &s.Supplier, nil, &happened)
	}
	if s.Status != model.OnHold {
		s.Supplier = ""
	}
	return happened
}

// changed sets a field to the new value of a pair, and notes the condition.
func changed[T any](raw json.RawMessage, into *T, c *model.Condition, happened *[]model.Condition) {
	var pair []json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &pair) != nil || len(pair) != 2 {
		return
	}
	var value T
	if json.Unmarshal(pair[1], &value) != nil {
		return
	}
	*into = value
	if c != nil {
		*happened = append(*happened, *c)
	}
}

// holds reports whether a condition is true after the fact.
func (f Fact) holds(c model.Condition) bool {
	s := f.State
	switch c {
	case model.AtSupplier:
		return s.Status == model.OnHold && s.Supplier != ""
	case model.Assigned:
		return s.Assignee != ""
	case model.Unassigned:
		return s.Assignee == ""
	}
	return string(c) == string(s.Status) || slices.Contains(f.Happened, c)
}

// becomes reports whether one of the conditions is true now and was not before.
func (f Fact) becomes(before *Fact, conditions []model.Condition) bool {
	return slices.ContainsFunc(conditions, func(c model.Condition) bool {
		return slices.Contains(f.Happened, c) || f.holds(c) && (before == nil || !before.holds(c))
	})
}
