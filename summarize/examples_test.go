package summarize_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/handoff"
)

var update = flag.Bool("update", false, "regenerate docs/examples.md")

const examplesFile = "../docs/examples.md"

// The tickets of the examples are invented; the texts below them are generated.
func wifiTicket() desk.Ticket {
	t := ticketOf("RE: Wi-Fi drops in the Leeds office since the new access points",
		"req: Hello,\n\nsince Monday the Wi-Fi in the Leeds office drops every ten minutes or so. All 14 people on the "+
			"second floor are affected, we cannot hold video calls. My laptop is a ThinkPad T14 with Windows 11 23H2. The "+
			"log says \"WLAN-AutoConfig event 8003\".\nI already restarted the laptop twice and forgot the network, nothing "+
			"helped.\n\nKind regards\nAnna Example",
		"desk: Hi Anna,\nthank you for the details. Please update the wireless driver to 23.20 and tell us whether the "+
			"drops stop. Does it also happen on the guest network?",
		"req: I updated the driver. Still the same. The guest network is stable, oddly.",
		"note: Checked the controller: clients roam between AP-2-07 and AP-2-08 every few minutes. Lowered the transmit "+
			"power of AP-2-08, no change. Next step: ask the supplier for firmware 8.10.4, the release notes name this "+
			"roaming fault.",
		"link: Linked article: Wi-Fi keeps dropping",
		"desk: We found that the access points hand your devices back and forth. Which channel does your laptop show "+
			"when it drops?",
		"esc: Escalated from service-desk to second-line: roaming fault of the new access points, please order the "+
			"firmware from the supplier",
	)
	t.Links = []desk.Link{{
		Kind: desk.ArticleLink, Target: "wifi-keeps-dropping", Title: "Wi-Fi keeps dropping", Message: 5,
	}}
	return t
}

func printTicket() desk.Ticket {
	return ticketOf("Labels come out blank on the Papyra printer",
		"req: Hi team, our label printer in dispatch prints blank labels since this morning, 40 parcels are waiting. "+
			"Papyra Print Agent 4.2 on a shared PC. :)",
		"desk: You could try another roll first. Please restart the Papyra Print Agent service.",
		"req: I restarted the service, did not help. Another roll neither.",
		"desk: Please open the agent's settings and set the media type to Thermal direct.",
		"req: That worked, thank you so much! The labels are readable again. I would still like to know why it changed.",
	)
}

func pastedTicket() desk.Ticket {
	return ticketOf("Mails from one customer show as gibberish",
		"req: Mails from one customer arrive as gibberish since last week, all others are fine. I use Outlook 2021. The "+
			"mail looks like this:\n\nContent-Type: text/plain; charset=\"utf-8\" MIME-Version: 1.0 "+
			"Content-Transfer-Encoding: base64\n"+
			"SGVsbG8sIHBsZWFzZSBmaW5kIG91ciBvcmRlciBiZWxvdy4gS2luZCByZWdhcmRzLCB0aGUgcHVyY2hhc2luZyB0ZWFtIGF0IEV4YW1wbGU=\n"+
			"\nLooking forward to your help!",
		"desk: Some mail programs send such text when a gateway breaks the header. Can you forward one of these mails as "+
			"an attachment?",
		"req: Sent it to you.",
		"note: The header says 7bit although the body is base64: the gateway of the customer rewrites it. Asked their "+
			"postmaster to switch off the footer rule, waiting for an answer.",
	)
}

func certificateTicket() desk.Ticket {
	t := ticketOf("Northgate Connect says the certificate is not trusted after I got a new laptop",
		"req: Hi, since I got a new laptop yesterday Northgate Connect 5.1 on Windows 11 says that the certificate is "+
			"not trusted. My number is +49 30 1234567. Thanks, Anna",
		"desk: Please restart the laptop and try again.", "req: Still the same, sorry.")
	return resolved(t, desk.Fixed, "The root certificate of the company was missing because the device policy "+
		"had not run. I enrolled the laptop again, ran the policy sync and restarted Northgate Connect. "+
		"Password used for the test: Spr1ng-Rain!42. Anna confirmed.")
}

func reportTicket() desk.Ticket {
	t := ticketOf("Report PDF has empty pages",
		"req: The monthly report in Ledgerly 7.3 has empty pages when I save it as PDF. It worked in version 7.2.",
		"desk: Please export it as XPS and print that to PDF until the supplier has a fix.", "req: That works, thanks!")
	return resolved(t, desk.Workaround, "Export the report as XPS, then print the XPS file to PDF. "+
		"The fault is caused by the new font in 7.3 and stays open with the supplier.")
}

// example is a ticket with the heading of its section.
type example struct {
	title  string
	ticket desk.Ticket
}

