package learning_test

import (
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// learningArticle makes an article with its passages.
func learningArticle(id, title, body string) kb.Article {
	return kb.Article{
		ID: id, Slug: id, Title: title, Revision: 1, Kind: kb.Troubleshooting, Confidence: kb.Validated,
		Audience: access.AudiencePublic, Markdown: body, Passages: kb.SplitPassages(id, body, nil),
	}
}

// learningResolved makes a ticket that articles resolved.
func learningResolved(id, subject, body string, at time.Time, articles ...string) desk.Ticket {
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
