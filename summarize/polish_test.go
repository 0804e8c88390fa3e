package summarize_test

import (
	"testing"

	"github.com/deskbook/deskbook/desk"
)

func TestDraftOmitsNarration(t *testing.T) {
	tests := []struct {
		name, note string
		want       []string // in the draft
		never      []string
	}{
		{
			"story around the action", "I have fixed the problem so here's how I did it for anyone who may see this. I was " +
				"quite surprised to find two inboxes. I deleted the second inbox and the problem has gone!",
			[]string{"Delete the second inbox."},
			[]string{"here's how", "surprised", "Fix the problem"},
		},
		{
			"what failed", "I reinstalled the program but that did not help. Disabling the scanner of the gateway fixed it.",
			[]string{"Disable the scanner of the gateway."},
			[]string{"Reinstall"},
		},
		{
			"a workaround", "For now, send the report as plain text.",
			[]string{"## Workaround", "send the report as plain text"},
			[]string{"## Resolution"},
		},
		{
			"a picture and a closing", "Untick Show total count. See the attached pictures. Respectfully Mark",
			[]string{"Untick Show total count."},
			[]string{"attached", "Mark"},
		},
		{
			"a condition on its own line", "1. Close the program.\n2. When it has closed\n3. delete the lock file\n4. It " +
				"will start again.",
			[]string{"1. Close the program.", "2. When it has closed, delete the lock file.", "It will start again."},
			[]string{"4."},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ticket := desk.Ticket{
				ID: "1001", Subject: "Mails arrive twice in the inbox", Status: desk.Resolved,
				Messages: []desk.Message{{
					N: 1, Kind: desk.Reply, Visibility: desk.PublicReply,
					Text: "Every mail arrives twice in the inbox since Monday.",
				}},
				Resolution: &desk.Resolution{Code: desk.Fixed, Note: tt.note, Message: 2},
			}
			out := proposed(t, ticket)
			checkText(t, out.Proposal.Markdown, tt.want, tt.never)
		})
	}
}
