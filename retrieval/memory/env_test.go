package memory_test

import (
	"time"

	"github.com/deskbook/deskbook/desk"
)

var memoryNoon = time.Date(2025, 3, 3, 12, 0, 0, 0, time.UTC)

// memoryResolved makes a ticket that articles resolved.
func memoryResolved(id, subject, body string, at time.Time, articles ...string) desk.Ticket {
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

var memoryVocabulary = []string{"vpn", "mail", "printer", "queue", "phone", "disk", "page", "token", "badge", "cable", "fan", "screen"}
