package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/thread"
)

func TestSummaryPage(t *testing.T) {
	s := newSite(t)
	rec := s.get(agent, "/tickets/1001?summary=1")
	s.shows(rec, 200, "Out of date: 1 new message", "Update", "Edit the summary before it is sent", "reinstalled",
		"First response:", "Resolution:")
	checkHTML(t, rec.Body.String())
	s.lacks(s.get(knower, "/tickets/1001?summary=1"), "Edit the summary before it is sent", "value=\"renew\"")
	s.sent(s.post(agent, "/tickets/1001/summary", "do", "renew"), "/tickets/1001?summary=1&done=renewed#summary")

	version := field(t, s.get(agent, "/tickets/1001?summary=1"), "/tickets/1001/summary", "version")
	save := []string{
		"do", "save", "version", version, "tried",
		"reinstalled " + hostile + " #1 #2\r\nAsked the supplier " + hostile + "\r\n\r\n", "next", "Call me",
	}
	s.sent(s.post(agent, "/tickets/1001/summary", save...), "/tickets/1001?summary=1&done=summary-saved#summary")
	rec = s.get(agent, "/tickets/1001?summary=1")
	s.shows(rec, 200, "Edited by", "Written by", "Asked the supplier", "Edits and original text", "added: - Call me",
		"Original text:", "Discard edits")
	checkHTML(t, rec.Body.String())
	if lines := s.shelf.stored.Current().Section(handoff.SectionTried).Lines; len(lines) != 2 ||
		lines[0].Result != thread.Failed || lines[1].WrittenBy == "" {
		t.Errorf("stored %+v", lines)
	}

	t.Run("edit conflict", func(t *testing.T) {
		rec := s.post(agent, "/tickets/1001/summary", append(save, "questions", "Which gateway?")...)
		s.shows(rec, 409, "Someone else saved the summary in the meantime.", "added: - Which gateway?", "Asked the supplier")
		checkHTML(t, rec.Body.String())
		if got := field(t, rec, "/tickets/1001/summary", "version"); got == version {
			t.Errorf("the form is based on version %s", got)
		}
	})
	t.Run("an invalid line keeps the input", func(t *testing.T) {
		now := field(t, s.get(agent, "/tickets/1001?summary=1"), "/tickets/1001/summary", "version")
		rec := s.post(agent, "/tickets/1001/summary", "version", now, "next", "No such message #99")
		s.shows(rec, 422, "there is no message 99", "No such message #99")
		s.post(agent, "/tickets/1001/summary", "next", "no version")
		if s.shelf.stored.Current().Section(handoff.SectionNext).Lines[0].Text != "Call me" {
			t.Errorf("stored %+v", s.shelf.stored.Current())
		}
	})
	t.Run("it is sent with the escalation", func(t *testing.T) {
		s.sent(s.post(agent, "/tickets/1001/escalate", "group", "second-line", "reason", "theirs"),
			"/tickets/1001?summary=1&done=escalated#summary")
		if !strings.Contains(s.desk.sent, "Asked the supplier") || !strings.Contains(s.desk.sent, "Call me") {
			t.Errorf("sent %s", s.desk.sent)
		}
		s.desk.ticket.Handoffs = []desk.Handoff{
			{Message: 3, By: agent.ID, At: noon, Summary: s.desk.sent},
			{Message: 4, Summary: "broken"},
		}
		rec := s.get(agent, "/tickets/1001?summary=1")
		s.shows(rec, 200, "Sent with the escalation in message 3")
		s.lacks(rec, "in message 4")
		checkHTML(t, rec.Body.String())
	})
	t.Run("the edits are discarded", func(t *testing.T) {
		now := field(t, s.get(agent, "/tickets/1001?summary=1"), "/tickets/1001/summary", "version")
		s.sent(s.post(agent, "/tickets/1001/summary", "version", now, "do", "discard"),
			"/tickets/1001?summary=1&done=summary-saved#summary")
		s.lacks(s.get(agent, "/tickets/1001?summary=1"), "Edited by")
	})
	if rec := s.post(requester, "/tickets/1001/summary", "do", "renew"); rec.Code != 403 {
		t.Errorf("a requester got %d", rec.Code)
	}
	s.lacks(s.get(requester, "/tickets/1001?summary=1"), "Asked the supplier", "Hand-off")
}

