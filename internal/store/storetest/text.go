package storetest

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// hard are texts that stores are known to fail on.
var hard = map[string]string{
	"quotes":       `' " '' "" \' \" ` + "`",
	"statement":    `'); DROP TABLE article; --`,
	"condition":    `x' OR '1'='1`,
	"placeholders": "? ?? $1 :name @p %s %d {{.}}",
	"wildcards":    `% _ * \ [a-z]`,
	"scripts":      "Пароль 密码 كلمة السر पासवर्ड 🔑👩‍👩‍👧",
	"combining":    "e\u0301 a\u030a\u0323 \u202edesrever",
	"controls":     "\x01\x02\t\r\n\x1b[31m\x7f",
	"edges":        "\ufeff\u00a0 \u2028\u2029\ufffd\U0010ffff",
	"json":         `{"a":[1,null,"</script>"]}`,
	"empty":        "",
	"blank":        "  \n ",
	"long":         strings.Repeat("Zeile mit Umläuten äöü. ", 50_000),
}

func texts(t *testing.T, fresh func(t *testing.T) Opener) {
	for name, text := range hard {
		t.Run(name, func(t *testing.T) { roundTrip(t, fresh(t)(t), text) })
	}
	t.Run("what an engine could not store is refused", func(t *testing.T) {
		s := fresh(t)(t)
		for _, text := range []string{"a\x00b", "a\xffb", "\xed\xa0\x80"} {
			refused(t, s, text)
		}
		counts, err := s.CountTickets(t.Context(), everyone)
		must(t, err)
		wantEqual(t, counts.Total, 0)
	})
}

// roundTrip stores the text in every kind of column and searches for it.
func roundTrip(t *testing.T, s *store.Store, text string) {
	ctx := t.Context()
	short := text
	if len(short) > 1000 {
		short = short[:1000]
	}
	a := article("a_"+short, 1)
	a.Slug, a.Title, a.Markdown, a.Tags, a.Front = "s"+short, text, text, []string{short}, text
	a.Owner, a.Service = short, short
	a.Passages = []kb.Passage{{ID: "p", Heading: text, Text: text}}
	saveArticle(t, s, a)
	saveArticle(t, s, article("a_bystander", 1))
	for _, ref := range []string{a.ID, a.Slug} {
		got, err := s.Article(ctx, ref, all)
		must(t, err)
		wantEqual(t, got, a)
	}
	if short != "" {
		page, err := s.Articles(ctx, kb.ArticleFilter{Visibility: all, Tag: short, Owner: short, Service: short})
		must(t, err)
		wantEqual(t, page.Articles, []kb.Article{a})
	}
	x := ticket(text)
	x.Requester, x.Group, x.Assignee = "u"+short, "g"+short, "x"+short
	x.Messages[0].Text = text
	x.Resolution = &desk.Resolution{Note: text}
	x = open(t, s, x)
	open(t, s, ticket("bystander"))
	page, err := s.Tickets(ctx, desk.Filter{
		Scope: desk.Scope{Requester: x.Requester}, Group: x.Group, Assignee: x.Assignee,
	})
	must(t, err)
	wantEqual(t, len(page.Tickets), 1)
	got, err := s.Ticket(ctx, x.ID, everyone)
	must(t, err)
	wantEqual(t, got.Subject, text)
	wantEqual(t, got.Messages[0].Text, text)
	wantEqual(t, got.Resolution.Note, text)
}

func refused(t *testing.T, s *store.Store, text string) {
	ctx := t.Context()
	x := ticket("printer")
	x.Messages[0].Text = text
	_, err := s.CreateTicket(ctx, func(id string) (desk.Ticket, journal.Entry) {
		return x, entry(journal.Ticket, id, "created")
	})
	wantKind(t, err, fault.Invalid)
	a := article("a_1", 1)
	a.Markdown = text
	wantKind(t, s.SaveArticles(ctx, []kb.Article{a}, journal.Entry{}), fault.Invalid)
	wantKind(t, s.AddAttempt(ctx, text, noon), fault.Invalid)
	_, err = s.Article(ctx, text, all)
	wantKind(t, err, fault.Invalid)
	_, err = s.Tickets(ctx, desk.Filter{Scope: everyone, Text: text})
	wantKind(t, err, fault.Invalid)
}
