package summarize_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/draft"
)

func resolved(t desk.Ticket, code desk.ResolutionCode, note string, applied ...string) desk.Ticket {
	t.Status = desk.Resolved
	for _, id := range applied {
		n := len(t.Messages) + 1
		t.Messages = append(t.Messages, desk.Message{
			N: n, Kind: desk.Linking, FromDesk: true, Visibility: desk.InternalNote, Text: "Applied article: " + id,
		})
		t.Links = append(t.Links, desk.Link{Kind: desk.ArticleLink, Target: id, Title: id, Applied: true, Message: n})
	}
	n := len(t.Messages) + 1
	t.Messages = append(t.Messages, desk.Message{
		N: n, Kind: desk.Resolving, FromDesk: true, AuthorName: "Bo Agentsson", Visibility: desk.InternalNote, Text: note,
	})
	t.Resolution = &desk.Resolution{
		Code: code, Note: note, Articles: applied, Message: n, At: time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC),
	}
	return t
}

const vpnNote = "Removed the stale certificate for vpn.example.test from the user store and re-enrolled; " +
	"reconnect worked."

func vpnPlain() desk.Ticket {
	return ticketOf("VPN rejects my sign-in after the laptop was replaced",
		"req: Hi,\nsince my laptop was replaced the VPN rejects my sign-in with error 0x80070057. I use AnyConnect 5.1 "+
			"on Windows 11.\nYou reach me at anna@x.test or +49 30 1234567.\nThanks, Anna",
		"desk: Hello Anna, please restart the laptop.",
		"req: That did not help.",
		"note: CANARY-INTERNAL the gateway of customer Contoso is misconfigured because of Bob.",
	)
}

func TestDraftNew(t *testing.T) {
	now := time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)
	w := summarize.New(summarize.Deps{Now: func() time.Time { return now }})
	ticket := resolved(vpnPlain(), desk.Fixed, vpnNote)
	ticket.Service = "remote-access"
	o, err := w.Draft(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	if o.Knowledge.Decision != draft.DecideNew || o.Proposal == nil || o.Knowledge.Reason == "" {
		t.Fatalf("outcome: %+v", o)
	}
	p := *o.Proposal
	want := `## Issue

Since my laptop was replaced the VPN rejects my sign-in with error 0x80070057.

## Environment

- AnyConnect 5.1
- Windows 11

## Resolution

Remove the stale certificate for vpn.example.test from the user store and re-enrol.

Reconnect worked.
`
	if diff := cmp.Diff(want, p.Markdown); diff != "" {
		t.Errorf("Markdown (-want +got):\n%s", diff)
	}
	if p.Title != "VPN rejects my sign-in after the laptop was replaced" || p.Audience != access.AudiencePublic ||
		p.Confidence != kb.Validated || p.Kind != kb.Troubleshooting || !p.Submit || p.Engine != ask.Extractive ||
		p.Owner != "service-desk" || p.Service != "remote-access" || p.ReviewBy.Before(now) || p.ReviewBy.Hour() != 0 {
		t.Errorf("proposal: %+v", p)
	}
	if diff := cmp.Diff([]string{"1001"}, p.Tickets); diff != "" {
		t.Error(diff)
	}
	for i, e := range p.Evidence {
		if e.N != i+1 || e.Ticket != "1001" || e.Message < 1 || e.Message > len(ticket.Messages) || e.Text == "" {
			t.Errorf("evidence %+v", e)
		}
	}
	if len(p.Evidence) < 2 || p.Evidence[len(p.Evidence)-1].Message != 5 {
		t.Errorf("the resolution is not in the evidence: %+v", p.Evidence)
	}
	all := p.Title + p.Markdown
	for _, e := range p.Evidence {
		all += e.Text
	}
	for _, unwanted := range []string{"CANARY", "Anna", "anna@", "1234567", "Hello", "Thanks"} {
		if strings.Contains(all, unwanted) {
			t.Errorf("the draft contains %q", unwanted)
		}
	}
}

