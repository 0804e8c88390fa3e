package retrieval_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
)

// TestGoldenRankings keeps the rankings of a small set as text, so that a change of
// ranking is a readable diff. Run with -update to accept one.
func TestGoldenRankings(t *testing.T) {
	e, source := library(t)
	source.PutTickets(
		resolved(
			"1001", "vpn asks for password", "The VPN client asks for my password again, error 691.", noon.AddDate(0, 0, -3),
			"password-forgot",
		),
		resolved(
			"1002", "no mail in outlook", "Outlook shows no new mail since yesterday.", noon.AddDate(0, 0, -2), "mail-missing",
		),
	)
	var b strings.Builder
	for _, mode := range []string{"text alone", "learned"} {
		if mode == "learned" {
			follow(t, e)
		}
		fmt.Fprintf(&b, "# %s\n", mode)
		for _, line := range lines(t, filepath.Join("testdata", "queries.txt")) {
			subject, body, _ := strings.Cut(line, " | ")
			ranked, err := e.RankParts(t.Context(), desk.SuggestRequest{Subject: subject, Body: body, Visibility: staff})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "\n%s\n", line)
			for _, r := range ranked[:min(4, len(ranked))] {
				fmt.Fprintf(&b, "  %.3f  %-16s S %.3f  mem %.3f  M %.3f\n", r.P, r.ID, r.S, r.Mem, r.M)
			}
		}
		b.WriteString("\n")
	}
	golden(t, "rankings.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
