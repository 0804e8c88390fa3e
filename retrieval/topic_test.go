package retrieval_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// services are the words of five services; "mail" is everyday in the first, and rare
// in the others.
var services = [][]string{
	{"mail", "inbox", "folder", "calendar", "sender", "attachment", "signature", "thread"},
	{"printer", "toner", "tray", "queue", "paper", "scanner", "driver", "duplex"},
	{"tunnel", "gateway", "client", "certificate", "route", "firewall", "token", "proxy"},
	{"invoice", "ledger", "vendor", "payment", "tax", "approval", "budget", "receipt"},
	{"badge", "door", "parking", "visitor", "locker", "floor", "desk", "meeting"},
}

// manyServices makes n articles, each of one service with a few words of any.
func manyServices(n int) []kb.Article {
	rng := rand.New(rand.NewPCG(7, 7))
	var out []kb.Article
	for i := range n {
		own := services[i%len(services)]
		var words []string
		for range 24 {
			words = append(words, own[rng.IntN(len(own))])
		}
		for range 6 {
			other := services[rng.IntN(len(services))]
			words = append(words, other[rng.IntN(len(other))])
		}
		a := article(
			fmt.Sprintf("s%d-%05d", i%len(services), i), own[rng.IntN(len(own))]+" "+own[rng.IntN(len(own))],
			strings.Join(words, " "),
		)
		out = append(out, a)
	}
	return out
}

func rankingOf(t *testing.T, e *retrieval.Engine, subject, body string, vis kb.Visibility) []retrieval.RankedParts {
	t.Helper()
	r, err := e.RankParts(t.Context(), desk.SuggestRequest{Subject: subject, Body: body, Visibility: vis})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestManyServicesKeepApart: a ticket that speaks of one service's matters and uses a
// word of another one in passing is answered by the first.
func TestManyServicesKeepApart(t *testing.T) {
	all := manyServices(1250)
	stray := article(
		"stray", "Thread and thread and parking", "parking badge door visitor locker floor thread thread thread mail",
	)
	e := open(t, withArticles(append(all, stray)...))
	got := rankingOf(
		t, e, "inbox folder", "calendar sender attachment signature; a thread in the mail folder of the inbox", visitor,
	)
	for i, r := range got[:10] {
		if !strings.HasPrefix(r.ID, "s0-") {
			t.Errorf("place %d: %s", i+1, r.ID)
		}
	}
	if n := retrieval.Topics(e, visitor); n != 5 {
		t.Errorf("%d topics", n)
	}
}

// TestTopicsDependOnArticlesAlone compares an index that grew step by step, with
// changes and removals, with one that was built at once.
func TestTopicsDependOnArticlesAlone(t *testing.T) {
	all := manyServices(1250)
	grown := eval.NewSnapshot()
	e := open(t, grown)
	for i := len(all); i > 0; i -= 400 {
		grown.PutArticles(all[max(0, i-400):i]...)
		gone := article(fmt.Sprintf("gone%d", i), "toner tray", "toner tray")
		grown.PutArticles(gone)
		follow(t, e)
		grown.RemoveArticle(gone.ID)
		follow(t, e)
	}
	rankingOf(t, e, "inbox", "toner", visitor) // with the topics of old, until the new ones are found
	retrieval.Settle(e)
	once := open(t, withArticles(all...))
	for _, ticket := range [][2]string{
		{"inbox folder", "toner in the tray"}, {"gateway", "certificate of the client and a payment"}, {"parking", "door"},
	} {
		want, got := rankingOf(t, once, ticket[0], ticket[1], visitor), rankingOf(t, e, ticket[0], ticket[1], visitor)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", ticket, diff)
		}
	}
}

// TestHiddenArticlesMoveNoTopic: what a reader does not see has no part in what the
// topics are.
func TestHiddenArticlesMoveNoTopic(t *testing.T) {
	all := manyServices(1250)
	with, without := withArticles(all...), withArticles(all...)
	for i := range 400 {
		h := article(
			fmt.Sprintf("hidden%03d", i), "inbox toner", "inbox toner gateway invoice badge "+fmt.Sprint("secret", i),
		)
		h.Audience = access.Internal
		with.PutArticles(h)
	}
	a, b := open(t, with), open(t, without)
	for _, ticket := range [][2]string{{"inbox toner", "gateway"}, {"mail", "thread of a sender"}} {
		want, got := rankingOf(t, b, ticket[0], ticket[1], visitor), rankingOf(t, a, ticket[0], ticket[1], visitor)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", ticket, diff)
		}
	}
}