func TestDraftSteps(t *testing.T) {
	note := "Cause: the profile was corrupt because the disk was full. I deleted the old profile folder, then " +
		"restarted Outlook. Password for the test was: Secr3t!x. Ticket INC0012345 is related. Afterwards mail arrived " +
		"again for Anna."
	ticket := ticketOf("help!!", "req: My Outlook 2019 does not receive new mail since Monday. Can anyone help?")
	o := proposed(t, resolved(ticket, desk.Workaround, note))
	p := *o.Proposal
	checkText(t, p.Markdown, []string{
		"## Workaround\n\n1. Delete the old profile folder.\n2. Restart Outlook.",
		"## Cause\n\n", "the profile was corrupt because the disk was full",
		"- Outlook 2019",
	}, []string{"Resolution", "Secr3t", "INC0012345", "Anna", "Can anyone"})
	if p.Title != "My Outlook 2019 does not receive new mail since Monday" || p.Kind != kb.KnownError {
		t.Errorf("title %q, kind %s", p.Title, p.Kind)
	}
	if len(p.Redactions) == 0 {
		t.Error("no redaction is listed")
	}
}

// What is known only from internal notes stays internal.
func TestDraftFromNotes(t *testing.T) {
	ticket := ticketOf("Scanner sends no mail",
		"req: The scanner on floor 2 sends no mail.",
		"note: Replaced the expired relay password of the scanner, scan to mail works now.",
	)
	o := proposed(t, resolved(ticket, desk.Fixed, "Done, see notes."))
	if o.Proposal.Audience != access.Internal || !strings.Contains(o.Proposal.Markdown, "relay password") {
		t.Errorf("audience %s:\n%s", o.Proposal.Audience, o.Proposal.Markdown)
	}
}

func TestDraftFromThread(t *testing.T) {
	ticket := ticketOf("Browser shows blank pages",
		"req: The browser shows blank pages.",
		"desk: Please clear the browser cache and disable hardware acceleration in the settings.",
		"req: That worked, thank you!",
	)
	o := proposed(t, resolved(ticket, desk.Answered, "Solved."))
	want := "Clear the browser cache and disable hardware acceleration"
	if o.Proposal.Audience != access.AudiencePublic || !strings.Contains(o.Proposal.Markdown, want) {
		t.Errorf("audience %s:\n%s", o.Proposal.Audience, o.Proposal.Markdown)
	}
}

