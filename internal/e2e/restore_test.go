package e2e_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/testkit"
)

// TestRestoreNeedsReviewer restores an internal revision of a public article by API and by
// page: an agent may not, and nothing of it reaches a visitor; a reviewer may.
func TestRestoreNeedsReviewer(t *testing.T) {
	d := boot(t, program(t), "ada", "kim")
	var a struct {
		ID, Slug, Audience, Confidence, Markdown string
		Revision                                 int
	}
	d.call(t, "kim", "POST", "/articles", map[string]string{
		"title": "Gateway access", "markdown": "The canary-passphrase opens the gateway.\n", "audience": "internal",
	}, &a)
	kim := d.as("kim")
	kim.Header = http.Header{"If-Match": {"*"}}
	edit := map[string]string{"markdown": "Ask the desk.\n", "audience": "public", "confidence": "validated"}
	if err := kim.Call(t.Context(), "PATCH", "/articles/"+a.ID, edit, &a); err != nil {
		t.Fatal(err)
	}
	ada := d.as("ada")
	ada.Header = kim.Header
	err := ada.Call(t.Context(), "POST", "/articles/"+a.ID+"/restore", map[string]int{"revision": 1}, nil)
	if statusOf(err) != http.StatusForbidden {
		t.Errorf("restore by an agent: %v", err)
	}
	cookie := login(t, d, "ada@example.test")
	page := "/articles/" + a.Slug + "/revisions/1"
	resp := postForm(t, d.Base, page+"/restore", url.Values{"base": {"2"}}, cookie)
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("restore by an agent on the page answers %s", resp.Status)
	}
	text := getPage(t, d, page, cookie)
	if strings.Contains(text, "Restore this text") || !strings.Contains(text, "propose it as an edit") {
		t.Error("the page offers an agent to restore the revision")
	}
	visitor := testkit.Client{Base: d.Base}
	err = visitor.Call(t.Context(), "GET", "/articles/"+a.ID, nil, &a)
	if err != nil || strings.Contains(a.Markdown, "canary") {
		t.Errorf("a visitor reads %q, %v", a.Markdown, err)
	}
	text = getPage(t, d, page, login(t, d, "kim@example.test"))
	if !strings.Contains(text, "Restored, this text is so too") {
		t.Error("the page does not tell a reviewer who will read the text")
	}
	if err := kim.Call(t.Context(), "POST", "/articles/"+a.ID+"/restore", map[string]int{"revision": 1}, &a); err != nil {
		t.Fatal(err)
	}
	if a.Audience != "public" || a.Confidence != "validated" || !strings.Contains(a.Markdown, "canary") {
		t.Errorf("restored by a reviewer: %+v", a)
	}
}

// getPage returns a page as its reader sees it.
func getPage(t *testing.T, d *desk, path string, cookie *http.Cookie) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(cookie)
	resp, err := browserless.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", path, resp.Status, err)
	}
	return string(page)
}
