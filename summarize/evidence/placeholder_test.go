package evidence_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/evidence"
)

// A claim's placeholders must be those of what it cites, and in their order: otherwise
// one person's address would come back as another's.
func TestPlaceholdersStayInPlace(t *testing.T) {
	forward := "Mails to [email 1] are forwarded to [email 2] since 2 days. The VPN password is [password 1]."
	for _, tt := range []struct {
		name, claim string
		marks       []string
		want        bool
	}{
		{"as it stands", "Mails to [email 1] are forwarded to [email 2].", []string{"p1"}, true},
		{"only the second", "Mails are forwarded to [email 2].", []string{"p1"}, true},
		{"again", "Mails to [email 1] are forwarded to [email 2] since 2 days, [email 1].", []string{"p1"}, true},
		{"swapped", "Mails to [email 2] are forwarded to [email 1].", []string{"p1"}, false},
		{"swapped, written otherwise", `Mails to \[Email  2\] are forwarded to [ email 1 ].`, []string{"p1"}, false},
		{"of another kind", "The VPN password is [email 1].", []string{"p1"}, true},
		{"made up, its words are there", "Mails are forwarded to [password 2] since 2 days.", []string{"p1"}, false},
		{"of another text", "Mails are forwarded to [email 3] since 2 days.", []string{"p1"}, false},
		{"of another text that is cited", "Mails are forwarded to [email 3].", []string{"p1", "p2"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, _, ok := evidence.ResolveClaim(tt.claim, tt.marks, forward, "Mails of 3 teams are forwarded to [email 3].")
			if ok != tt.want {
				t.Errorf("%v: %q", ok, text)
			}
		})
	}
}
