package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// burst opens n incidents with an error code, each in words of its own.
func (e *env) burst(n int) (ids []string) {
	e.Helper()
	words := []string{
		"Payroll stops", "Cannot book leave", "Page stays white", "Export ends early",
		"No payslip", "Login loop",
	}
	for i := range n {
		ids = append(ids, e.post("rita", "/api/v1/tickets", map[string]any{
			"subject": words[i%len(words)], "body": fmt.Sprintf("It says PAY_E4711 since %d o'clock.", i), "type": "incident",
		}).want(http.StatusCreated).str("id"))
	}
	return ids
}

func (e *env) candidates() []map[string]any {
	e.Helper()
	var out []map[string]any
	for _, c := range e.get("sven", "/api/v1/problems/candidates").want(http.StatusOK).list("candidates") {
		c, _ := c.(map[string]any)
		out = append(out, c)
	}
	return out
}

// TestPatternToKnownError follows a pattern from the tickets to the suggestion of its workaround,
// and to the news that it is fixed.
func TestPatternToKnownError(t *testing.T) {
	e := newEnv(t)
	change := e.post("anna", "/api/v1/changes", map[string]any{
		"title": "Payroll 9.2", "class": "release", "services": []string{"email"}, "starts": "2020-01-02T12:00:00Z",
	}).want(http.StatusCreated)
	ids := e.burst(6)
	found := e.candidates()
	if len(found) != 1 || found[0]["rule"] != "outage" || fmt.Sprint(found[0]["tickets"]) != fmt.Sprint(ids) {
		t.Fatalf("want one suspected outage with all six tickets: %v", found)
	}
	if terms := fmt.Sprint(found[0]["terms"]); !strings.HasPrefix(terms, "[PAY_E4711") {
		t.Errorf("terms %v", terms)
	}
	id, _ := found[0]["id"].(string)
	tasks := e.get("sven", "/api/v1/notices").want(http.StatusOK)
	if !strings.Contains(string(tasks.body), "Suspected outage") {
		t.Errorf("no task: %s", tasks.body)
	}
	e.post("anna", "/api/v1/problems", map[string]any{"candidate": id}).want(http.StatusForbidden)
	accept := func() reply {
		return e.post("sven", "/api/v1/problems", map[string]any{"candidate": id}, "Idempotency-Key", "a").
			want(http.StatusCreated)
	}
	p, again := accept(), accept()
	if p.str("id") != again.str("id") {
		t.Errorf("a repeated request created problem %s beside %s", again.str("id"), p.str("id"))
	}
	path := "/api/v1/problems/" + p.str("id")
	if left := e.candidates(); len(left) != 0 {
		t.Errorf("still a candidate: %v", left)
	}
	late := e.burst(1)[0]
	if left := e.candidates(); len(left) != 0 {
		t.Errorf("a further incident is a candidate beside the problem: %v", left)
	}
	if got := e.get("anna", path).want(http.StatusOK); !strings.Contains(string(got.body), `"`+late+`"`) {
		t.Errorf("a further incident is missing in the problem: %s", got.body)
	}
	for _, cause := range []map[string]any{{"cause_category": "human_error"}, {"cause": "Human error."}} {
		refused := e.patch("sven", path, cause).want(http.StatusBadRequest)
		if !strings.Contains(string(refused.body), "made the error possible") {
			t.Errorf("refused without a reason: %s", refused.body)
		}
	}
	e.patch("sven", path, map[string]any{
		"cause_category": "release_handoff", "cause": "Human error was possible: the release was not tested.",
		"changes": []string{change.str("id")},
	}).want(http.StatusOK)

	ke := map[string]any{
		"title": "Payroll stops with PAY_E4711", "symptom": "Payroll stops and says PAY_E4711.",
		"workaround": "Open payroll in a private window.", "signature": []string{"PAY_E4711"},
	}
	recorded := e.post("sven", path+"/known-error", ke).want(http.StatusCreated)
	e.post("sven", path+"/known-error", ke).want(http.StatusConflict)
	known, _ := recorded.get("known_error").(map[string]any)
	if known["state"] != "draft" {
		t.Fatalf("known error %v", known)
	}
	e.patch("sven", path, map[string]any{"known_error": map[string]any{"state": "active"}}).want(http.StatusBadRequest)
	review, _ := known["review"].(string)
	article := e.post("kim", "/api/v1/reviews/"+review+"/approve", map[string]any{"comment": "ok"}).want(http.StatusOK)
	art, _ := article.get("article").(map[string]any)
	articleID, _ := art["id"].(string)
	if err := e.problems.Published(t.Context(), review, articleID); err != nil { // what the job does
		t.Fatal(err)
	}
	e.catchUp()
	got := e.post("anna", "/api/v1/suggestions", map[string]any{"subject": "Help", "body": "PAY_E4711 again"}).
		want(http.StatusOK)
	if hits := got.list("known_errors"); len(hits) != 1 || !strings.Contains(fmt.Sprint(hits[0]), articleID) {
		t.Errorf("known errors of a suggestion: %s", got.body)
	}

	e.post("sven", path+"/tell", map[string]any{"text": "Fixed."}).want(http.StatusConflict)
	fixed := map[string]any{"state": "fixed", "fix_change": change.str("id")}
	e.patch("sven", path, map[string]any{"known_error": fixed}).want(http.StatusOK)
	told := e.post("sven", path+"/tell", map[string]any{"text": "Payroll works again: the error is fixed."}).
		want(http.StatusOK)
	if len(told.list("told")) != 7 {
		t.Errorf("told %s", told.body)
	}
	e.post("sven", path+"/tell", map[string]any{"text": "Again."}).want(http.StatusConflict)
	thread := e.get("rita", "/api/v1/tickets/"+late).want(http.StatusOK)
	if strings.Count(string(thread.body), "works again") != 1 {
		t.Errorf("the requester reads %s", thread.body)
	}
}

