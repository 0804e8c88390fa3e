package web_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// field returns the value of a form's hidden field.
func field(t *testing.T, rec *httptest.ResponseRecorder, action, name string) string {
	t.Helper()
	var value string
	walk(parse(t, rec.Body.String()), func(form *html.Node) {
		if to, _ := attr(form, "action"); form.Data != "form" || to != action {
			return
		}
		walk(form, func(n *html.Node) {
			if got, _ := attr(n, "name"); got == name && value == "" {
				value, _ = attr(n, "value")
			}
		})
	})
	if value == "" {
		t.Fatalf("form %s has no %s", action, name)
	}
	return value
}

func TestNewTicket(t *testing.T) {
	t.Run("articles are shown before the ticket is opened", func(t *testing.T) {
		s := newSite(t)
		rec := s.post(requester, "/tickets/new", "subject", "VPN drops", "body", "every hour\r\nsince Monday", "key", "k1")
		s.shows(rec, 200, "Do these articles help?", "Open ticket anyway", "VPN drops", "every hour since Monday",
			"Known error")
		if len(s.desk.said) != 0 {
			t.Errorf("a ticket was opened before the articles were shown: %v", s.desk.said)
		}
		if vis := s.find.asked.Visibility; s.find.asked.Tickets || len(vis.Audiences) != 2 {
			t.Errorf("suggestions were requested with %+v", s.find.asked)
		}
		if key := field(t, rec, "/tickets", "key"); key != "k1" {
			t.Errorf("the form has key %q", key)
		}
		s.sent(s.post(requester, "/tickets", "subject", "VPN drops", "body", "every hour", "key", "k1"),
			"/tickets/2000?done=opened")
	})
	t.Run("without articles the ticket is opened immediately", func(t *testing.T) {
		s := newSite(t)
		s.find.suggest = desk.Suggestions{BelowFloor: true}
		s.sent(s.post(requester, "/tickets/new", "subject", "VPN", "body", "x", "key", "k"), "/tickets/2000?done=opened")
	})
	t.Run("sending the form twice opens one ticket", func(t *testing.T) {
		s := newSite(t)
		first := s.post(requester, "/tickets", "subject", "VPN", "body", "x", "key", "k")
		again := s.post(requester, "/tickets", "subject", "VPN", "body", "x", "key", "k")
		s.sent(first, "/tickets/2000?done=opened")
		s.sent(again, "/tickets/2000?done=opened")
		amended := s.post(requester, "/tickets", "subject", "VPN", "body", "more", "key", "k")
		s.sent(amended, "/tickets/2001?done=opened")
		other := s.post(agent, "/tickets", "subject", "VPN", "body", "x", "key", "k")
		s.sent(other, "/tickets/2002?done=recorded")
	})
	t.Run("the input is kept", func(t *testing.T) {
		s := newSite(t)
		s.desk.err = fault.InvalidField("subject", "is empty")
		rec := s.post(requester, "/tickets", "subject", "", "body", "typed "+hostile, "category", "network", "key", "k")
		s.shows(rec, 422, "Please correct the fields marked below", "is empty", "typed "+hostile)
		checkHTML(t, rec.Body.String())
	})
	t.Run("only agents set requester, channel and impact", func(t *testing.T) {
		s := newSite(t)
		fields := []string{"subject", "VPN", "body", "x", "channel", "vip", "requester", "rita@example.org", "impact", "1"}
		s.post(requester, "/tickets", fields...)
		if got, want := s.desk.last(), "open VPN|x|portal||0"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		s.post(agent, "/tickets", fields...)
		if got, want := s.desk.last(), "open VPN|x|vip|rita@example.org|1"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestTicketActions(t *testing.T) {
	tests := []struct {
		name, path string
		fields     []string
		said, to   string
	}{
		{
			"public reply", "/messages",
			[]string{"text", "hi\r\nthere", "visibility", "public"},
			"reply 1001|public|hi\nthere",
			"/tickets/1001?done=replied#m4",
		},
		{
			"note", "/messages",
			[]string{"text", "hm", "visibility", "internal"},
			"reply 1001|internal|hm",
			"/tickets/1001?done=note-added#m4",
		},
		{
			"link by address", "/links",
			[]string{"article", "http://localhost/articles/vpn-drops/edit#x"},
			"link 1001|vpn-drops", "/tickets/1001?done=linked#links",
		},
		{"dismiss", "/dismissals", []string{"article", "a_1"}, "dismiss 1001|a_1", "/tickets/1001?done=dismissed#suggest-h"},
		{
			"assign to me", "/assign",
			[]string{"to", "me"},
			"update 1001|assignee=u_a|version=0",
			"/tickets/1001?done=assigned",
		},
		{"unassign", "/assign", []string{"to", "none"}, "update 1001|assignee=|version=0", "/tickets/1001?done=unassigned"},
		{
			"assign to another", "/assign",
			[]string{"person", "bo@example.org"},
			"update 1001|assignee=bo@example.org|version=0", "/tickets/1001?done=updated",
		},
		{
			"details", "/update",
			[]string{"status", "pending", "impact", "1", "group", "second-line", "version", "4"},
			"update 1001|status=pending|impact=1|group=second-line|version=4", "/tickets/1001?done=updated",
		},
		{
			"escalate", "/escalate",
			[]string{"group", "second-line", "reason", "certificates"},
			"escalate 1001|second-line|certificates", "/tickets/1001?summary=1&done=escalated#summary",
		},
		{
			"resolve", "/resolve",
			[]string{"code", "fixed", "note", "renewed", "articles", "a_1", "articles", "a_2", "other", "/articles/vpn-drops"},
			"resolve 1001|fixed|renewed|[a_1 a_2 vpn-drops]", "/tickets/1001?done=resolved",
		},
		{"reopen", "/reopen", []string{"reason", "again"}, "reopen 1001|again", "/tickets/1001?done=reopened"},
		{"merge", "/merge", []string{"into", "#1000"}, "merge 1001|1000", "/tickets/1000?done=merged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.sent(s.post(agent, "/tickets/1001"+tt.path, tt.fields...), tt.to)
			if got := s.desk.last(); got != tt.said {
				t.Errorf("got call %q, want %q", got, tt.said)
			}
		})
		t.Run(tt.name+" rejected keeps the input", func(t *testing.T) {
			s := newSite(t)
			s.desk.err = fault.New(fault.Conflict, "someone else was faster")
			want := append([]string{"Someone else was faster."}, texts(tt.fields)...)
			rec := s.post(agent, "/tickets/1001"+tt.path, tt.fields...)
			if tt.name == "reopen" { // an open ticket has no form to reopen it
				want = nil
			}
			s.shows(rec, 409, want...)
			checkHTML(t, rec.Body.String())
		})
		t.Run(tt.name+" by a requester", func(t *testing.T) {
			s := newSite(t)
			rec := s.post(requester, "/tickets/1001"+tt.path, tt.fields...)
			open := strings.HasSuffix(tt.path, "messages") || strings.HasSuffix(tt.path, "reopen")
			if !open && (rec.Code != 403 || len(s.desk.said) != 0) {
				t.Errorf("got %d, and the desk was called with %v", rec.Code, s.desk.said)
			}
		})
	}
}

// texts returns the free texts among the fields.
func texts(fields []string) []string {
	var out []string
	for i := 0; i < len(fields); i += 2 {
		switch fields[i] {
		case "text", "reason", "note":
			out = append(out, strings.Join(strings.Fields(fields[i+1]), " "))
		}
	}
	return out
}

func TestTicketForRequester(t *testing.T) {
	s := newSite(t)
	rec := s.get(requester, "/tickets/1001?summary=1")
	s.shows(rec, 200, "VPN drops", "These articles may help", "https://example.org/a?b=1")
	s.lacks(rec, "CANARY-NOTE", "CANARY-OTHER", "Hand-off", "History", "Knowledge:", "Assign to me", "/escalate",
		"/resolve", "Bypassed intake", "likely")
	if rec := s.get(access.Actor{ID: "u_other", Roles: requester.Roles}, "/tickets/1001"); rec.Code != 404 {
		t.Errorf("another requester got %d", rec.Code)
	}
}

func TestMergedTicketForRequester(t *testing.T) {
	s := newSite(t)
	s.desk.ticket.Status, s.desk.ticket.Merged = desk.Closed, true
	rec := s.get(requester, "/tickets/1001")
	s.shows(rec, 200, "the desk is working on it together with another one", "open a new ticket")
	s.lacks(rec, "Reopen ticket", "/tickets/1001/messages")
	checkHTML(t, rec.Body.String())
}

func TestTicketForAgent(t *testing.T) {
	s := newSite(t)
	rec := s.get(agent, "/tickets/1001?summary=1")
	s.shows(rec, 200, "CANARY-NOTE", "CANARY-OTHER", "Bypassed intake: Direct", "Known error", "83% likely",
		"reinstalled", "Out of date", "new article proposed", "Open draft", "Unassign", "History", "status:")
	s.lacks(s.get(agent, "/tickets/1001"), "reinstalled")

	t.Run("the page is shown without a summary or suggestions that fail", func(t *testing.T) {
		s := newSite(t)
		s.write.err, s.desk.err = errors.New("down"), errors.New("down")
		s.shows(s.get(agent, "/tickets/1001?summary=1"), 200, "summary is currently unavailable",
			"Suggestions are currently unavailable", "CANARY-NOTE")
	})
	t.Run("actions are hidden without the permission", func(t *testing.T) {
		s := newSite(t)
		rec := s.get(knower, "/tickets/1001")
		s.shows(rec, 200, "CANARY-NOTE", "History")
		s.lacks(rec, "/escalate", "/resolve", "Assign to me", "/messages")
	})
	t.Run("drafts are linked only for those who may open them", func(t *testing.T) {
		s := newSite(t)
		manager := access.Actor{ID: "u_s", Email: "sam@example.org", Name: "Sam", Roles: []access.Role{access.ServiceManager}}
		rec := s.get(manager, "/tickets/1001")
		s.shows(rec, 200, "new article proposed")
		s.lacks(rec, "Open draft")
	})
	t.Run("an ended ticket can be reopened, not resolved", func(t *testing.T) {
		s := newSite(t)
		s.desk.ticket.Status = desk.Resolved
		s.desk.ticket.Resolution = &desk.Resolution{Code: desk.Fixed, Note: "renewed " + hostile, At: noon}
		rec := s.get(agent, "/tickets/1001")
		s.shows(rec, 200, "Resolved: Fixed", "renewed "+hostile, "Reopen ticket")
		s.lacks(rec, "/tickets/1001/resolve", "/tickets/1001/escalate")
		checkHTML(t, rec.Body.String())
	})
}

func TestQueue(t *testing.T) {
	tests := []struct {
		path string
		want desk.Filter
	}{
		{"/tickets", desk.Filter{ByPriority: true, Statuses: []desk.Status{"new", "open", "pending", "on_hold"}, Limit: 25}},
		{"/tickets?view=mine&status=resolved", desk.Filter{Assignee: "u_a", Statuses: []desk.Status{"resolved"}, Limit: 25}},
		{
			"/tickets?view=unassigned&bypass=1&after=c1",
			desk.Filter{
				ByPriority: true, Unassigned: true, Bypass: true,
				Statuses: []desk.Status{"new", "open", "pending", "on_hold"}, After: "c1", Limit: 25,
			},
		},
		{
			"/tickets?view=group&group=second-line&status=any&text=vpn",
			desk.Filter{Group: "second-line", Text: "vpn", Limit: 25},
		},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			s := newSite(t)
			s.shows(s.get(agent, tt.path), 200, "Queue", "Mine", "Unassigned", "Bypassed intake", "Anna", "Next →")
			if diff := compare(s.desk.filter, tt.want); diff != "" {
				t.Error(diff)
			}
		})
	}
	s := newSite(t)
	rec := s.get(requester, "/tickets")
	s.shows(rec, 200, "My tickets")
	s.lacks(rec, "Unassigned", "Assignee", "Priority")
}
