package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/journal"
)

// TestServiceModel changes the service model over the API: what is sent with the wrong or no
// version, with problems, or by the wrong person changes nothing, and a reviewed change
// needs another person.
func TestServiceModel(t *testing.T) {
	e := newEnv(t)
	got := e.get("sven", "/api/v1/model").want(http.StatusOK)
	text, tag := got.str("text"), got.header.Get("ETag")
	reviewed := strings.Replace(text, "version: 1\n",
		"version: 1\nchanges_reviewed: true\nprocess_owner: Sven@example.org\n", 1)
	put := func(who, text string, headers ...string) reply {
		return e.put(who, "/api/v1/model", map[string]any{"text": text, "reason": "as agreed"}, headers...)
	}
	put("anna", reviewed, "If-Match", tag).want(http.StatusForbidden)
	put("sven", reviewed).want(http.StatusPreconditionRequired)
	put("sven", reviewed, "If-Match", `"m9"`).want(http.StatusPreconditionFailed)
	bad := put("sven", reviewed+"surprise: 1\n", "If-Match", tag).want(http.StatusBadRequest)
	if !strings.Contains(string(bad.body), "column 1") || !strings.Contains(string(bad.body),
		"unknown key; the keys here are") {
		t.Errorf("problems: %s", bad.body)
	}
	v := put("sven", reviewed, "If-Match", tag).want(http.StatusOK)
	if v.get("version") != 2.0 || v.str("author") != "u_sven" || v.str("reason") != "as agreed" ||
		v.str("owners.process_owner") != "sven@example.org" {
		t.Errorf("version: %s", v.body)
	}
	tag = v.header.Get("ETag")
	p := put("sven", text, "If-Match", tag).want(http.StatusAccepted)
	if n := len(e.get("all", "/api/v1/notices").want(http.StatusOK).list("notices")); n != 1 {
		t.Errorf("%d tasks to review", n)
	}
	path := "/api/v1/model/proposals/1/"
	if p.get("id") != 1.0 || p.str("state") != "open" {
		t.Errorf("proposal: %s", p.body)
	}
	e.post("sven", path+"approve", nil).want(http.StatusForbidden)
	e.post("anna", path+"approve", nil).want(http.StatusForbidden)
	e.post("all", path+"approve", map[string]any{"comment": "good"}).want(http.StatusOK)
	e.post("all", path+"reject", nil).want(http.StatusConflict)
	if n := len(e.get("all", "/api/v1/notices").list("notices")); n != 0 {
		t.Errorf("%d tasks after the decision", n)
	}
	list := e.get("anna", "/api/v1/model/versions?limit=2").want(http.StatusOK)
	if len(list.list("versions")) != 2 || list.str("next") != "2" {
		t.Errorf("versions: %s", list.body)
	}
	if got := e.get("anna", "/api/v1/model/versions/3").want(http.StatusOK); got.str("text") != text {
		t.Error("version 3 is not the first text again")
	}
	events, err := e.store.Events(t.Context(), journal.Model, "3")
	if err != nil || len(events) != 1 || !strings.Contains(string(events[0].Data), `"approved_by":"u_all"`) ||
		!strings.Contains(string(events[0].Data), `"process_owner":["sven@example.org",""]`) || events[0].Model != 3 {
		t.Errorf("events: %+v, %v", events, err)
	}
	e.get("", "/api/v1/model/schema.json").want(http.StatusOK)
	mine := e.get("sven", "/api/v1/notices").want(http.StatusOK).list("notices")
	if len(mine) == 0 {
		t.Fatal("the process owner was not told")
	}
	e.post("anna", "/api/v1/notices/1/done", nil).want(http.StatusNotFound)
	e.post("sven", "/api/v1/notices/1/done", nil).want(http.StatusOK)
}
