package desk_test

import (
	"slices"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
)

// TestMentionedArticleIsLinked: its URL in an agent's message links it, once.
func TestMentionedArticleIsLinked(t *testing.T) {
	for _, c := range []struct {
		name  string
		who   access.Actor
		text  string
		links []string
	}{
		{"an agent's reply", ada, "Please read http://desk.example.org/articles/pub first.", []string{"pub"}},
		{"a note", ada, "see /articles/pub, and [again](/articles/pub#steps)", []string{"pub"}},
		{"two", ada, "/articles/int /articles/pub", []string{"int", "pub"}},
		{"unknown", ada, "/articles/nowhere and /articles/", nil},
		{"the requester's", rita, "I tried /articles/pub", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			id := w.open(t).ID
			for range 2 {
				if _, _, err := w.Reply(ctx, c.who, id, desk.NewMessage{Text: c.text}); err != nil {
					t.Fatal(err)
				}
			}
			tk := must[desk.Ticket](t)(w.Ticket(ctx, ada, id))
			var got []string
			for _, l := range tk.Links {
				got = append(got, l.Target)
				if l.Applied || l.By != ada.ID || l.Message != 2 {
					t.Errorf("link %+v", l)
				}
			}
			if !slices.Equal(got, c.links) || len(tk.Messages) != 3 {
				t.Errorf("links %v, %d messages", got, len(tk.Messages))
			}
		})
	}
}
