package summarize_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/draft"
)

// resolutionNotes are notes with the reason why they are not drafted.
var resolutionNotes = []struct {
	name   string
	code   desk.ResolutionCode
	note   string
	reason string // part of it; "" when a draft is expected
}{
	{"a short note", desk.Fixed, "Removed the stale certificate and re-enrolled; reconnect worked.", ""},
	{"two words", desk.Fixed, "Replaced the toner cartridge.", ""},
	{"a cause", desk.Fixed, "The password of the scanner's mail account had expired.", ""},
	{"an unlisted verb", desk.Fixed, "Gave the scanner's account the right to send until the end of the year.", ""},
	{"a place in a menu", desk.Answered, "You can find it under Settings > Display.", ""},
	{
		"a story closed as fixed", desk.Fixed,
		"I was on the phone with the supplier and we noticed that I was looking at the wrong scanner all week.",
		"does not say",
	},
	{"a workaround", desk.Workaround, "Send the scan to the shared folder.", ""},
	{
		"unconfirmed instructions", desk.Answered,
		"Open the printer's menu and choose Scan to mail. Enter the relay's new password.", "",
	},
	{
		"an instruction after two places", desk.Answered,
		"In the menu, under Mail, select the new relay, and then print the test page.", "",
	},
	{"a label before it", desk.Answered, "Solution: I deleted the profile of the scanner and restarted the spooler.", ""},
	{
		"a story", desk.Answered,
		"I was on the phone with the supplier for an hour and we talked about the scanner, and I came to like it.",
		"does not say",
	},
	{
		"solved by itself", desk.Answered,
		"Mysteriously the scanner sends mail again, it magically fixed itself after two days.", "not what to do",
	},
	{
		"possibilities", desk.Answered,
		"Perhaps the scanner's password could be the matter, or it might have lost the relay.", "possibilities",
	},
	{
		"another page", desk.Answered,
		"See https://help.example.test/questions/1422908 and https://help.example.test/questions/1422909 for the " +
			"scanner settings.",
		"another page",
	},
	{
		"code", desk.Answered,
		"Use this css for the scanner page: .scanner > div[class~=\"relay\"] { display: none !important; border: 0 " +
			"!important; }",
		"code",
	},
	{
		"what the desk asked for", desk.Answered,
		"Please copy the troubleshooting information and paste it into your reply.", "does not say",
	},
	{
		"a mistake of one's own", desk.Answered, "I had entered an incorrect value for the port of the scanner.",
		"first-person",
	},
}

// A resolution that others could not follow is not drafted, and the reason says why.
func TestPoorResolutionsAreNotDrafted(t *testing.T) {
	for _, tt := range resolutionNotes {
		t.Run(tt.name, func(t *testing.T) {
			ticket := ticketOf("Scanner sends no mail", "req: The scanner on floor 2 sends no mail since Monday.")
			out, err := extractive().Draft(t.Context(), resolved(ticket, tt.code, tt.note))
			if err != nil {
				t.Fatal(err)
			}
			k, want := out.Knowledge, draft.DecideNew
			if tt.reason != "" {
				want = draft.DecideNone
			}
			drafted := out.Proposal != nil
			if k.Decision != want || drafted != (want == draft.DecideNew) || !strings.Contains(k.Reason, tt.reason) {
				t.Errorf("drafted %v, %+v; want %s because of %q", drafted, k, want, tt.reason)
			}
		})
	}
}

// An article that the desk named only by its address is edited if it is about the
// ticket's topic, not if a helper mentioned it in passing.
func TestAddressMentionedInPassing(t *testing.T) {
	about := article(
		"scanner-mail", "Scanner sends no mail", "## Resolution\n\nOpen the scanner's menu and check the relay.\n",
	)
	passing := article(
		"take-a-picture", "Take a picture of the screen",
		"Open the menu and press Print. The relay of pictures is off, check the menu.\n",
	)
	for _, tt := range []struct {
		name    string
		article kb.Article
		want    string
	}{{"on topic", about, draft.DecideEdit}, {"in passing", passing, draft.DecideNew}} {
		t.Run(tt.name, func(t *testing.T) {
			ticket := resolved(ticketOf("Scanner sends no mail", "req: The scanner on floor 2 sends no mail.",
				"desk: See https://desk.example.test/articles/"+tt.article.Slug+" please."), desk.Fixed,
				"Open the menu and check the relay. Enter the renewed password of the mail account there.")
			w := summarize.New(summarize.Deps{Library: &base{articles: []kb.Article{tt.article}}})
			out, err := w.Draft(t.Context(), ticket)
			if err != nil || out.Knowledge.Decision != tt.want {
				t.Errorf("%+v, %v", out.Knowledge, err)
			}
		})
	}
}
