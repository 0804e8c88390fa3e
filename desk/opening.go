package desk

// Opening returns the data of the event with which a ticket begins: all that measures need to
// know of it, so that they can be computed from events alone. chosen are the fields that the
// requester or an agent chose.
func Opening(t Ticket, chosen []Field) map[string]any {
	data := map[string]any{
		"type": t.Type, "service": t.Service, "category": t.Category, "impact": t.Impact, "urgency": t.Urgency,
		"priority": t.Priority, "group": t.Group, "channel": t.Channel, "bypass": t.Bypass, "requester": t.Requester,
		"chosen": chosen, "from": sideRequester,
	}
	if len(t.Messages) > 0 && t.Messages[0].FromDesk {
		data["from"] = sideDesk
	}
	return data
}

// Added returns the data of the event that records a reply or a note.
func Added(m Message) map[string]any {
	data := map[string]any{"n": m.N, "visibility": m.Visibility, "from": sideRequester}
	if m.FromDesk {
		data["from"] = sideDesk
	}
	if m.Automatic {
		data["automatic"] = true
	}
	if len(m.Files) > 0 {
		data["files"] = len(m.Files)
	}
	return data
}

// The two sides of a thread, as events name them.
const (
	sideDesk      = "desk"
	sideRequester = "requester"
)