func TestReviewTools(t *testing.T) {
	s := newSite(t)
	s.kb.draft.Tickets = []string{"1001", "1002"}
	s.kb.draft.Sources = []kb.Source{
		{Ticket: "1001", Subject: "first " + hostile, Message: 2, Confirms: "It works " + hostile},
		{Ticket: "1002", Subject: "second", Message: 4, Confirms: "Works here, too"},
	}
	s.kb.draft.Earlier = []kb.Earlier{{
		Draft: "r_0", Title: "before " + hostile, Reason: kb.RejectWrong,
		Text: "wrong step " + hostile, By: knower.ID, At: noon,
	}}
	s.kb.draft.Editors = []string{agent.ID}
	s.kb.draft.Proposed = kb.DraftText{Title: "Old title", Markdown: "Other text.\n"}
	rec := s.get(knower, "/reviews/r_1")
	s.shows(rec, 200, "also seen in", "#1002", "Confirmed by", "Works here, too",
		"A draft that covered the same was rejected", "wrong step",
		"also an author", "Changes since it was proposed", "Original title: Old title", "The symptom is correct",
		"Choose a reason", "Approve with these edits")
	checkHTML(t, rec.Body.String())

	t.Run("approve with edits and confirmations", func(t *testing.T) {
		edit := []string{
			"version", "2", "title", "T", "markdown", "mine\r\n", "kind", "faq", "audience", "internal",
			"confidence", "validated", "do", "approve",
		}
		s.sent(s.post(knower, "/reviews/r_1/edit", edit...), "/reviews/r_1?done=approved")
		if got := s.kb.last(); got != "approve r_1 version 2 with edits []: " || *s.kb.patch.Markdown != "mine\n" {
			t.Errorf("got %q", got)
		}
		s.kb.err = fault.New(fault.Forbidden, "another person must approve it")
		s.shows(s.post(knower, "/reviews/r_1/edit", edit...), 403, "Another person must approve it.", "mine")
		s.sent(s.post(knower, "/reviews/r_1/approve", "version", "2", "confirmed", "concise", "confirmed",
			"symptom_validated"), "/reviews/r_1?done=approved")
		if got := s.kb.last(); got != "approve r_1 version 2 [concise symptom_validated]: " {
			t.Errorf("got %q", got)
		}
	})
	t.Run("reject for a reason", func(t *testing.T) {
		for fields, want := range map[string]string{
			"reason=wrong": "reject r_1 as wrong: ",
			"reason=duplicate&article=http://localhost/articles/vpn-drops": "reject r_1 as duplicate of vpn-drops: ",
			"reason=unclear&article=a_2&comment=say more":                  "reject r_1 as unclear: say more",
		} {
			values, err := url.ParseQuery(fields)
			if err != nil {
				t.Fatal(err)
			}
			var pairs []string
			for name, v := range values {
				pairs = append(pairs, name, v[0])
			}
			s.sent(s.post(knower, "/reviews/r_1/reject", pairs...), "/reviews/r_1?done=rejected")
			if got := s.kb.last(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		s.shows(s.post(knower, "/reviews/r_1/reject", "reason", "other"), 422,
			"is required, so that the author knows what to do")
		s.kb.err = fault.InvalidField("article", "there is no article %q", "x")
		rec := s.post(knower, "/reviews/r_1/reject", "reason", "duplicate", "article", "x", "comment", "typed")
		s.shows(rec, 422, "there is no article", "typed")
		checkHTML(t, rec.Body.String())
	})
	t.Run("editors can reject but not approve", func(t *testing.T) {
		s := newSite(t)
		s.kb.draft.Editors = []string{knower.ID}
		rec := s.get(knower, "/reviews/r_1")
		s.shows(rec, 200, "someone else must approve it", "Reject draft")
		s.lacks(rec, "Approve and publish", "Approve with these edits")
	})
	t.Run("decided", func(t *testing.T) {
		s := newSite(t)
		s.kb.draft.Status, s.kb.draft.DecidedAt = kb.Rejected, noon
		s.kb.draft.Rejection = kb.DraftRejection{Reason: kb.RejectDuplicate, Article: "a_1", Title: "VPN " + hostile}
		s.kb.draft.Quality = kb.Quality{Waiting: time.Second}
		s.shows(s.get(agent, "/reviews/r_1"), 200, "Rejected: Duplicate", "In the queue for less than a minute")
	})
	t.Run("quality figures", func(t *testing.T) {
		s := newSite(t)
		rec := s.get(knower, "/reviews")
		s.shows(rec, 200, "Quality of drafts in the last 90 days", "25%", "1 of 2", "3 h", "Reasons for rejection: Wrong")
		checkHTML(t, rec.Body.String())
	})
}
