package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/testkit"
)

// browserless posts forms as a browser does, but follows no redirects.
var browserless = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// login signs in on the page and returns the session cookie.
func login(t *testing.T, d *desk, email string) *http.Cookie {
	t.Helper()
	form := url.Values{"email": {email}, "password": {testkit.Password(email)}}
	resp := postForm(t, d.Base, "/login", form, nil)
	for _, c := range resp.Cookies() {
		if c.Name == "deskbook_session" && c.Value != "" {
			return c
		}
	}
	t.Fatalf("login returns %s without a session", resp.Status)
	return nil
}

func postForm(t *testing.T, base, path string, form url.Values, cookie *http.Cookie) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != nil {
		req.AddCookie(cookie)
	}
	resp, err := browserless.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// me returns the status of a page for signed-in users with the cookie.
func me(t *testing.T, d *desk, cookie *http.Cookie) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Base+"/account", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(cookie)
	resp, err := browserless.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
