package web_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// TestTypedWhenTicketEnded sends forms to a ticket that somebody ended meanwhile: it has
// no such form any more, and what was typed comes back all the same.
func TestTypedWhenTicketEnded(t *testing.T) {
	tests := []struct {
		name, path string
		status     desk.Status
		merged     string
		fields     []string
	}{
		{"reply", "/messages", desk.Closed, "1000", []string{"text", "long reply", "visibility", "internal"}},
		{"resolution", "/resolve", desk.Resolved, "", []string{"code", "fixed", "note", "long note"}},
		{"escalation", "/escalate", desk.Resolved, "", []string{"group", "second-line", "reason", "long reason"}},
		{"merge", "/merge", desk.Closed, "1000", []string{"into", "1002"}},
		{"link", "/links", desk.Closed, "1000", []string{"article", "long-slug"}},
		{"reopening", "/reopen", desk.Open, "", []string{"reason", "long reason"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.desk.ticket.Status, s.desk.ticket.MergedInto = tt.status, tt.merged
			s.desk.err = fault.New(fault.Conflict, "somebody was faster")
			rec := s.post(agent, "/tickets/1001"+tt.path, tt.fields...)
			s.shows(rec, 409, "Somebody was faster.")
			for i := 1; i < len(tt.fields); i += 2 {
				if !strings.Contains(rec.Body.String(), tt.fields[i]) {
					t.Errorf("%q is lost", tt.fields[i])
				}
			}
			sound(t, rec.Body.String())
		})
	}
}

func TestResolveSentTwice(t *testing.T) {
	s := newSite(t)
	s.desk.ticket.Status = desk.Resolved
	s.desk.ticket.Resolution = &desk.Resolution{Code: desk.Fixed, Note: "renewed", By: agent.ID, At: noon}
	s.desk.err = fault.New(fault.Conflict, "ticket 1001 is resolved")
	s.sent(s.post(agent, "/tickets/1001/resolve", "code", "fixed", "note", "renewed\r\n"), "/tickets/1001?done=resolved")
	s.desk.err = fault.New(fault.Conflict, "ticket 1001 is resolved")
	s.shows(s.post(agent, "/tickets/1001/resolve", "code", "fixed", "note", "something else"), 409, "Ticket 1001 is resolved.", "something else")
}

// After a lost race the details say how the ticket is, and the form what was chosen.
func TestTicketDetailsRace(t *testing.T) {
	s := newSite(t)
	s.desk.err = fault.New(fault.Conflict, "ticket 1001 changed meanwhile")
	rec := s.post(agent, "/tickets/1001/update", "version", "3", "status", "on_hold", "impact", "1", "service", "", "group", "second-line")
	s.shows(rec, 409, "Somebody changed the ticket meanwhile.", "Priority P3 (impact 2, urgency 2)", "Service remote-access")
	body := rec.Body.String()
	for _, want := range []string{
		`<details id="change" open>`, `<option value="on_hold" selected>`, `<option value="1" selected>1 – Many people`, `<option value="second-line" selected>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	sound(t, body)
}

func TestMergePages(t *testing.T) {
	s := newSite(t)
	s.shows(s.post(agent, "/tickets/1001/merge", "into", " "), 422, "needs the number of a ticket")
	if len(s.desk.said) != 0 {
		t.Errorf("the desk was asked %v", s.desk.said)
	}
	s.desk.ticket.ID, s.desk.ticket.Status = "1000", desk.Resolved
	s.sent(s.post(agent, "/tickets/1001/merge", "into", "1000"), "/tickets/1000?done=merged-ended")
	s.desk.ticket.ID, s.desk.ticket.Status = "1001", desk.Open
	s.desk.suggest.Duplicates = []desk.DuplicateHit{{ID: "1000", Subject: "VPN " + hostile}}
	rec := s.get(agent, "/tickets/1001")
	s.shows(rec, 200, "Merge into #1000 This ticket is closed as a duplicate of the other one. It cannot be undone.")
	sound(t, rec.Body.String())
}

// A form that could not be taken comes back as it was sent, to be sent again.
func TestFormAfterSignOut(t *testing.T) {
	s := newSite(t)
	s.desk.err = fault.New(fault.Unauthenticated, "sign in")
	long := "a long text " + hostile + "\r\nof two lines"
	rec := s.post(agent, "/tickets/1001/messages", "text", long, "visibility", "internal", "key", "k1")
	s.shows(rec, 401, "You were signed out", "Send it again", "What you wrote: Text", "of two lines")
	sound(t, rec.Body.String())
	for name, want := range map[string]string{"text": strings.ReplaceAll(long, "\r\n", "\n"), "visibility": "internal", "key": "k1"} {
		if got := field(t, rec, "/tickets/1001/messages", name); got != want {
			t.Errorf("%s goes on as %q, want %q", name, got, want)
		}
	}
	s.kb.err = fault.New(fault.Unauthenticated, "sign in")
	s.shows(s.post(visitor, "/articles/vpn-drops/feedback", "helped", "yes"), 401, "Sign in in a new tab", "Send it again")
	s.auth.err = fault.New(fault.Internal, "down")
	rec = s.post(agent, "/account/password", "password", "old-secret", "new_password", "new-secret")
	s.lacks(rec, "Send it again", "old-secret", "new-secret")
}

func TestPassageCut(t *testing.T) {
	s := newSite(t)
	h := hit("a_1")
	h.Passage.Text, h.Passage.Marks, h.Passage.CutBefore, h.Passage.CutAfter = "1. Open it.\n2. Close it.", nil, true, true
	whole := hit("a_2")
	whole.Passage.Text, whole.Passage.Marks = "All of it.", nil
	s.desk.suggest = desk.Suggestions{Articles: []desk.ArticleHit{h, whole}}
	body := s.get(agent, "/tickets/1001").Body.String()
	for _, want := range []string{">… 1. Open it.\n2. Close it. …</p>", ">All of it.</p>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// Who decides too late reads the remark that was not taken.
func TestRemarkOnDecidedDraft(t *testing.T) {
	s := newSite(t)
	s.kb.draft.Status = kb.Approved
	s.kb.err = fault.New(fault.Conflict, "the draft is approved already")
	rec := s.post(knower, "/reviews/r_1/reject", "reason", "wrong", "comment", "a long remark "+hostile)
	s.shows(rec, 409, "The draft is approved already.", "Your remark was not taken: a long remark "+hostile)
	sound(t, rec.Body.String())
}

// Approving with edits takes the remark and the ticks of the other form along.
func TestApproveWithEditsAndRemark(t *testing.T) {
	s := newSite(t)
	edit := []string{
		"version", "2", "title", "T", "markdown", "mine", "kind", "faq", "audience", "internal", "confidence", "validated", "do", "approve",
		"comment", "a remark", "confirmed", kb.Concise, "confirmed", kb.SymptomValidated,
	}
	s.sent(s.post(knower, "/reviews/r_1/edit", edit...), "/reviews/r_1?done=approved")
	if got, want := s.kb.last(), "approve r_1 version 2 with edits [concise symptom_validated]: a remark"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.kb.err = fault.New(fault.Conflict, "somebody was faster")
	rec := s.post(knower, "/reviews/r_1/edit", edit...)
	s.shows(rec, 409, "a remark", "mine")
	if !strings.Contains(rec.Body.String(), `value="concise" checked`) {
		t.Error("a tick is lost")
	}
	sound(t, rec.Body.String())
}
