package retrieval_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval"
)

func TestVeryLongTicketIsAnswered(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "word%d ", i)
	}
	e, _ := library(t)
	if s := suggest(t, e, "Print jobs stay in the queue", b.String(), visitor); s.BelowFloor && len(s.Articles) > 0 {
		t.Error("below the floor, yet articles")
	}
}

func TestLimitsAreChecked(t *testing.T) {
	e, _ := library(t)
	for _, q := range []retrieval.Query{
		{Text: "vpn", Limit: 51},
		{Text: "vpn", Limit: -1},
		{Text: "vpn", Cursor: "!!"},
		{Text: "vpn", Cursor: "ZnJvbTotNQ"},
		{Text: "vpn", Cursor: "ZnJvbTo5OTk5OTk5"},
	} {
		if _, err := e.Search(t.Context(), q); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := e.Suggest(t.Context(), desk.SuggestRequest{Subject: "x", Limit: 500}); !fault.Is(err, fault.Invalid) {
		t.Errorf("suggest: %v", err)
	}
	if _, err := e.Complete(t.Context(), "v", visitor, 1000); !fault.Is(err, fault.Invalid) {
		t.Errorf("complete: %v", err)
	}
}

func FuzzQuery(f *testing.F) {
	e, _ := library(f)
	for _, s := range []string{
		"vpn", "", "a* OR title:\"x\" ~2 ^4 +(", "> quoted", "0x80070643", strings.Repeat("a", 300), "\xff",
		"--", "-- \nx", "error 691",
		"On x wrote:", "\x00", "{\"json\":1}", "' OR 1=1 --",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, subject, body string) {
		r, err := e.Search(t.Context(), retrieval.Query{Text: subject, Visibility: visitor})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Hits) > r.Total {
			t.Fatalf("%d hits of %d", len(r.Hits), r.Total)
		}
		s := suggest(t, e, subject, body, visitor)
		for _, h := range append(append(r.Hits, s.Articles...), s.KnownErrors...) {
			checkHit(t, h)
		}
		if _, err := e.Complete(t.Context(), subject, visitor, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Passages(t.Context(), body, visitor, []string{"vpn-home"}, 3); err != nil {
			t.Fatal(err)
		}
	})
}
