package desk

// Opening returns the data of the event with which a ticket begins: all that measures need to
// know of it, so that they can be computed from events alone. chosen are the fields that the
// requester or an agent chose.
func Opening(t Ticket, chosen []Field) map[string]any {
	data := map[string]any{
		"type": t.Type, "service": t.Service, "category": t.Category, "impact": t.Impact, "urgency": t.Urgency,
		"priority": t.Priority, "group": t.Group, "channel": t.Channel, "bypass": t.Bypass, "requester": t.Requester,
		"chosen": chosen, "from": side(t.Messages[0]),
	}
	if t.Order != nil {
		data["request"], data["status"] = t.Order.Type, t.Status
	}
	if n := len(t.Messages[0].Files); n > 0 {
		data["files"] = n
	}
	return data
}

// Added returns the data of the event that records a reply or a note.
func Added(m Message) map[string]any {
	data := map[string]any{"n": m.N, "visibility": m.Visibility, "from": side(m)}
	if m.Automatic {
		data["automatic"] = true
	}
	if len(m.Files) > 0 {
		data["files"] = len(m.Files)
	}
	return data
}

// side returns who wrote a message, as events name it.
func side(m Message) string {
	if m.FromDesk {
		return "desk"
	}
	return "requester"
}
