package retrieval_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval"
)

func TestMisspeltWordsAreCorrected(t *testing.T) {
	e, _ := library(t)
	for _, tc := range []struct{ text, corrected, first string }{
		{"pritner queue", "printer queue", "printer-queue"},
		{"pasword forgotten", "password forgotten", "password-forgot"},
		{"authentcator", "authenticator", "mfa-phone"},
		{"wirelss conection", "wireless connection", ""},
		{"Recovry partition, please", "recovery partition, please", "update-fails"},
		{"printer", "", "printer-add"},
		{"printers", "", "printer-add"},                       // known in another form
		{"vpm", "", ""},                                       // too short to guess
		{"0x80070634", "", ""},                                // codes are never guessed
		{"NG-2015", "", "vpn-ng2051"},                         //
		{"pritner@example.org", "", ""},                       // addresses neither
		{"zzzzzzzzz", "", ""},                                 // nothing is near
		{strings.Repeat("y", 30), "", ""},                     // no word
		{"queeue of the pritner", "queue of the printer", ""}, //
	} {
		r := search(t, e, tc.text, visitor)
		if r.Corrected != tc.corrected {
			t.Errorf("%s: corrected to %q, want %q", tc.text, r.Corrected, tc.corrected)
		}
		if ids := hitIDs(r.Hits); tc.first != "" && (len(ids) == 0 || ids[0] != tc.first) {
			t.Errorf("%s: %v, want %s first", tc.text, ids, tc.first)
		}
	}
}

// TestCorrectionsNeverComeFromHiddenArticles: what only hidden articles contain is
// neither a correction nor a word that needs none.
func TestCorrectionsNeverComeFromHiddenArticles(t *testing.T) {
	e, _ := library(t)
	for text, readers := range map[string][2]string{ // as a visitor sees it, and as the desk does
		"zanzibra":  {"", "zanzibar"},
		"zanzibar":  {"", ""},
		"canarry":   {"", "canary"},
		"womabt":    {"", "wombat"},
		"catalouge": {"", "catalogue"},
	} {
		if got := search(t, e, text, visitor); got.Corrected != readers[0] || got.Total != 0 {
			t.Errorf("a visitor types %s: corrected to %q, %d articles", text, got.Corrected, got.Total)
		}
		if got := search(t, e, text, staff); got.Corrected != readers[1] {
			t.Errorf("the desk types %s: corrected to %q, want %q", text, got.Corrected, readers[1])
		}
	}
	// A word that hidden articles contain is unknown to who does not see them.
	near := withArticles(article("seen", "Cable colours", "The orange cable is for the phone."))
	secret := article("hidden", "Orangge", "orangge")
	secret.Audience = "internal"
	near.PutArticles(secret)
	both := open(t, near)
	if got := search(t, both, "orangge", visitor); got.Corrected != "orange" {
		t.Errorf("visitor: %q", got.Corrected)
	}
	if got := search(t, both, "orangge", staff); got.Corrected != "" {
		t.Errorf("staff: %q", got.Corrected)
	}
}

// TestWordsThatAreRightStay: a word that no article contains is not made into one that
// searches leave out, nor into one that begins otherwise and differs twice.
func TestWordsThatAreRightStay(t *testing.T) {
	e := open(
		t,
		withArticles(article(
			"a", "Mail from outside", "Pop-up blockers keep the page from opening; where is the orange button?",
		)),
	)
	for text, want := range map[string]string{
		"order form": "", "screen flickers": "", "there": "", "blokcers": "blockers", "porange": "orange",
	} {
		if got := search(t, e, text, staff).Corrected; got != want {
			t.Errorf("%q is corrected to %q, want %q", text, got, want)
		}
	}
}

func TestTicketsAreNotCorrected(t *testing.T) {
	e, _ := library(t)
	ranked, err := e.RankParts(t.Context(), desk.SuggestRequest{Subject: "pritner", Visibility: staff})
	if err != nil || len(ranked) != 0 {
		t.Errorf("%v %v", ranked, err)
	}
}

func TestCorrectionIsBounded(t *testing.T) {
	e, _ := library(t)
	var words []string
	for i := range 200 {
		words = append(words, fmt.Sprintf("%spritner", strings.Repeat("q", i%3)))
	}
	r := search(t, e, strings.Join(words, " "), visitor)
	if n := strings.Count(r.Corrected, " printer"); n > 12 {
		t.Errorf("%d words corrected", n)
	}
}

func TestSlipsAreADistance(t *testing.T) {
	for pair, want := range map[[2]string]uint8{
		{"printer", "printer"}: 0, {"pritner", "printer"}: 1, {"pinter", "printer"}: 1, {"prinnter", "printer"}: 1,
		{"prunter", "printer"}: 1, {"", "abc"}: 3, {"größe", "grösse"}: 2,
	} {
		if got := retrieval.EditDistance(pair[0], pair[1]); got != want {
			t.Errorf("%v: %d, want %d", pair, got, want)
		}
	}
	if err := quick.Check(func(a, b string) bool {
		a, b = shortened(a), shortened(b)
		return retrieval.EditDistance(a, b) == retrieval.EditDistance(b, a) && (retrieval.EditDistance(a, b) == 0) == (a == b)
	}, nil); err != nil {
		t.Error(err)
	}
}

func shortened(s string) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	return string(r[:min(len(r), 20)])
}

func TestAudienceAndConfidenceNarrow(t *testing.T) {
	e, _ := library(t)
	for _, tc := range []struct {
		query retrieval.Query
		want  []string
	}{
		{retrieval.Query{Text: "vpn", Confidence: "wip", Visibility: staff}, []string{"vpn-draft"}},
		{retrieval.Query{Text: "vpn", Audience: "customer", Visibility: staff}, []string{"vpn-notes"}},
		{retrieval.Query{Text: "vpn", Audience: "customer", Confidence: "wip", Visibility: staff}, []string{}},
		{retrieval.Query{Text: "vault", Audience: "internal", Visibility: visitor}, []string{}},
		{retrieval.Query{Text: "vpn", Confidence: "archived", Visibility: staff}, []string{}},
		{retrieval.Query{Text: "vpn", Kind: "known_error", Visibility: visitor}, []string{"vpn-ng2051"}},
		{retrieval.Query{Text: "vpn", Service: "x|y", Visibility: visitor}, []string{}},
	} {
		r, err := e.Search(t.Context(), tc.query)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, hitIDs(r.Hits)); diff != "" || r.Total != len(tc.want) {
			t.Errorf("%+v: total %d %s", tc.query, r.Total, diff)
		}
	}
}
