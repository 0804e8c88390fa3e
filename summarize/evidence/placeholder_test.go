package evidence_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/evidence"
)

// TestPlaceholdersMatch requires a claim's placeholders to be those of what it cites, in
// their order: otherwise one person's address could replace another's.
func TestPlaceholdersMatch(t *testing.T) {
	forward := "Mails to [email 1] are forwarded to [email 2] since 2 days. The VPN password is [password 1]."
	for _, tt := range []struct {
		name, claim string
		marks       []string
		want        bool
	}{
		{"verbatim", "Mails to [email 1] are forwarded to [email 2].", []string{"p1"}, true},
		{"only the second of two", "Mails are forwarded to [email 2].", []string{"p1"}, true},
		{"repeated", "Mails to [email 1] are forwarded to [email 2] since 2 days, [email 1].", []string{"p1"}, true},
		{"swapped", "Mails to [email 2] are forwarded to [email 1].", []string{"p1"}, false},
		{"swapped, spelt differently", `Mails to \[Email  2\] are forwarded to [ email 1 ].`, []string{"p1"}, false},
		{"of another kind", "The VPN password is [email 1].", []string{"p1"}, true},
		{"invented, though its words occur", "Mails are forwarded to [password 2] since 2 days.", []string{"p1"}, false},
		{"of a text that is not cited", "Mails are forwarded to [email 3] since 2 days.", []string{"p1"}, false},
		{"of the second text cited", "Mails are forwarded to [email 3].", []string{"p1", "p2"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, _, ok := evidence.ResolveClaim(tt.claim, tt.marks, forward, "Mails of 3 teams are forwarded to [email 3].")
			if ok != tt.want {
				t.Errorf("%v: %q", ok, text)
			}
		})
	}
}
