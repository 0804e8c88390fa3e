package retrieval_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval"
)

func TestTitleCountsTwiceAndRepetitionCounts(t *testing.T) {
	got := retrieval.QueryWeights("vpn broken", "I tried vpn vpn tunnel")
	want := map[string]float64{"vpn": math.Pow(4, retrieval.QueryPower), "broken": math.Pow(2, retrieval.QueryPower), "tunnel": 1, "tri": retrieval.FillerWeight}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestQuotesAndSignaturesGo(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"quoted lines", "It broke.\n> did you restart?\n>> yes\nStill broken.", "It broke.\nStill broken."},
		{"who wrote", "No.\nOn Mon, 3 Mar 2025 at 9:00, Desk <desk@example.org> wrote:\n> Better?", "No."},
		{"signature", "Help\n-- \nAda Lovelace\nAnalytical Engines", "Help"},
		{"forwarded", "See below\n-----Original Message-----\nFrom: Bob\nzebra", "See below"},
		{"header block", "See below\nFrom: Bob <b@example.org>\nSent: Monday\nTo: desk\nzebra", "See below"},
		{"device", "Help\nSent from my phone", "Help"},
		{"a colon is no header", "From: the start it failed\nand again", "From: the start it failed\nand again"},
		{"nothing but quotes stays", "> only this", "> only this"},
		{"list with dashes", "steps:\n- one\n- two", "steps:\n- one\n- two"},
		{"a command", "ls -- file", "ls -- file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, strings.TrimSpace(retrieval.Unquoted(tc.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSignatures(t *testing.T) {
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"fails with 0x80070057.", []string{"0x80070057"}},
		{"ERR_CONNECTION_RESET and ORA-00942", []string{"ERR_CONNECTION_RESET", "ORA-00942"}},
		{"java.lang.NullPointerException: null", []string{"NullPointerException"}},
		{"KB5034441 error code: 1603", []string{"KB5034441", "1603"}},
		{"error 691, Error 691", []string{"691"}},
		{"I have 3 printers since 2019", nil},
	} {
		if diff := cmp.Diff(tc.want, retrieval.Signatures(tc.text)); diff != "" {
			t.Errorf("%q: %s", tc.text, diff)
		}
	}
}

func TestVeryLongTicketKeepsItsTitleAndIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "word%d ", i)
	}
	w := retrieval.QueryWeights("printer queue", b.String())
	if len(w) != retrieval.QueryTerms {
		t.Errorf("scored terms: %d, want %d", len(w), retrieval.QueryTerms)
	}
	if w["printer"] == 0 || w["queue"] == 0 {
		t.Error("the title's words were dropped")
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
		"vpn", "", "a* OR title:\"x\" ~2 ^4 +(", "> quoted", "0x80070643", strings.Repeat("a", 300), "\xff", "--", "-- \nx", "error 691",
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