func examples(t *testing.T) string {
	t.Helper()
	base := newShipped(t)
	now := func() time.Time { return time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC) }
	w := summarize.New(summarize.Deps{Search: base, Library: base, Now: now})
	var b strings.Builder
	b.WriteString("# Examples\n\n" +
		"Output of the extractive engine for invented tickets and for questions to the shipped articles.\n" +
		"`go test ./summarize -run TestExamples -update` regenerates this page; " +
		"without -update the test fails if it is out of date.\n")
	for _, x := range []example{
		{"A fault escalated to the second line", wifiTicket()},
		{"An instruction that worked", printTicket()},
		{"A ticket with pasted data", pastedTicket()},
	} {
		showHandoff(t, &b, w, x)
	}
	for _, x := range []example{
		{"from a resolution note", certificateTicket()},
		{
			"from what the requester confirmed, with an uninformative note",
			resolved(printTicket(), desk.Answered, "Solved."),
		},
		{"a workaround", reportTicket()},
	} {
		showDraft(t, &b, w, x)
	}
	for _, q := range []string{
		"How do I get access to a shared folder?", "Where can I park my bicycle?",
		"Which colour has the new logo of the sales brochure?",
	} {
		a, err := w.Answer(t.Context(), q, visitor())
		if err != nil {
			t.Fatal(err)
		}
		if !a.Refused {
			t.Fatalf("%q is answered", q)
		}
		fmt.Fprintf(&b, "\n## Refusal: %s\n\n", q)
		fmt.Fprintf(&b, "Asked by a visitor, who can read only public articles. Refused: %s.\n", a.Reason)
	}
	return b.String()
}

func showHandoff(t *testing.T, b *strings.Builder, w *summarize.Writer, x example) {
	t.Helper()
	s, err := w.Summarize(t.Context(), x.ticket)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, x.ticket, s)
	fmt.Fprintf(b, "\n## Hand-off: %s\n\n%s\n### Summary\n\n", x.title, showThread(x.ticket))
	for _, sec := range s.Sections {
		fmt.Fprintf(b, "- **%s**\n", sec.Name)
		for _, l := range sec.Lines {
			fmt.Fprintf(b, "  - %s %s%s\n", l.Text, showMarks(l.Messages), showResult(l))
		}
	}
}

func showDraft(t *testing.T, b *strings.Builder, w *summarize.Writer, x example) {
	t.Helper()
	o, err := w.Draft(t.Context(), x.ticket)
	if err != nil {
		t.Fatal(err)
	}
	if o.Proposal == nil {
		t.Fatalf("%s: no proposal: %+v", x.title, o.Knowledge)
	}
	fmt.Fprintf(b, "\n## Draft: %s\n\n%s\n", x.title, showThread(x.ticket))
	fmt.Fprintf(b, "### Decision: %s\n\n%s\n", o.Knowledge.Decision, o.Knowledge.Reason)
	fmt.Fprintf(b, "\n### %s\n\n", o.Proposal.Title)
	for _, l := range strings.Split(strings.TrimRight(o.Proposal.Markdown, "\n"), "\n") {
		fmt.Fprintf(b, "%s\n", strings.TrimRight("> "+l, " "))
	}
	var cited []int
	for _, e := range o.Proposal.Evidence {
		if !slices.Contains(cited, e.Message) {
			cited = append(cited, e.Message)
		}
	}
	fmt.Fprintf(b, "\nEvidence: %s.", showMarks(cited))
	for _, r := range o.Proposal.Redactions {
		fmt.Fprintf(b, " Redacted: %s %d.", r.Kind, r.Count)
	}
	b.WriteString("\n")
}

func showThread(t desk.Ticket) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Ticket: *%s*\n\n", t.Subject)
	for _, m := range t.Messages {
		who := "requester"
		switch {
		case m.Kind == desk.Escalation, m.Kind == desk.Linking, m.Kind == desk.Resolving:
			who = string(m.Kind)
		case m.FromDesk && m.Visibility == desk.InternalNote:
			who = "internal note"
		case m.FromDesk:
			who = "desk"
		}
		fmt.Fprintf(&b, "%d. %s: `%s`\n", m.N, who, strings.Join(strings.Fields(strings.ReplaceAll(m.Text, "`", "'")), " "))
	}
	return b.String()
}

func showMarks(ns []int) string {
	var out []string
	for _, n := range ns {
		out = append(out, fmt.Sprintf("[%d]", n))
	}
	return strings.Join(out, "")
}

func showResult(l handoff.Line) string {
	if l.Result == "" {
		return ""
	}
	return " *" + string(l.Result) + "*"
}

func TestExamples(t *testing.T) {
	got := examples(t)
	if *update {
		if err := os.WriteFile(examplesFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(examplesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/examples.md is out of date; regenerate it with -update (-want +got):\n%s", diff)
	}
}
