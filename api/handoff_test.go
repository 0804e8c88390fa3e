package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
)

// vpn opens a ticket with a short history and returns its path.
func (e *env) vpn() string {
	e.Helper()
	id := e.post("rita", "/api/v1/tickets", map[string]any{
		"subject": "VPN rejects my sign-in", "body": "The VPN rejects my sign-in with error 0x80070057 since Monday.",
	}).want(http.StatusCreated).str("id")
	address := "/api/v1/tickets/" + id
	e.post("anna", address+"/messages",
		map[string]any{"text": "CANARY-NOTE Reset the account, no change.", "visibility": "internal"}).
		want(http.StatusCreated)
	return address
}

// section returns the lines of a section of a summary in a response.
func section(t *testing.T, r reply, path, name string) []map[string]any {
	t.Helper()
	for _, s := range r.list(path) {
		sec, _ := s.(map[string]any)
		if sec["name"] != name {
			continue
		}
		var out []map[string]any
		for _, l := range sec["lines"].([]any) {
			out = append(out, l.(map[string]any))
		}
		return out
	}
	t.Fatalf("no section %s", name)
	return nil
}

func TestSummaryLifecycle(t *testing.T) {
	e := newEnv(t)
	address := e.vpn()
	created := e.get("anna", address+"/summary").want(http.StatusOK)
	if created.get("stale") != false || created.get("version") != 1.0 || created.get("edited") != nil ||
		len(created.list("sent")) != 0 {
		t.Errorf("%s", created.body)
	}
	if created.get("service_level.resolution.late") != false ||
		created.get("service_level.resolution.left_seconds").(float64) <= 0 {
		t.Errorf("%s", created.body)
	}
	e.post("rita", address+"/messages", map[string]any{"text": "It shows error 0x80070005 now."}).want(http.StatusCreated)
	stale := e.get("anna", address+"/summary").want(http.StatusOK)
	if stale.get("stale") != true || stale.get("messages_since") != 1.0 ||
		strings.Contains(string(stale.body), "0x80070005") {
		t.Errorf("%s", stale.body)
	}
	fresh := e.post("anna", address+"/summary", nil).want(http.StatusOK)
	if fresh.get("stale") != false || fresh.get("version") != 2.0 || !strings.Contains(string(fresh.body), "0x80070005") {
		t.Errorf("%s", fresh.body)
	}

	edit := map[string]any{"version": 2, "sections": []map[string]any{
		{"name": "next", "lines": []map[string]any{{"text": "Call the supplier before noon.", "messages": []int{}}}},
		{
			"name":  "request",
			"lines": []map[string]any{{"text": "The VPN rejects my sign-in with error 0x80070057.", "messages": []int{1}}},
		},
	}}
	edited := e.put("anna", address+"/summary", edit).want(http.StatusOK)
	if got := section(t, edited, "sections", "next"); len(got) != 1 || got[0]["written_by"] != "Anna" {
		t.Errorf("next %v", got)
	}
	if got := section(t, edited, "sections", "request"); got[0]["written_by"] != nil {
		t.Errorf("request %v", got)
	}
	if edited.str("edited.name") != "Anna" || len(edited.list("edited.diff")) == 0 ||
		len(section(t, edited, "edited.generated", "request")) == 0 {
		t.Errorf("%s", edited.body)
	}
	e.put("all", address+"/summary", edit).want(http.StatusConflict)
	e.put("anna", address+"/summary", map[string]any{"version": 3, "sections": nil}).want(http.StatusBadRequest)
	e.put("anna", address+"/summary", `{"version":3,"sections":[{"name":"next","lines":[{"text":"x","messages":[77]}]}]}`).
		want(http.StatusBadRequest)

	sent := e.post("anna", address+"/escalate", map[string]any{"group": "second-line", "reason": "It is their gateway."}).
		want(http.StatusOK)
	next := section(t, sent, "summary.sections", "next")
	if len(next) != 1 || next[0]["text"] != "Call the supplier before noon." || len(next[0]["messages"].([]any)) != 1 {
		t.Errorf("next %v: a line written by a person must refer to the escalation", next)
	}
	if sent.get("summary.stale") != false || len(sent.list("summary.sent")) != 1 {
		t.Errorf("%s", sent.body)
	}
	e.post("anna", address+"/messages", map[string]any{"text": "The supplier is closed today.", "visibility": "internal"}).
		want(http.StatusCreated)
	after := e.post("anna", address+"/summary", nil).want(http.StatusOK)
	if after.get("edited") != nil || after.get("older_edit.name") != "Anna" ||
		after.get("sent.0.summary.messages_since") != 1.0 {
		t.Errorf("%s", after.body)
	}
	if !strings.Contains(string(after.body), "Call the supplier before noon.") {
		t.Error("the sent summary is gone")
	}
	reset := e.del("anna", address+"/summary/edit?version="+itoa(after.get("version"))).want(http.StatusOK)
	if strings.Contains(string(reset.body), "older_edit") {
		t.Errorf("%s", reset.body)
	}
	e.del("anna", address+"/summary/edit?version=1").want(http.StatusConflict)
	e.del("anna", address+"/summary/edit?version=x").want(http.StatusBadRequest)

	// The requester has no access to it.
	for _, r := range []struct{ method, path string }{
		{http.MethodGet, "/summary"},
		{http.MethodPost, "/summary"},
		{http.MethodPut, "/summary"},
		{http.MethodDelete, "/summary/edit?version=1"},
	} {
		e.do("rita", r.method, address+r.path, map[string]any{"version": 1, "sections": []any{}}).want(http.StatusForbidden)
	}
	if own := e.get("rita", address).want(http.StatusOK); strings.Contains(string(own.body), "supplier") {
		t.Errorf("%s", own.body)
	}
}

func itoa(v any) string {
	n, _ := v.(float64)
	return string(rune('0' + int(n)))
}

// The summary is stored together with the escalation that it was sent with.
func TestEscalationKeepsItsSummary(t *testing.T) {
	e := newEnv(t)
	address := e.vpn()
	e.post("anna", address+"/escalate", map[string]any{"group": "second-line", "reason": "theirs"}).want(http.StatusOK)
	e.post("anna", address+"/escalate", map[string]any{"group": "second-line", "reason": "theirs"}).
		want(http.StatusConflict)
	e.post("anna", address+"/escalate", map[string]any{"group": "third-line", "reason": "theirs"}).
		want(http.StatusBadRequest)
	got, err := e.desk.Ticket(t.Context(), e.actor("anna"), strings.TrimPrefix(address, "/api/v1/tickets/"))
	if err != nil || len(got.Handoffs) != 1 || got.Messages[got.Handoffs[0].Message-1].Kind != desk.Escalation {
		t.Errorf("%+v, %v", got.Handoffs, err)
	}
	if !strings.Contains(got.Handoffs[0].Summary, "CANARY-NOTE") {
		t.Errorf("sent %s: internal notes are missing", got.Handoffs[0].Summary)
	}
}
