package store_test

import (
	"context"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// bg is the context of processes that are killed.
var bg = context.Background()

var publicArticles = []access.Audience{access.AudiencePublic}

// noted returns an entry with an event and a change of an object.
func noted(object, id, verb string) journal.Entry {
	return journal.Entry{
		Events:  []journal.Event{{At: time.Unix(1, 0), Actor: "u_1", Object: object, ID: id, Verb: verb}},
		Changes: []journal.Change{{Object: object, ID: id}},
	}
}

// addTicket writes a ticket with its event, change and job.
func addTicket(ctx context.Context, s *store.Store, text string) (string, error) {
	t, err := s.CreateTicket(ctx, func(id string) (desk.Ticket, journal.Entry) {
		e := noted(journal.Ticket, id, "created")
		e.Jobs = []journal.Job{{Kind: "draft", Key: "draft " + id}}
		return desk.Ticket{
			Subject: "Subject of " + id, Requester: "u_1", Status: desk.New, Priority: 4,
			Messages:  []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: text, At: time.Unix(1, 0)}},
			CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(1, 0),
		}, e
	})
	return t.ID, err
}

// reply adds a message to a ticket that only this process writes.
func reply(s *store.Store, id string) error {
	t, err := s.Ticket(bg, id, desk.Scope{All: true})
	if err != nil {
		return err
	}
	t.Version++
	t.Messages = append(t.Messages, desk.Message{N: len(t.Messages) + 1, Text: "reply", At: time.Unix(2, 0)})
	return s.SaveTickets(bg, []desk.Ticket{t}, noted(journal.Ticket, id, "replied"))
}

func public(id string, revision int) kb.Article {
	return kb.Article{
		ID: id, Slug: id, Title: "Title of " + id, Revision: revision,
		Confidence: kb.Validated, Audience: access.AudiencePublic,
		Markdown: fmt.Sprintf("# Title\n\nRevision %d of %s.\n", revision, id), UpdatedAt: time.Unix(int64(revision), 0),
	}
}

// addArticle writes one revision with its event and change.
func addArticle(ctx context.Context, s *store.Store, id string, revision int) error {
	return s.SaveArticles(ctx, []kb.Article{public(id, revision)}, noted(journal.Article, id, "published"))
}

func addDraft(s *store.Store, id string) error {
	d := kb.Draft{ID: id, Version: 1, Status: kb.InReview, CreatedAt: time.Unix(1, 0)}
	return s.SaveDraft(bg, d, noted(journal.Draft, id, "saved"))
}

// publish approves a draft and writes its article.
func publish(s *store.Store, id, article string) error {
	d := kb.Draft{ID: id, Version: 2, Status: kb.Approved, ArticleID: article, CreatedAt: time.Unix(1, 0)}
	return s.PublishDraft(bg, d, public(article, 1), noted(journal.Article, article, "published"))
}

func addAccount(s *store.Store, id string) error {
	return s.CreateUser(bg, auth.User{ID: id, Email: id + "@example.org"}, noted(journal.User, id, "created"))
}