func TestDismissedCandidateStaysAway(t *testing.T) {
	e := newEnv(t)
	e.burst(3)
	found := e.candidates()
	if len(found) != 1 || found[0]["rule"] != "cluster" {
		t.Fatalf("candidates %v", found)
	}
	id, _ := found[0]["id"].(string)
	path := "/api/v1/problems/candidates/" + id + "/dismiss"
	e.post("sven", path, map[string]any{"reason": " "}).want(http.StatusBadRequest)
	e.post("sven", path, map[string]any{"reason": "A drill."}).want(http.StatusOK)
	e.post("sven", path, map[string]any{"reason": "A drill."}).want(http.StatusConflict)
	e.burst(2)
	if left := e.candidates(); len(left) != 0 {
		t.Errorf("back with two new incidents: %v", left)
	}
	e.burst(1)
	if back := e.candidates(); len(back) != 1 || len(back[0]["tickets"].([]any)) != 3 {
		t.Errorf("with three new incidents: %v", back)
	}
}

func TestChanges(t *testing.T) {
	e := newEnv(t)
	const path = "/api/v1/changes"
	for _, bad := range []map[string]any{
		{"title": "", "class": "release", "starts": "2026-01-02T12:00:00Z"},
		{"title": "x", "class": "other", "starts": "2026-01-02T12:00:00Z"},
		{"title": "x", "class": "config"},
		{"title": "x", "class": "config", "starts": "tomorrow"},
		{"title": "x", "class": "config", "starts": "2026-01-02T12:00:00Z", "ends": "2026-01-01T12:00:00Z"},
		{"title": "x", "class": "config", "starts": "2026-01-02T12:00:00Z", "services": []string{"nothing"}},
		{"title": "x", "class": "config", "starts": "2026-01-02T12:00:00Z", "approval": "maybe"},
	} {
		e.post("anna", path, bad).want(http.StatusBadRequest)
	}
	for _, day := range []string{"02", "04", "03"} {
		e.post("anna", path, map[string]any{
			"title": "Day " + day, "class": "config", "services": []string{"email"}, "source": "pipeline",
			"starts": "2026-01-" + day + "T12:00:00Z", "ends": "2026-01-" + day + "T13:00:00Z",
		}).want(http.StatusCreated)
	}
	e.post("rita", path, map[string]any{"title": "x"}).want(http.StatusForbidden)
	e.get("rita", path).want(http.StatusForbidden)
	var titles []string
	next := ""
	for {
		page := e.get("sven", path+"?limit=2&cursor="+next).want(http.StatusOK)
		for _, c := range page.list("changes") {
			c, _ := c.(map[string]any)
			titles = append(titles, fmt.Sprint(c["title"]))
		}
		if next = page.str("next"); next == "" {
			break
		}
	}
	if got := strings.Join(titles, ", "); got != "Day 04, Day 03, Day 02" {
		t.Errorf("changes %s", got)
	}
	e.get("sven", path+"?cursor=x").want(http.StatusBadRequest)
}

// TestArticleOutcome: a resolution that did not hold counts against its article.
func TestArticleOutcome(t *testing.T) {
	e := newEnv(t)
	text := map[string]any{"title": "Reset the badge", "markdown": "# Reset the badge\n\nDo it.\n"}
	a := e.post("kim", "/api/v1/articles", text).
		want(http.StatusCreated)
	path := "/api/v1/articles/" + a.str("id") + "/outcome"
	if got := e.get("anna", path).want(http.StatusOK); got.get("applied") != 0.0 || got.get("low") != nil {
		t.Errorf("before: %s", got.body)
	}
	for i := range 10 {
		id := e.open("rita", fmt.Sprintf("Badge %d is dead", i), "It does nothing.")
		e.post("anna", "/api/v1/tickets/"+id+"/resolve", map[string]any{
			"code": "fixed", "note": "Reset it.", "articles": []string{a.str("id")},
		}).want(http.StatusOK)
		if i == 0 {
			e.post("rita", "/api/v1/tickets/"+id+"/reopen", map[string]any{"reason": "Still dead."}).want(http.StatusOK)
		}
		if got := e.get("anna", path).want(http.StatusOK); (got.get("rate") != nil) != (i == 9) || got.get("high") == nil {
			t.Errorf("after %d tickets: %s", i+1, got.body)
		}
	}
	got := e.get("sven", path).want(http.StatusOK)
	if got.get("held") != 9.0 || got.get("rate") != 0.9 {
		t.Errorf("after: %s", got.body)
	}
	e.get("rita", path).want(http.StatusForbidden)
}
