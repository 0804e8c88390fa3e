package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
)

// TestGapsAreRecordedAndShown causes every kind of gap and reads them back.
func TestGapsAreRecordedAndShown(t *testing.T) {
	e := newEnv(t)
	const path = "/api/v1/gaps"
	if empty := e.get("kim", path).want(http.StatusOK); len(empty.list("gaps")) != 0 || empty.str("next") != "" {
		t.Errorf("gaps of a new server: %s", empty.body)
	}
	e.get("", "/api/v1/search?q=flux+capacitor+of+jo%40example.org&locale=de").want(http.StatusOK)
	e.get("", "/api/v1/search?q=flux+capacitor+of+jo%40example.org&locale=de").want(http.StatusOK) // again
	e.get("rita", "/api/v1/search?q=capacitor+flux").want(http.StatusOK)
	question := map[string]string{"question": "Where is the warp drive kept?"}
	if a := e.post("rita", "/api/v1/answers", question).want(http.StatusOK); a.get("refused") != true {
		t.Fatalf("answered %s", a.body)
	}
	id := e.open("rita", "Tricorder beeps", "All day.")
	e.post("anna", "/api/v1/tickets/"+id+"/resolve", map[string]any{"code": "fixed", "note": "Changed its battery."}).
		want(http.StatusOK)
	e.gaps.Flush(t.Context())

	got := e.get("kim", path).want(http.StatusOK)
	if strings.Contains(string(got.body), "example.org") || strings.Contains(string(got.body), "u_rita") {
		t.Errorf("a person is named: %s", got.body)
	}
	found := map[string]map[string]any{}
	for _, g := range got.list("gaps") {
		g, _ := g.(map[string]any)
		wording, _ := g["wording"].(string)
		found[strings.ToLower(strings.Fields(wording)[0])] = g
	}
	kinds := func(name string) string {
		k, _ := found[name]["kinds"].(map[string]any)
		var out []string
		for _, kind := range desk.GapKinds() {
			if k[string(kind)] != nil {
				out = append(out, string(kind))
			}
		}
		return strings.Join(out, " ")
	}
	if kinds("tricorder") != "no_article" || kinds("where") != "refused" {
		t.Errorf("found %s", got.body)
	}
	flux := found["flux"]
	if flux == nil {
		flux = found["capacitor"]
	}
	if flux["volume"] != 2.0 {
		t.Errorf("want two readers with the same gap: %v", flux)
	}
	one := e.get("sven", path+"?limit=1&days=7").want(http.StatusOK)
	if len(one.list("gaps")) != 1 || one.str("next") == "" {
		t.Errorf("first page %s", one.body)
	}
	e.get("sven", path+"?limit=1&cursor="+one.str("next")).want(http.StatusOK)
	if only := e.get("kim", path+"?kind=refused").want(http.StatusOK); len(only.list("gaps")) != 1 {
		t.Errorf("refused only: %s", only.body)
	}
	for _, bad := range []string{"?kind=other", "?days=0", "?days=x", "?days=5000", "?cursor=x"} {
		e.get("kim", path+bad).want(http.StatusBadRequest)
	}
	for _, who := range []string{"anna", "rita", "admin"} {
		e.get(who, path).want(http.StatusForbidden)
	}
	e.get("", path).want(http.StatusUnauthorized)
}

// TestLinkedLaterIsNoGap checks that linking an article after the resolution closes the gap.
func TestLinkedLaterIsNoGap(t *testing.T) {
	e := newEnv(t)
	a := e.post("kim", "/api/v1/articles", map[string]any{
		"title": "Charging a tricorder", "markdown": "## Resolution\n\nCharge it over night.\n", "audience": "public",
	}).want(http.StatusCreated).str("id")
	id := e.open("rita", "Tricorder beeps", "All day.")
	e.post("anna", "/api/v1/tickets/"+id+"/resolve", map[string]any{"code": "fixed", "note": "Charged it."}).
		want(http.StatusOK)
	e.gaps.Flush(t.Context())
	count := func() int {
		return len(e.get("kim", "/api/v1/gaps?kind=no_article").want(http.StatusOK).list("gaps"))
	}
	if n := count(); n != 1 {
		t.Fatalf("%d gaps, want 1", n)
	}
	e.post("anna", "/api/v1/tickets/"+id+"/links", map[string]string{"article": a}).want(http.StatusCreated)
	if n := count(); n != 0 {
		t.Errorf("%d gaps after the article was linked", n)
	}
}

// TestAnswersSwitchedOffAreNoGap checks that a refusal is no gap if answers are
// switched off.
func TestAnswersSwitchedOffAreNoGap(t *testing.T) {
	for _, off := range []bool{false, true} {
		e := newEnv(t)
		e.answersOff = off
		e.article(map[string]any{
			"title": "Where the keys are kept", "audience": "public",
			"markdown": "## Answer\n\nThe keys are in the drawer.\n",
		})
		e.catchUp()
		question := map[string]string{"question": "Where is the warp drive of the VPN kept?"}
		if a := e.post("rita", "/api/v1/answers", question).want(http.StatusOK); a.get("refused") != true {
			t.Fatalf("answered %s", a.body)
		}
		e.gaps.Flush(t.Context())
		got := e.get("kim", "/api/v1/gaps?kind=refused").want(http.StatusOK).list("gaps")
		if recorded := len(got) > 0; recorded == off {
			t.Errorf("switched off %v: %d gaps", off, len(got))
		}
	}
}
