package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/api"
)

// TestErrorsOfEveryRoute sends wrong requests to every route of the API. Each is answered
// with a problem that the document describes; do checks that.
func TestErrorsOfEveryRoute(t *testing.T) {
	e := newEnv(t, func(d *api.Deps) { d.Limits = api.Limits{Rate: 1e6, Burst: 1e6} })
	missing := strings.NewReplacer(":ref", "none", ":id", "999999", ":revision", "99", ":token", "none", ":version", "99")
	problem := func(r reply, what string, statuses ...int) {
		t.Helper()
		for _, s := range statuses {
			if r.status == s && strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") &&
				r.header.Get("Cache-Control") == "no-store" && r.str("title") == http.StatusText(s) {
				return
			}
		}
		t.Errorf("%s: status %d, want %v: %.200s", what, r.status, statuses, r.body)
	}
	for _, r := range e.api.Routes() {
		path := missing.Replace(r.Path)
		if !strings.HasPrefix(path, "/api/") {
			continue
		}
		name := r.Method + " " + r.Path
		problem(e.do("dbk_unknown", r.Method, path, nil), name+" with an unknown token", 401)
		refused := e.do("all", r.Method, path+"?surprise=1", nil)
		problem(refused, name+" with an unknown parameter", 400)
		if refused.status == 400 && refused.str("errors.0.field") != "surprise" {
			t.Errorf("%s: the parameter is not named: %s", name, refused.body)
		}
		if strings.Contains(r.Path, ":") {
			problem(e.do("all", r.Method, path, map[string]any{}), name+" of what does not exist", 400, 404, 428)
		}
		if r.Method == http.MethodGet || r.Method == http.MethodDelete {
			continue
		}
		if r.Large { // it takes files
			problem(e.do("all", r.Method, path, `{"a":1}`), name+" with JSON", 404, 415)
			continue
		}
		problem(e.do("all", r.Method, path, strings.Repeat("x", 1<<20+1)), name+" with a large body", 413)
		if r.Path == "/api/v1/evaluations" || r.Path == "/api/v1/ranker" || r.Path == "/api/v1/triage" ||
			strings.HasSuffix(r.Path, "/activate") || strings.HasSuffix(r.Path, "/archive") ||
			r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/summary") {
			continue // they have no body
		}
		for what, body := range map[string]string{
			"a list": `[]`, "broken JSON": `{"a":`, "an unknown field": `{"surprise":1}`, "another encoding": "{\"a\":\"\xff\"}",
		} {
			problem(e.do("all", r.Method, path, body, "If-Match", `"r1"`), name+" with "+what, 400, 404)
		}
		problem(e.do("all", r.Method, path, `a=b`, "Content-Type", "text/plain"), name+" with text", 415, 404)
	}
}

// TestErrorsAreShort: an error about many fields is not as long as the request that had them.
func TestErrorsAreShort(t *testing.T) {
	e := newEnv(t)
	fields := map[string]any{strings.Repeat("ä", 10_000): 1}
	for i := range 10_000 {
		fields["unknown"+strconv.Itoa(i)] = i
	}
	r := e.post("rita", "/api/v1/tickets", fields).want(http.StatusBadRequest)
	if len(r.body) > 8192 || !strings.Contains(r.str("detail"), "10000 more") {
		t.Errorf("%d bytes: %.300s", len(r.body), r.body)
	}
	r = e.get("", "/api/v1/search?q=vpn&kinds=howto").want(http.StatusBadRequest)
	if got := r.str("errors.0.message"); !strings.Contains(got, "kind, limit") && !strings.Contains(got, "cursor") {
		t.Errorf("the parameters that exist are not named: %s", got)
	}
}
