package terms_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/retrieval/terms"
)

// weights returns the weights of a ticket's terms.
func weights(subject, body string) map[string]float64 {
	out := map[string]float64{}
	for _, t := range terms.TicketQuery(subject, body).Terms {
		out[t.Term] = t.Weight
	}
	return out
}

func TestVeryLongTicketKeepsItsTitle(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "word%d ", i)
	}
	w := weights("printer queue", b.String())
	if len(w) != terms.MaxQueryTerms {
		t.Errorf("scored terms: %d, want %d", len(w), terms.MaxQueryTerms)
	}
	if w["printer"] == 0 || w["queue"] == 0 {
		t.Error("the title's words were dropped")
	}
}

func TestTitleCountsTwiceAndRepetitionCounts(t *testing.T) {
	got := weights("vpn broken", "I tried vpn vpn tunnel")
	want := map[string]float64{
		"vpn": math.Pow(4, terms.QueryPower), "broken": math.Pow(2, terms.QueryPower), "tunnel": 1, "tri": terms.FillerWeight,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOwn(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"quoted lines", "It broke.\n> did you restart?\nStill broken.", "It broke.\n\nStill broken."},
		{"nothing but quotes stays", "> only this", "> only this"},
		{"the beginning", strings.Repeat("é", terms.MaxQueryBytes), strings.Repeat("é", terms.MaxQueryBytes/2)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, got := terms.Own("", tc.text); got != tc.want {
				t.Errorf("got %d bytes: %.40q", len(got), got)
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
		var got []string
		for _, s := range terms.FindSignatures(tc.text) {
			got = append(got, s.Text)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q: %s", tc.text, diff)
		}
	}
}
