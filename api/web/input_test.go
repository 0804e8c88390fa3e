package web_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// TestInputIsKeptWhenTicketEnded sends forms to a ticket that someone ended in the
// meantime: it no longer has such a form, but the input is shown all the same.
func TestInputIsKeptWhenTicketEnded(t *testing.T) {
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
			s.desk.err = fault.New(fault.Conflict, "someone else was faster")
			rec := s.post(agent, "/tickets/1001"+tt.path, tt.fields...)
			s.shows(rec, 409, "Someone else was faster.")
			for i := 1; i < len(tt.fields); i += 2 {
				if !strings.Contains(rec.Body.String(), tt.fields[i]) {
					t.Errorf("%q is lost", tt.fields[i])
				}
			}
			checkHTML(t, rec.Body.String())
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
	s.shows(s.post(agent, "/tickets/1001/resolve", "code", "fixed", "note", "something else"), 409,
		"Ticket 1001 is resolved.", "something else")
}

// After a conflict the details show the ticket's current state, and the form the input.
func TestTicketDetailsConflict(t *testing.T) {
	s := newSite(t)
	s.desk.err = fault.New(fault.Conflict, "ticket 1001 was changed in the meantime")
	rec := s.post(agent, "/tickets/1001/update", "version", "3", "status", "on_hold", "impact", "1", "service", "",
		"group", "second-line")
	s.shows(rec, 409, "Someone changed the ticket in the meantime.", "Priority P3 (impact 2, urgency 2)",
		"Service remote-access")
	body := rec.Body.String()
	for _, want := range []string{
		`<details id="change" open>`, `<option value="on_hold" selected>`, `<option value="1" selected>1 – Many people`,
		`<option value="second-line" selected>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	checkHTML(t, body)
}

func TestMergePages(t *testing.T) {
	s := newSite(t)
	s.shows(s.post(agent, "/tickets/1001/merge", "into", " "), 422, "must be the number of a ticket")
	if len(s.desk.said) != 0 {
		t.Errorf("the desk was called with %v", s.desk.said)
	}
	s.desk.ticket.ID, s.desk.ticket.Status = "1000", desk.Resolved
	s.sent(s.post(agent, "/tickets/1001/merge", "into", "1000"), "/tickets/1000?done=merged-ended")
	s.desk.ticket.ID, s.desk.ticket.Status = "1001", desk.Open
	s.desk.suggest.Duplicates = []desk.DuplicateHit{{ID: "1000", Subject: "VPN " + hostile}}
	rec := s.get(agent, "/tickets/1001")
	s.shows(rec, 200,
		"Merge into #1000 This ticket will be closed as a duplicate of the other one. This cannot be undone.")
	checkHTML(t, rec.Body.String())
}

// A form that could not be processed is shown again with its input.
func TestFormAfterSignOut(t *testing.T) {
	s := newSite(t)
	s.desk.err = fault.New(fault.Unauthenticated, "sign in")
	long := "a long text " + hostile + "\r\nof two lines"
	rec := s.post(agent, "/tickets/1001/messages", "text", long, "visibility", "internal", "key", "k1")
	s.shows(rec, 401, "You were signed out", "Send it again", "What you wrote: Text", "of two lines")
	checkHTML(t, rec.Body.String())
	for name, want := range map[string]string{
		"text": strings.ReplaceAll(long, "\r\n", "\n"), "visibility": "internal",
		"key": "k1",
	} {
		if got := field(t, rec, "/tickets/1001/messages", name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	s.kb.err = fault.New(fault.Unauthenticated, "sign in")
	s.shows(s.post(visitor, "/articles/vpn-drops/feedback", "helped", "yes"), 401, "Sign in in a new tab", "Send it again")
	s.auth.err = fault.New(fault.Internal, "down")
	rec = s.post(agent, "/account/password", "password", "old-secret", "new_password", "new-secret")
	s.lacks(rec, "Send it again", "old-secret", "new-secret")
}

func TestTruncatedPassage(t *testing.T) {
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

// A comment on a draft that has already been decided is shown again.
func TestCommentOnDecidedDraft(t *testing.T) {
	s := newSite(t)
	s.kb.draft.Status = kb.Approved
	s.kb.err = fault.New(fault.Conflict, "the draft is approved already")
	rec := s.post(knower, "/reviews/r_1/reject", "reason", "wrong", "comment", "a long comment "+hostile)
	s.shows(rec, 409, "The draft is approved already.", "Your comment was not saved: a long comment "+hostile)
	checkHTML(t, rec.Body.String())
}

// Approving with edits includes the comment and the checkboxes of the other form.
func TestApproveWithEditsAndComment(t *testing.T) {
	s := newSite(t)
	edit := []string{
		"version", "2", "title", "T", "markdown", "mine", "kind", "faq", "audience", "internal", "confidence", "validated",
		"do", "approve",
		"comment", "a comment", "confirmed", kb.Concise, "confirmed", kb.SymptomValidated,
	}
	s.sent(s.post(knower, "/reviews/r_1/edit", edit...), "/reviews/r_1?done=approved")
	if got, want := s.kb.last(), "approve r_1 version 2 with edits [concise symptom_validated]: a comment"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.kb.err = fault.New(fault.Conflict, "someone else was faster")
	rec := s.post(knower, "/reviews/r_1/edit", edit...)
	s.shows(rec, 409, "a comment", "mine")
	if !strings.Contains(rec.Body.String(), `value="concise" checked`) {
		t.Error("a checkbox is not restored")
	}
	checkHTML(t, rec.Body.String())
}
