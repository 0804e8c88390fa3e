package summarize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/draft"
	"github.com/deskbook/deskbook/summarize/handoff"
)

func summaryOf(t *testing.T, ticket desk.Ticket) handoff.Summary {
	t.Helper()
	s, err := extractive().Summarize(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, ticket, s)
	return s
}

// Pasted data is not prose and appears nowhere.
func TestSummaryOmitsPastedData(t *testing.T) {
	for name, pasted := range map[string]string{
		"mail header": `Content-Type: text/plain; charset="utf-8" MIME-Version: 1.0 Content-Transfer-Encoding: 7bit`,
		"boundary":    "--===============0123456789== Content-Type: text/html",
		"JSON":        `{"mode":"mailMessageTab","state":{},"ext":{}},{"mode":"mailMessageTab","state":{},"ext":{}}`,
		"base64":      "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdC4=",
		"face":        ":)",
		"shell":       `echo "$@" /usr/bin/gio "$@" fi`,
	} {
		t.Run(name, func(t *testing.T) {
			s := summaryOf(t, ticketOf("Mail does not arrive",
				"req: My mail does not arrive. I use Outlook 2021.\n\n"+pasted, "desk: "+pasted, "req: Still nothing.\n"+pasted))
			for _, sec := range s.Sections {
				for _, l := range sec.Lines {
					if strings.Contains(l.Text, pasted[:min(len(pasted), 12)]) && l.Text != "" {
						t.Errorf("%s contains %q", sec.Name, l.Text)
					}
				}
			}
		})
	}
}

// An outcome belongs to one attempt; wishes, feelings and remarks are not outcomes.
func TestOutcomeBelongsToAttempt(t *testing.T) {
	tests := []struct {
		name   string
		lines  []string
		want   []string
		absent []string
	}{
		{"the next message, one attempt pending", []string{
			"req: The screen flickers.", "desk: Please update the graphics driver.", "req: That did not help.",
		}, []string{"Advised: Please update the graphics driver → That did not help. [2 3] failed"}, nil},
		{"a wish is not an outcome", []string{
			"req: The text is unreadable.",
			"req: I checked the colour setting. Would still like to have white text, but not going to mess any more.",
		}, []string{"I checked the colour setting. [2] unknown"}, []string{"Would still"}},
		{"an outcome does not apply to all attempts", []string{
			"req: The dock does not charge.", "desk: Please update the firmware.", "desk: Please swap the cable.",
			"req: I swapped the cable. Still the same.",
		}, []string{
			"Advised: Please swap the cable → I swapped the cable. Still the same. [3 4] failed",
		}, []string{"firmware →"}},
		{"an outcome of all attempts", []string{
			"req: The dock does not charge. I swapped the cable. I updated the firmware. Nothing helped.",
		}, []string{"I swapped the cable. [1] failed", "I updated the firmware → Nothing helped. [1] failed"}, nil},
		{"what a pronoun refers to", []string{
			"req: Links do not open.", "req: I did not have the parameter at the end of the line. Adding this fixed the issue.",
		}, []string{"I did not have the parameter at the end of the line. Adding this fixed the issue. [2] worked"}, nil},
		{"possibilities are not attempts", []string{
			"req: The text is tiny.",
			"desk: Some programs promote large fonts. You could also buy a larger screen.",
			"req: I see.",
		}, nil, []string{"promote", "larger screen"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := texts(summaryOf(t, ticketOf("A fault", tt.lines...)).Section("tried"))
			for _, w := range tt.want {
				if !slices.Contains(strings.Split(got, "\n"), w) {
					t.Errorf("lacks %q:\n%s", w, got)
				}
			}
			for _, w := range tt.absent {
				if strings.Contains(got, w) {
					t.Errorf("contains %q:\n%s", w, got)
				}
			}
		})
	}
}

func TestSectionContents(t *testing.T) {
	ticket := ticketOf("Tabs come up blank",
		"req: The tabs come up blank after each crash.",
		"desk: The crash comes from the expunge option.",
		"req: I wonder if I can reinstall without losing my settings. That's 86 mails that I now need to find.",
		"req: I have got it. I removed the old session file, and that fixed it. Would still like to know why.",
		"desk: I'm glad it worked out well. :)",
	)
	s := summaryOf(t, ticket)
	if got := texts(s.Section("impact")); got != "" {
		t.Errorf("impact: %s", got)
	}
	if got := texts(s.Section("next")); got != "" {
		t.Errorf("next: %s", got)
	}
	state := texts(s.Section("state"))
	if !strings.Contains(state, "I removed the old session file, and that fixed it.") ||
		strings.Contains(state, "glad") || strings.Contains(state, ":)") {
		t.Errorf("state: %s", state)
	}
}

func TestDraftOmitsStory(t *testing.T) {
	note := "I've finally found time for this. I compared the laptop with the desktop. Under\n\nGeneral | Fonts | " +
		"Colors\n\nI checked \"Use system colors\" which was off, and that seems to have restored the text. If it ain't " +
		"broke, don't fix it. What a business!"
	ticket := ticketOf("Change version [number]-bit) colours",
		"req: The text of mails is invisible on a black background (pls see screenshot).\n\nJane Doe, Canada")
	o := proposed(t, resolved(ticket, desk.Answered, note))
	checkText(t, o.Proposal.Title+"\n"+o.Proposal.Markdown, []string{
		"1. Compare the laptop with the desktop.",
		`2. Under General | Fonts | Colors, check "Use system colors" which was off.`,
	}, []string{"found time", "ain't", "business", "restored", "Jane", "Canada", "screenshot", "[number]"})
}

// What the requester confirmed comes before a message merely copied into the note.
func TestDraftPrefersWhatWasConfirmed(t *testing.T) {
	ticket := ticketOf("A new mail account cannot be added",
		"req: A new mail account cannot be added.",
		"desk: Please change the access code NOW, as it appears in the picture.",
		"req: It worked, I found the problem. I cleared the stored entries of the old account.")
	o := proposed(t, resolved(ticket, desk.Answered, ticket.Messages[1].Text))
	text := o.Proposal.Markdown
	if !strings.Contains(text, "Clear the stored entries of the old account.") || strings.Contains(text, "NOW") {
		t.Errorf("got:\n%s", text)
	}
}

// An article is recognised by its address in the note.
func TestDraftFollowsAddresses(t *testing.T) {
	a := article(
		"wifi-keeps-dropping", "Wi-Fi keeps dropping",
		"## Resolution\n\nUpdate the wireless driver and restart the laptop.\n",
	)
	b := base{articles: []kb.Article{a}}
	w := over(&b)
	o, err := w.Draft(t.Context(), resolved(ticketOf("Wi-Fi drops", "req: The Wi-Fi drops."), desk.Answered,
		"See https://help.example.test/articles/wifi-keeps-dropping#driver for the wireless driver update."))
	if err != nil {
		t.Fatal(err)
	}
	if o.Knowledge.Decision != draft.DecideLink || o.Knowledge.Article != a.ID {
		t.Errorf("got %+v", o.Knowledge)
	}
}
