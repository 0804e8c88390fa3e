package summarize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// ticketOf returns a ticket with a message for each line "who: text". who is req
// (requester), desk (public reply), note (internal), esc (escalation) or link.
func ticketOf(subject string, lines ...string) desk.Ticket {
	t := desk.Ticket{
		ID: "1001", Version: 1, Subject: subject, RequesterName: "Anna Example", Requester: "u_req", Status: desk.Open,
		Group: "service-desk", Type: desk.Incident, Priority: 3, CreatedAt: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC),
	}
	for i, l := range lines {
		who, text, _ := strings.Cut(l, ": ")
		m := desk.Message{
			N: i + 1, Kind: desk.Reply, Author: "u_agent", AuthorName: "Bo Agentsson", FromDesk: true,
			Visibility: desk.InternalNote, Text: text,
		}
		switch who {
		case "req":
			m.Author, m.AuthorName, m.FromDesk, m.Visibility = "u_req", "Anna Example", false, desk.PublicReply
		case "desk":
			m.Visibility = desk.PublicReply
		case "esc":
			m.Kind = desk.Escalation
			t.Group = "second-line"
		case "link":
			m.Kind = desk.Linking
		case "note":
		default:
			panic("unknown writer " + who)
		}
		t.Messages = append(t.Messages, m)
	}
	return t
}

func vpnTicket() desk.Ticket {
	t := ticketOf("RE: VPN fails with error 0x80070057",
		"req: Hi,\n\nI cannot connect to the VPN since this morning. It shows error 0x80070057. I use AnyConnect 5.1 on "+
			"Windows 11. The whole sales team is affected.\nI restarted the laptop, but it did not help.\n\nThanks\nAnna "+
			"Example",
		"desk: Hello Anna,\nplease reinstall the VPN client and try again. Which network are you on?\nRegards, Bo",
		"req: I reinstalled the client. Still the same error. I am on the office network.",
		"note: Checked the gateway log: certificate rejected. Reset her MFA registration, no change.",
		"link: Linked article: VPN cannot connect",
		"desk: Is the date of your laptop correct?",
		"esc: Escalated from service-desk to second-line: certificate rejected by the gateway, please check the user "+
			"certificate store",
	)
	t.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "a_vpn", Title: "VPN cannot connect", Message: 5}}
	return t
}

func texts(s handoff.Section) string {
	var out []string
	for _, l := range s.Lines {
		out = append(out, fmt.Sprintf("%s %v %s", l.Text, l.Messages, l.Result))
	}
	return strings.Join(out, "\n")
}

func TestSummarize(t *testing.T) {
	w := extractive()
	s, err := w.Summarize(t.Context(), vpnTicket())
	if err != nil {
		t.Fatal(err)
	}
	if s.Engine != ask.Extractive || s.Stale || s.Reason != "" || s.ThreadVersion != 7 {
		t.Errorf("head: %+v", s)
	}
	want := map[string][]string{
		"request":     {"VPN fails with error 0x80070057 [1]", "I cannot connect to the VPN since this morning. [1]"},
		"environment": {"AnyConnect 5.1", "Windows 11", "0x80070057"},
		"impact":      {"The whole sales team is affected. [1]"},
		"tried": {
			"I restarted the laptop, but it did not help. [1] failed", "Reset her MFA registration, no change. [4] failed",
			"→ I reinstalled the client. Still the same error. [2 3] failed",
		},
		"articles": {"VPN cannot connect [5]"},
		"state": {
			"Status open, with second-line, priority 3, not assigned [7]",
			"Escalated from service-desk to second-line: certificate rejected",
		},
		"questions": {"Is the date of your laptop correct? [6]"},
		"next":      {"Please check the user certificate store [7]"},
		"findings":  {"Checked the gateway log: certificate rejected."},
	}
	for name, parts := range want {
		got := texts(s.Section(name))
		for _, p := range parts {
			if !strings.Contains(got, p) {
				t.Errorf("%s lacks %q:\n%s", name, p, got)
			}
		}
	}
	if got := texts(s.Section("questions")); strings.Contains(got, "Which network") {
		t.Errorf("an answered question is listed:\n%s", got)
	}
	all, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"Thanks", "Regards", "Hello Anna", "Hi,"} {
		if strings.Contains(string(all), unwanted) {
			t.Errorf("the summary contains the pleasantry %q: %s", unwanted, all)
		}
	}
	checkSummary(t, vpnTicket(), s)
}

