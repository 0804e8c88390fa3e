package retrieval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// TestRemembersTheNewest: of many tickets the memory holds the newest, at the start and while
// more come in.
func TestRemembersTheNewest(t *testing.T) {
	s := withArticles(shelf(t)...)
	add := func(s *eval.Snapshot, from, to int) {
		for i := from; i < to; i++ {
			s.PutTickets(resolved(
				fmt.Sprint(i), fmt.Sprintf("unique%dx trouble", i), "Nothing works.",
				noon.Add(time.Duration(i)*time.Minute), "vpn-drops",
			))
		}
	}
	add(s, 1001, 1101)
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: t.TempDir(), Source: s, Now: clock, Remember: 40})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	knows := func(i int) bool {
		t.Helper()
		got, err := e.Suggest(t.Context(), desk.SuggestRequest{
			Subject: fmt.Sprintf("unique%dx trouble", i), Body: "Nothing works.", Tickets: true,
			Visibility: kb.VisibleTo(access.System()), At: noon.AddDate(1, 0, 0),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range got.Tickets {
			if x.ID == fmt.Sprint(i) {
				return true
			}
		}
		return false
	}
	follow(t, e)
	if knows(1001) || knows(1060) || !knows(1061) || !knows(1100) {
		t.Error("it does not know the newest 40 of 100")
	}
	add(s, 1101, 1201)
	follow(t, e)
	if knows(1061) || knows(1101) || !knows(1200) || !knows(1170) {
		t.Error("it does not know the newest after more came in")
	}
}
