package memory_test

import (
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/memory"
)

var noon = time.Date(2025, 3, 3, 12, 0, 0, 0, time.UTC)

// resolved makes a ticket that articles resolved.
func resolved(id, subject, body string, at time.Time, articles ...string) desk.Ticket {
	t := desk.Ticket{
		ID: id, Subject: subject, Status: desk.Resolved, CreatedAt: at.Add(-time.Hour), ResolvedAt: at,
		Messages:   []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: body}},
		Resolution: &desk.Resolution{Code: desk.Fixed, Note: "Note of " + id, At: at, Articles: articles},
	}
	for _, a := range articles {
		t.Links = append(t.Links, desk.Link{Kind: desk.ArticleLink, Target: a, Applied: true})
	}
	return t
}

var vocabulary = []string{
	"vpn", "mail", "printer", "queue", "phone", "disk", "page", "token", "badge", "cable", "fan", "screen",
}

func recall(m *memory.Memory, subject, body string, at time.Time) memory.Recalled {
	return m.Recall(memory.Query{Subject: subject, Body: body, At: at})
}

// votes returns the votes where every article is a candidate.
func votes(m *memory.Memory, subject, body string, at time.Time) map[string]*memory.Vote {
	return recall(m, subject, body, at).Votes(func(id string) (string, bool) { return id, true })
}

// tops returns mem(d) by article.
func tops(m *memory.Memory, subject, body string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range votes(m, subject, body, at) {
		out[id] = v.Top
	}
	return out
}