func TestDraftGate(t *testing.T) {
	contained := article("a_cert", "VPN rejects the sign-in", "## Resolution\n\n"+
		"Remove the stale certificate for vpn.example.test from the user store and re-enrol the device. Reconnect.\n")
	partly := article("a_part", "VPN rejects the sign-in",
		"Lead.\n\n## Issue\n\nThe VPN rejects the sign-in.\n\n## Resolution\n\nRestart the client.\n\n## Links\n\nNone.\n")
	other := article("a_print", "Printer prints blank pages", "Replace the toner.")
	open := kb.Draft{
		ID: "r_1", Decision: kb.NewArticle, Status: kb.InReview,
		Title: "VPN rejects my sign-in after the laptop was replaced", Markdown: contained.Markdown,
	}
	rejected := open
	rejected.ID, rejected.Status = "r_2", kb.Rejected
	holding := func(a kb.Article, score float64) base {
		return base{articles: []kb.Article{a}, scores: map[string]float64{a.ID: score}}
	}
	under, before := base{drafts: []kb.Draft{open}}, base{drafts: []kb.Draft{rejected}}
	tests := []struct {
		name                      string
		code                      desk.ResolutionCode
		note, applied             string
		base                      base
		decision, article, review string
		reason                    string // part of it
	}{
		{"withdrawn", desk.Withdrawn, vpnNote, "", base{}, "none", "", "", "withdrawn"},
		{"not reproducible", desk.NotReproducible, vpnNote, "", base{}, "none", "", "", "not reproducible"},
		{"duplicate", desk.Duplicate, vpnNote, "", base{}, "none", "", "", "duplicate"},
		{"empty note", desk.Fixed, "Fixed.", "", base{}, "none", "", "", "does not say"},
		{"nothing added", desk.Fixed, "", "a_cert", holding(contained, 0), "link", "a_cert", "", "adds nothing"},
		{"already covered", desk.Fixed, vpnNote, "a_cert", holding(contained, 0), "link", "a_cert", "", "already"},
		{"step added", desk.Fixed, vpnNote, "a_part", holding(partly, 0), "edit", "a_part", "", "does not cover"},
		{"applied, but deleted", desk.Fixed, vpnNote, "a_gone", base{}, "new", "", "", "No article"},
		{"covered and found", desk.Fixed, vpnNote, "", holding(contained, 0.7), "link", "a_cert", "", "probability 0.70"},
		{"improbable", desk.Fixed, vpnNote, "", holding(contained, 0.2), "new", "", "", "something else"},
		{"another topic", desk.Fixed, vpnNote, "", holding(other, 0.95), "new", "", "", "something else"},
		{"already under review", desk.Fixed, vpnNote, "", under, "new", "", "r_1", "under review"},
		{"rejected before", desk.Fixed, vpnNote, "", before, "none", "", "", "rejected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := over(&tt.base)
			o, err := w.Draft(t.Context(), resolved(vpnPlain(), tt.code, tt.note, strings.Fields(tt.applied)...))
			if err != nil {
				t.Fatal(err)
			}
			k := o.Knowledge
			if k.Decision != tt.decision || k.Article != tt.article || k.Review != tt.review ||
				!strings.Contains(k.Reason, tt.reason) {
				t.Errorf("got %+v", k)
			}
			proposes := tt.review == "" && (tt.decision == "new" || tt.decision == "edit")
			if (o.Proposal != nil) != proposes {
				t.Errorf("proposal: %+v", o.Proposal)
			}
			if tt.decision == "edit" {
				checkEdit(t, partly, *o.Proposal)
			}
		})
	}
}

func checkEdit(t *testing.T, a kb.Article, p kb.Proposal) {
	t.Helper()
	const before = "Restart the client.\n\n"
	want := strings.Replace(a.Markdown, before, before+"### VPN rejects my sign-in after the laptop was replaced\n\n"+
		"Remove the stale certificate for vpn.example.test from the user store and re-enrol.\n\nReconnect worked.\n\n", 1)
	if diff := cmp.Diff(want, p.Markdown); diff != "" {
		t.Errorf("edit (-want +got):\n%s", diff)
	}
	if p.ArticleID != a.ID || p.BaseRevision != 3 || p.Title != a.Title {
		t.Errorf("proposal: %+v", p)
	}
}

func TestDraftUnresolved(t *testing.T) {
	if _, err := extractive().Draft(t.Context(), vpnPlain()); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
}

// A value that an article has differently is a contradiction, not an addition.
func TestDraftFlagsContradiction(t *testing.T) {
	a := article("mail-server", "Set up the outgoing mail server",
		"## Resolution\n\n1. Open the account settings.\n2. Set the outgoing server to port 587 with STARTTLS.\n3. Save.\n")
	b := base{articles: []kb.Article{a}, scores: map[string]float64{"mail-server": 0.9}}
	o, err := over(&b).Draft(t.Context(), resolved(ticketOf("Cannot send mail", "req: I cannot send mail."), desk.Fixed,
		"Set the outgoing server to port 465 with STARTTLS."))
	if err != nil {
		t.Fatal(err)
	}
	if o.Knowledge.Decision != draft.DecideEdit || !strings.HasPrefix(o.Knowledge.Reason, "Contradiction: ") {
		t.Fatalf("got %+v", o.Knowledge)
	}
	checkText(t, o.Proposal.Markdown, []string{"2. Set the outgoing server to port 465 with STARTTLS."}, []string{"587"})
}
