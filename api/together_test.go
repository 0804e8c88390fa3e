package api_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/deskbook/deskbook/desk"
)

// TestConcurrentReplies checks that concurrent replies to one ticket all succeed and
// none is lost.
func TestConcurrentReplies(t *testing.T) {
	const writers, each = 32, 8
	e := newEnv(t)
	anna := e.actor("anna")
	tk, err := e.desk.OpenTicket(t.Context(), anna, desk.NewTicket{Subject: "Everyone is offline", Body: "All of them."})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range each {
				text := fmt.Sprintf("note %d of %d", n, w)
				in := desk.NewMessage{Text: text, Visibility: desk.InternalNote}
				if _, _, err := e.desk.Reply(t.Context(), anna, tk.ID, in); err != nil {
					t.Errorf("%s: %v", text, err)
				}
			}
		})
	}
	all.Wait()
	tk, err = e.desk.Ticket(t.Context(), anna, tk.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(tk.Messages); got != 1+writers*each {
		t.Errorf("%d messages, want %d", got, 1+writers*each)
	}
}
