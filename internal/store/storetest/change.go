package storetest

import (
	"fmt"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// changes tests that a projection can follow the change log.
func changes(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("empty", func(t *testing.T) {
		s := fresh(t)(t)
		last, err := s.LastChange(t.Context())
		must(t, err)
		wantEqual(t, last, int64(0))
		found, err := s.Changes(t.Context(), 0, 10)
		must(t, err)
		wantEqual(t, len(found), 0)
	})

	t.Run("in order and in pages", func(t *testing.T) {
		s := fresh(t)(t)
		must(t, s.SaveArticles(t.Context(), []kb.Article{article("a_1", 1)}, journal.Entry{Changes: []journal.Change{
			{Object: journal.Article, ID: "a_1"}, {Object: journal.Draft, ID: "r_1"}, {Object: journal.Article, ID: "a_1"},
		}}))
		open(t, s, ticket("printer"))
		first, err := s.Changes(t.Context(), 0, 3)
		must(t, err)
		wantEqual(t, first, []journal.Change{
			{Seq: 1, Object: journal.Article, ID: "a_1"},
			{Seq: 2, Object: journal.Draft, ID: "r_1"},
			{Seq: 3, Object: journal.Article, ID: "a_1"},
		})
		rest, err := s.Changes(t.Context(), 3, 3)
		must(t, err)
		wantEqual(t, rest, []journal.Change{{Seq: 4, Object: journal.Ticket, ID: "1001"}})
	})

	t.Run("a follower misses nothing during concurrent writes", func(t *testing.T) { follow(t, fresh) })

	t.Run("ids in pages", func(t *testing.T) {
		s := fresh(t)(t)
		var want []string
		for i := range 12 {
			id := fmt.Sprintf("a_%02d", i)
			want = append(want, id)
			saveArticle(t, s, article(id, 1))
		}
		var got []string
		for after := ""; ; after = got[len(got)-1] {
			ids, err := s.ArticleIDs(t.Context(), after, 5)
			must(t, err)
			if len(ids) == 0 {
				break
			}
			got = append(got, ids...)
		}
		wantEqual(t, got, want)
	})
}

// follow writes from several goroutines to two stores while a third one reads the changes
// after the last it has seen. If sequence numbers were not in commit order, it would skip
// changes that commit late.
func follow(t *testing.T, fresh func(t *testing.T) Opener) {
	opener := fresh(t)
	stores := []*store.Store{opener(t), opener(t)}
	reader := opener(t)
	ctx := t.Context()
	const writers, each = 6, 25
	done := make(chan struct{})
	go func() {
		defer close(done)
		together(writers, func(w int) {
			for i := range each {
				id := fmt.Sprintf("w%d-%03d", w, i)
				_, err := stores[w%2].CreateTicket(ctx, func(string) (desk.Ticket, journal.Entry) {
					return ticket(id), journal.Entry{
						Events:  []journal.Event{{At: noon, Object: journal.Ticket, ID: id, Verb: "created"}},
						Changes: []journal.Change{{Object: journal.Ticket, ID: id}, {Object: "second", ID: id}},
					}
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}()
	var seen []journal.Change
	for finished := false; ; {
		var last int64
		if len(seen) > 0 {
			last = seen[len(seen)-1].Seq
		}
		found, err := reader.Changes(ctx, last, 7)
		must(t, err)
		seen = append(seen, found...)
		if len(found) > 0 {
			continue
		}
		if finished {
			break
		}
		select {
		case <-done:
			finished = true
		default:
		}
	}
	wantEqual(t, len(seen), 2*writers*each)
	progress := map[string]string{}
	for i, c := range seen {
		if c.Seq != int64(i+1) {
			t.Fatalf("change %d has the sequence number %d", i+1, c.Seq)
		}
		if i%2 == 1 && (c.Object != "second" || c.ID != seen[i-1].ID) {
			t.Fatalf("the changes of one write are separated: %v, %v", seen[i-1], c)
		}
		if w := c.ID[:2]; c.Object == journal.Ticket {
			if c.ID <= progress[w] {
				t.Fatalf("%s follows %s, although it was acknowledged before that began", c.ID, progress[w])
			}
			progress[w] = c.ID
		}
	}
}
