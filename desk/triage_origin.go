package desk

import (
	"encoding/json"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Origin says who gave a field of a ticket its value.
type Origin string

// The origins. A field without one has the value that the service model gives to
// every ticket.
const (
	ByDefault   Origin = ""
	ByRequester Origin = "requester" // chosen when they opened the ticket
	ByRule      Origin = "rule"      // set by triage, and nobody has said yet that it is right
	ByDesk      Origin = "desk"      // a person of the desk chose, took or confirmed it
)

// Verbs of the events by which fields are decided.
const (
	verbTriaged = "triaged"        // by triage itself
	verbTaken   = "proposal_taken" // by a person who took or confirmed what triage proposed
)

// DecidingVerbs lists the verbs of the events after which there may be more to learn
// about how tickets are sorted.
func DecidingVerbs() []string { return []string{"updated", "escalated", "resolved", verbTaken} }

// Origins reads from a ticket's events who decided each field.
func Origins(t Ticket, events []journal.Event) map[Field]Origin {
	out := make(map[Field]Origin)
	for _, e := range events {
		var data map[string]json.RawMessage
		if len(e.Data) == 0 || json.Unmarshal(e.Data, &data) != nil {
			continue
		}
		switch e.Verb {
		case "created":
			by := ByDesk
			if e.Actor == t.Requester {
				by = ByRequester
			}
			mark(out, data["chosen"], by)
		case verbTriaged:
			each(out, data, ByRule)
		case "escalated":
			if e.Actor != access.SystemID {
				out[FieldGroup] = ByDesk
			}
		case "updated", verbTaken:
			if e.Actor != access.SystemID {
				each(out, data, ByDesk)
				mark(out, data["confirmed"], ByDesk)
			}
		}
	}
	return out
}

// each gives the origin to the fields that the event's data has a change of.
func each(out map[Field]Origin, data map[string]json.RawMessage, by Origin) {
	for _, f := range Fields() {
		if _, ok := data[string(f)]; ok {
			out[f] = by
		}
	}
}

// mark gives the origin to the fields of a list.
func mark(out map[Field]Origin, list json.RawMessage, by Origin) {
	var fields []Field
	if len(list) == 0 || json.Unmarshal(list, &fields) != nil {
		return
	}
	for _, f := range fields {
		out[f] = by
	}
}

// Labels gives what people decided about a ticket: what triage may learn from. A value
// that a person of the desk chose, took or confirmed counts at once; one that the
// requester chose or that every ticket has counts when a person of the desk resolved
// the ticket with it. A value that triage set and nobody confirmed never counts.
func Labels(t Ticket, events []journal.Event) map[Field]string {
	if t.MergedInto != "" {
		return nil
	}
	r := t.Resolution
	seen := r != nil && r.By != access.SystemID && r.Code != Withdrawn && r.Code != Duplicate
	origins := Origins(t, events)
	out := make(map[Field]string)
	for _, f := range Fields() {
		value := fieldValue(t, f)
		if by := origins[f]; value == "" || by == ByRule || by != ByDesk && !seen {
			continue
		}
		out[f] = value
	}
	return out
}
