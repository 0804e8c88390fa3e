package history

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

// composer turns a ticket and its events back into a line: the reverse of life.
type composer struct {
	past    Past
	data    []map[string]json.RawMessage // of the events
	aliases Aliases
}

func (t *composer) decode() error {
	t.data = make([]map[string]json.RawMessage, len(t.past.Events))
	for i, e := range t.past.Events {
		if len(e.Data) == 0 {
			continue
		}
		if err := json.Unmarshal(e.Data, &t.data[i]); err != nil {
			return fmt.Errorf("event %d (%s): %w", e.Seq, e.Verb, err)
		}
	}
	return nil
}

// value decodes a value of an event's data; the zero value if there is none of that form.
func value[T any](data map[string]json.RawMessage, key string) T {
	var v T
	if raw, ok := data[key]; !ok || json.Unmarshal(raw, &v) != nil {
		var zero T
		return zero
	}
	return v
}

// diff returns the values of a field before and after an event; ok is false if the event did
// not change it.
func diff[T any](data map[string]json.RawMessage, field desk.Field) (from, to T, ok bool) {
	both := value[[]T](data, string(field))
	if len(both) != 2 {
		return from, to, false
	}
	return both[0], both[1], true
}

// opened returns the value that a field had when the ticket was opened: the one before its
// first change, or the one it has now.
func opened[T any](t *composer, field desk.Field, now T) T {
	for i, e := range t.past.Events {
		if field == desk.FieldGroup && e.Verb == "escalated" {
			return value[T](t.data[i], "from")
		}
		if from, _, ok := diff[T](t.data[i], field); ok {
			return from
		}
	}
	return now
}

// line returns the ticket's line.
func (t *composer) line() Line {
	x := t.past.Ticket
	l := Line{
		ID: cmp.Or(x.ExternalID, x.ID), Subject: x.Subject, Requester: t.aliases.People[x.Requester],
		Created: formatTime(x.CreatedAt), Channel: x.Channel,
		Type:    opened(t, desk.FieldType, x.Type),
		Service: opened(t, desk.FieldService, x.Service), Category: opened(t, desk.FieldCategory, x.Category),
		Impact: opened(t, desk.FieldImpact, x.Impact), Urgency: opened(t, desk.FieldUrgency, x.Urgency),
		Group: opened(t, desk.FieldGroup, x.Group),
	}
	for _, m := range x.Messages {
		if m.Kind != desk.Reply {
			continue // its event says it
		}
		from := FromRequester
		if m.FromDesk {
			from = FromDesk
		}
		l.Messages = append(l.Messages, Message{
			At: formatTime(m.At), By: t.aliases.People[m.Author], From: from, Visibility: m.Visibility,
			Automatic: m.Automatic, Text: m.Text,
		})
	}
	for i, e := range t.past.Events {
		for _, out := range t.events(e, t.data[i]) {
			out.At, out.By = formatTime(e.At), t.aliases.People[e.Actor]
			l.Events = append(l.Events, out)
		}
	}
	return l
}

// events returns the events of a line that say what an event says, without time and person.
func (t *composer) events(e journal.Event, data map[string]json.RawMessage) []Event {
	switch e.Verb {
	case "updated", "triaged", "proposal_taken":
		return t.changes(data)
	case "escalated":
		from, to := value[string](data, "from"), value[string](data, "to")
		reason := strings.TrimPrefix(t.text(data), escalationText(from, to))
		return []Event{{Do: DoEscalate, To: to, Reason: reason}}
	case "article_linked", "knowledge_published":
		if slug := value[string](data, "unknown"); slug != "" {
			return []Event{{Do: DoLink, Article: slug}}
		}
		return []Event{{Do: DoLink, Article: t.slug(value[string](data, "article"))}}
	case "resolved":
		out := Event{Do: DoResolve, Code: value[desk.ResolutionCode](data, "code"), Note: t.text(data)}
		if out.Note == resolvedAs(out.Code) {
			out.Note = ""
		}
		for _, id := range value[[]string](data, "articles") {
			out.Articles = append(out.Articles, t.slug(id))
		}
		out.Articles = append(out.Articles, value[[]string](data, "unknown")...)
		return []Event{out}
	case "reopened":
		out := Event{Do: DoReopen, Reason: t.text(data)}
		if out.Reason == reopened {
			out.Reason = ""
		}
		return []Event{out}
	case "merged":
		into := value[string](data, "into")
		return []Event{{Do: DoMerge, To: cmp.Or(t.aliases.Tickets[into], into)}}
	}
	return nil
}

// changes returns an event for each field that was changed.
func (t *composer) changes(data map[string]json.RawMessage) []Event {
	var out []Event
	for _, f := range []struct {
		field desk.Field
		do    Act
	}{
		{desk.FieldType, DoType},
		{desk.FieldService, DoService},
		{desk.FieldCategory, DoCategory},
		{desk.FieldGroup, DoGroup},
	} {
		if _, to, ok := diff[string](data, f.field); ok {
			out = append(out, Event{Do: f.do, To: to})
		}
	}
	_, impact, some := diff[int](data, desk.FieldImpact)
	_, urgency, more := diff[int](data, desk.FieldUrgency)
	if some || more {
		out = append(out, Event{Do: DoPriority, Impact: impact, Urgency: urgency})
	}
	_, assignee, assigned := diff[string](data, "assignee")
	if assigned {
		out = append(out, Event{Do: DoAssign, To: t.aliases.People[assignee]})
	}
	before, status, ok := diff[desk.Status](data, "status")
	switch {
	case !ok, assigned && assignee != "" && before == desk.New && status == desk.Open: // by the assignment
	case status == desk.Closed:
		out = append(out, Event{Do: DoClose})
	default:
		out = append(out, Event{Do: DoStatus, To: string(status), Supplier: value[string](data, "supplier")})
	}
	return out
}

// text returns the text of the message that an event refers to.
func (t *composer) text(data map[string]json.RawMessage) string {
	n := value[int](data, "message")
	if n < 1 || n > len(t.past.Ticket.Messages) {
		return ""
	}
	return t.past.Ticket.Messages[n-1].Text
}

// slug returns the slug of an article, its id if there is none.
func (t *composer) slug(id string) string { return cmp.Or(t.aliases.Articles[id], id) }

// references collects the ids whose outside names a composer needs.
type references map[string]map[string]bool

func newReferences() references { return references{"@": {}, "/": {}, "#": {}} }

func (r references) add(kind string, ids ...string) {
	for _, id := range ids {
		if id != "" {
			r[kind][id] = true
		}
	}
}

func (r references) list(kind string) []string {
	out := make([]string, 0, len(r[kind]))
	for id := range r[kind] {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (r references) collect(t *composer) {
	r.add("@", t.past.Ticket.Requester)
	for _, m := range t.past.Ticket.Messages {
		r.add("@", m.Author)
	}
	for i, e := range t.past.Events {
		data := t.data[i]
		r.add("@", e.Actor)
		if _, to, ok := diff[string](data, "assignee"); ok {
			r.add("@", to)
		}
		r.add("/", value[string](data, "article"))
		r.add("/", value[[]string](data, "articles")...)
		r.add("#", value[string](data, "into"))
	}
}