// checkSummary checks what is promised of every summary.
func checkSummary(t *testing.T, ticket desk.Ticket, s handoff.Summary) {
	t.Helper()
	var names []string
	for _, sec := range s.Sections {
		names = append(names, sec.Name)
		if sec.Lines == nil || len(sec.Lines) > handoff.MaxLines {
			t.Errorf("%s has %d lines (nil: %v)", sec.Name, len(sec.Lines), sec.Lines == nil)
		}
		for _, l := range sec.Lines {
			if len(l.Messages) == 0 || len([]rune(l.Text)) > handoff.MaxLineRunes || strings.TrimSpace(l.Text) == "" {
				t.Errorf("%s: bad line %+v", sec.Name, l)
			}
			for _, n := range l.Messages {
				if !slices.ContainsFunc(ticket.Messages, func(m desk.Message) bool { return m.N == n }) {
					t.Errorf("%s: line %q cites message %d, which does not exist", sec.Name, l.Text, n)
				}
			}
		}
	}
	if diff := cmp.Diff(handoff.Sections(), names); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
}

func TestSummarizeJSON(t *testing.T) {
	w := extractive()
	s, err := w.Summarize(t.Context(), desk.Ticket{ID: "1", Messages: []desk.Message{
		{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: "Help"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"engine":"extractive"`, `"stale":false`, `"thread_version":1`, `{"name":"impact","lines":[]}`,
	} {
		if !strings.Contains(string(data), part) {
			t.Errorf("%s lacks %s", data, part)
		}
	}
}

func TestSummaryBecomesStale(t *testing.T) {
	ticket := vpnTicket()
	s, err := extractive().Summarize(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	if s.For(ticket).Stale {
		t.Error("stale immediately")
	}
	ticket.Messages = append(ticket.Messages, desk.Message{N: 8, Kind: desk.Reply, Text: "news"})
	if !s.For(ticket).Stale {
		t.Error("not stale after a new message")
	}
}

// A summary of a long thread misses neither the decisive nor the newest messages.
func TestSummarizeLongThread(t *testing.T) {
	t.Parallel()
	lines := []string{"req: The invoice export crashes with error ERR_EXPORT_42 in SAP GUI 8.0. " +
		"All 40 users of accounting are affected."}
	filler := strings.Repeat("The log of the export service shows many ordinary entries about documents and queues. ", 30)
	for i := 2; i < 199; i++ {
		who := "desk"
		if i%2 == 0 {
			who = "req"
		}
		if i == 120 {
			lines = append(lines, "note: "+filler+"Disabled the export cache, it did not help. "+filler)
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: Message number %d. %s", who, i, filler))
	}
	lines = append(lines,
		"req: After you increased the heap size the export still fails.",
		"esc: Escalated from service-desk to second-line: needs a patch from the vendor, please contact SAP support",
	)
	ticket := ticketOf("Invoice export crashes", lines...)
	s, err := extractive().Summarize(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, ticket, s)
	for name, part := range map[string]string{
		"request": "ERR_EXPORT_42", "impact": "All 40 users", "tried": "Disabled the export cache, it did not help.",
		"state": "still fails", "next": "Please contact SAP support",
	} {
		if got := texts(s.Section(name)); !strings.Contains(got, part) {
			t.Errorf("%s lacks %q:\n%s", name, part, got)
		}
	}
}

func TestSummarizeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := extractive().Summarize(ctx, vpnTicket()); err == nil {
		t.Error("no error")
	}
}

// What an agent typed for a caller when opening the ticket is the caller's request.
func TestTicketOpenedByAgent(t *testing.T) {
	const text = "Since the update Outlook asks me for the password at every start. Version 16.8, Windows 11."
	w := extractive()
	by := func(who string) handoff.Summary {
		s, err := w.Summarize(t.Context(), ticketOf("Outlook asks for the password",
			who+": "+text, "desk: Removed the saved password from the credential store."))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if diff := cmp.Diff(by("req").Sections, by("desk").Sections); diff != "" {
		t.Errorf("typed by the requester (-) and for them (+):\n%s", diff)
	}
	lines := by("desk").Section(handoff.SectionEnvironment).Lines
	if len(lines) == 0 || !strings.Contains(lines[0].Text, "16.8") {
		t.Errorf("environment %+v", lines)
	}
}
