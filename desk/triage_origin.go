package desk

import (
	"encoding/json"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Origin says who set a field of a ticket.
type Origin string

// The origins.
const (
	ByDefault   Origin = ""          // the service model's default
	ByRequester Origin = "requester" // chosen when they opened the ticket
	ByRule      Origin = "rule"      // set by triage, and not confirmed yet
	ByDesk      Origin = "desk"      // chosen, taken or confirmed by an agent
)

// Verbs of the events that decide fields.
const (
	verbTriaged       = "triaged"        // triage set them
	verbProposalTaken = "proposal_taken" // an agent took or confirmed what triage proposed
)

// DecidingVerbs lists the verbs of the events that may contain new decisions on how
// tickets are sorted.
func DecidingVerbs() []string { return []string{"updated", "escalated", "resolved", verbProposalTaken} }

// Origins returns, by a ticket's events, who set each field.
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
			setListed(out, data["chosen"], by)
		case verbTriaged:
			setChanged(out, data, ByRule)
		case "escalated":
			if e.Actor != access.SystemID {
				out[FieldGroup] = ByDesk
			}
		case "updated", verbProposalTaken:
			if e.Actor != access.SystemID {
				setChanged(out, data, ByDesk)
				setListed(out, data["confirmed"], ByDesk)
			}
		}
	}
	return out
}

// setChanged sets the origin of the fields that the event's data has changes of.
func setChanged(out map[Field]Origin, data map[string]json.RawMessage, by Origin) {
	for _, f := range Fields() {
		if _, ok := data[string(f)]; ok {
			out[f] = by
		}
	}
}

// setListed sets the origin of the fields in a list.
func setListed(out map[Field]Origin, list json.RawMessage, by Origin) {
	var fields []Field
	if len(list) == 0 || json.Unmarshal(list, &fields) != nil {
		return
	}
	for _, f := range fields {
		out[f] = by
	}
}

// Labels returns the human decisions on a ticket, which triage may learn from. A value
// that an agent chose, took or confirmed counts immediately; a default, or one that the
// requester chose, counts when an agent has resolved the ticket with it. A value that
// triage set never counts unless an agent has confirmed it.
func Labels(t Ticket, events []journal.Event) map[Field]string {
	if t.MergedInto != "" {
		return nil
	}
	r := t.Resolution
	accepted := r != nil && r.By != access.SystemID && r.Code != Withdrawn && r.Code != Duplicate
	origins := Origins(t, events)
	out := make(map[Field]string)
	for _, f := range Fields() {
		value := fieldValue(t, f)
		if by := origins[f]; value == "" || by == ByRule || by != ByDesk && !accepted {
			continue
		}
		out[f] = value
	}
	return out
}
