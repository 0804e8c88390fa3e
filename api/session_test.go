package api_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
)

// signIn returns the cookie of a new session.
func (e *env) signIn(name string) *http.Cookie {
	e.Helper()
	r := e.post("", "/api/v1/session", map[string]any{"email": name + "@example.org", "password": password}).
		want(http.StatusOK)
	res := http.Response{Header: r.header}
	for _, c := range res.Cookies() {
		if c.Name == "deskbook_session" {
			return c
		}
	}
	e.Fatalf("no session cookie in %v", r.header)
	return nil
}

func TestSessionCookie(t *testing.T) {
	e := newEnv(t)
	c := e.signIn("rita")
	want := http.Cookie{Name: "deskbook_session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	got := http.Cookie{Name: c.Name, Path: c.Path, HttpOnly: c.HttpOnly, SameSite: c.SameSite, Secure: c.Secure}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if left := time.Until(c.Expires); left < 6*24*time.Hour || left > 8*24*time.Hour {
		t.Errorf("expires in %v", left)
	}
	cookie := []string{"Cookie", c.Name + "=" + c.Value}
	if me := e.get("", "/api/v1/me", cookie...).want(http.StatusOK); me.str("email") != "rita@example.org" {
		t.Errorf("me %s", me.body)
	}
	e.del("", "/api/v1/session", cookie...).want(http.StatusNoContent)
	e.get("", "/api/v1/me", cookie...).want(http.StatusUnauthorized)
	// With an invalid cookie the actor is a visitor, who may still search.
	e.get("", "/api/v1/search?q=x", cookie...).want(http.StatusOK)
}

func TestSigningInAgainEndsThePreviousSession(t *testing.T) {
	e := newEnv(t)
	old := e.signIn("rita")
	e.post("", "/api/v1/session", map[string]any{"email": "rolf@example.org", "password": password},
		"Cookie", old.Name+"="+old.Value).want(http.StatusOK)
	e.get("", "/api/v1/me", "Cookie", old.Name+"="+old.Value).want(http.StatusUnauthorized)
}

func TestOtherSitesCannotWrite(t *testing.T) {
	e := newEnv(t)
	c := e.signIn("rita")
	ticket := map[string]any{"subject": "A", "body": "B"}
	host := strings.TrimPrefix(e.server.URL, "http://")
	for name, tc := range map[string]struct {
		headers []string
		status  int
	}{
		"own page":                    {[]string{"Sec-Fetch-Site", "same-origin"}, http.StatusCreated},
		"own page, older browser":     {[]string{"Origin", "http://" + host}, http.StatusCreated},
		"another site":                {[]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"same site":                   {[]string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"another site, older browser": {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"sandboxed":                   {[]string{"Origin", "null"}, http.StatusForbidden},
		"another site, simple form": {
			[]string{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"},
			http.StatusForbidden,
		},
		"a program": {nil, http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			r := e.post("", "/api/v1/tickets", ticket, append([]string{"Cookie", c.Name + "=" + c.Value}, tc.headers...)...)
			r.t = t
			r.want(tc.status)
		})
	}
	// They cannot sign the browser in either. Reading is allowed, and so are tokens.
	evil := []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}
	e.post("", "/api/v1/session", map[string]any{"email": "rolf@example.org", "password": password}, evil...).
		want(http.StatusForbidden)
	e.get("", "/api/v1/search?q=x", evil...).want(http.StatusOK)
	e.post("rita", "/api/v1/tickets", ticket, evil...).want(http.StatusCreated)
	if got := e.get("", "/api/v1/search?q=x", evil...).header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("Access-Control-Allow-Origin %q", got)
	}
}

func TestFailedSignInsAreLimited(t *testing.T) {
	e := newEnv(t)
	try := func(email, pw, forwarded string) reply {
		return e.post("", "/api/v1/session", map[string]any{"email": email, "password": pw}, "X-Forwarded-For", forwarded)
	}
	known := try("rita@example.org", "wrong password", "203.0.113.1").want(http.StatusUnauthorized)
	unknown := try("nobody@example.org", "wrong password", "203.0.113.1").want(http.StatusUnauthorized)
	if known.str("detail") != unknown.str("detail") {
		t.Errorf("%q differs from %q", known.str("detail"), unknown.str("detail"))
	}
	for i := range 4 {
		try("rita@example.org", "wrong password", "203.0.113."+string(rune('2'+i))).want(http.StatusUnauthorized)
	}
	r := try("rita@example.org", password, "203.0.113.9").want(http.StatusTooManyRequests)
	if r.header.Get("Retry-After") != "60" || !strings.Contains(r.str("detail"), "Wait a minute") {
		t.Errorf("Retry-After %q: %s", r.header.Get("Retry-After"), r.body)
	}
}

func TestOnlyTrustedProxiesAreBelieved(t *testing.T) {
	_, loopback, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	forwarded := []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https"}
	direct := newEnv(t)
	direct.get("", "/api/v1/search?q=x", forwarded...)
	if strings.Contains(direct.logs.String(), "198.51.100.7") {
		t.Error("a client chose its own address")
	}
	behind := newEnv(t, func(d *api.Deps) { d.TrustedProxies = []*net.IPNet{loopback} })
	r := behind.post("", "/api/v1/session", map[string]any{"email": "rita@example.org", "password": password},
		forwarded...).want(http.StatusOK)
	if !strings.Contains(behind.logs.String(), "198.51.100.7") {
		t.Error("the trusted proxy is not believed")
	}
	for address, want := range map[string]string{
		"198.51.100.8:4711": "198.51.100.8", "[2001:db8::7]:4711": "2001:db8::7", "[2001:db8::8]": "2001:db8::8",
		"198.51.100.9:1, 127.0.0.2:2": "198.51.100.9",
	} {
		behind.get("", "/api/v1/search?q=x", "X-Forwarded-For", address)
		if logs := behind.logs.String(); !strings.Contains(logs, `"`+want+`"`) && !strings.Contains(logs,
			"client="+want+" ") {
			t.Errorf("forwarded for %q: the client is not %s", address, want)
		}
	}
	if !strings.Contains(r.header.Get("Set-Cookie"), "Secure") || r.header.Get("Strict-Transport-Security") == "" {
		t.Errorf("over TLS: %v", r.header)
	}
	behind.get("", "/metrics", forwarded...).want(http.StatusForbidden)
	behind.get("admin", "/metrics", forwarded...).want(http.StatusOK)
}

func TestSecurityHeaders(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/api/v1/search?q=x", "/api/v1/me", "/nothing", "/livez"} {
		h := e.get("", path).header
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
			"form-action 'self'", "img-src 'self' data:",
		} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy %q lacks %q", path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s %q", path, name, h.Get(name))
			}
		}
	}
}

func TestLogsContainNoSecrets(t *testing.T) {
	e := newEnv(t)
	c := e.signIn("rita")
	e.get("", "/api/v1/me?token=qquerysecretq", "Cookie", c.Name+"="+c.Value)
	e.get("rita", "/api/v1/search?q=qprivatewordsq")
	e.get("dbk_qwrongtokenq", "/api/v1/me")
	e.post("", "/api/v1/session", map[string]any{"email": "rita@example.org", "password": "qwrongpasswordq"})
	e.post("rita", "/api/v1/tickets", map[string]any{"subject": "A", "body": "qbodyq"}).want(http.StatusCreated)
	logs := e.logs.String()
	for _, secret := range []string{
		password, c.Value, e.tokens["rita"], "qquerysecretq", "qprivatewordsq", "qwrongtokenq",
		"qwrongpasswordq", "qbodyq",
	} {
		if strings.Contains(logs, secret) {
			t.Errorf("the log contains %q", secret)
		}
	}
	for _, part := range []string{`"path":"/api/v1/search"`, `"status":200`, `"actor":"` + e.users["rita"].ID + `"`} {
		if !strings.Contains(logs, part) {
			t.Errorf("the log lacks %s", part)
		}
	}
}

func TestTokensOverTheAPI(t *testing.T) {
	e := newEnv(t)
	created := e.post("anna", "/api/v1/me/tokens",
		map[string]any{"name": "script", "scopes": []string{"articles:read"}, "expires": "1h"}).want(http.StatusCreated)
	secret := created.str("token")
	me := e.get(secret, "/api/v1/me").want(http.StatusOK)
	if d := cmp.Diff([]any{"articles:read"}, me.list("permissions")); d != "" {
		t.Error(d)
	}
	e.get(secret, "/api/v1/tickets").want(http.StatusForbidden)
	e.post(secret, "/api/v1/me/tokens", nil).want(http.StatusBadRequest)
	e.post(secret, "/api/v1/me/tokens", map[string]any{"scopes": []string{"tickets:work"}}).want(http.StatusBadRequest)
	e.post("anna", "/api/v1/me/tokens", map[string]any{"scopes": []string{"users:manage"}}).want(http.StatusBadRequest)
	e.post("anna", "/api/v1/me/tokens", map[string]any{"expires": "yesterday"}).want(http.StatusBadRequest)
	if listed := e.get("anna", "/api/v1/me/tokens").want(http.StatusOK); strings.Contains(string(listed.body), secret) {
		t.Error("a list shows a secret")
	}
	e.del("rita", "/api/v1/me/tokens/"+created.str("id")).want(http.StatusNotFound)
	e.del("anna", "/api/v1/me/tokens/"+created.str("id")).want(http.StatusNoContent)
	e.get(secret, "/api/v1/me").want(http.StatusUnauthorized)
}

func TestUsersOverTheAPI(t *testing.T) {
	e := newEnv(t)
	created := e.post("admin", "/api/v1/users", map[string]any{
		"email": "New@Example.org", "name": "New", "password": "another horse 8", "roles": []string{"agent", "requester"},
	}).want(http.StatusCreated)
	id := created.str("id")
	address := "/api/v1/users/" + id
	if created.header.Get("Location") != address || created.str("email") != "new@example.org" {
		t.Errorf("created %s", created.body)
	}
	token := e.post("admin", address+"/tokens", map[string]any{"name": "robot"}).want(http.StatusCreated)
	if got := e.get(token.str("token"), "/api/v1/me").want(http.StatusOK).str("id"); got != id {
		t.Errorf("token of %s, want %s", got, id)
	}
	e.get("admin", address+"/tokens").want(http.StatusOK)
	e.patch("admin", address, map[string]any{"roles": []string{"requester"}}).want(http.StatusOK)
	e.get(token.str("token"), "/api/v1/me").want(http.StatusUnauthorized)
	e.patch("admin", address, map[string]any{"disabled": true}).want(http.StatusOK)
	e.post("", "/api/v1/session", map[string]any{"email": "new@example.org", "password": "another horse 8"}).
		want(http.StatusUnauthorized)
	e.patch("admin", address, map[string]any{"disabled": false}).want(http.StatusOK)
	e.post("", "/api/v1/session", map[string]any{"email": "new@example.org", "password": "another horse 8"}).
		want(http.StatusOK)
	e.del("admin", address+"/tokens/"+token.str("id")).want(http.StatusNoContent)
	if list := e.get("admin", "/api/v1/users").want(http.StatusOK); len(list.list("users")) != len(people)+1 ||
		strings.Contains(string(list.body), "argon2") {
		t.Errorf("users %s", list.body)
	}
	e.get("admin", address).want(http.StatusOK)
}

// TestAnonymousAccessSwitchedOff checks a service model without anonymous access.
func TestAnonymousAccessSwitchedOff(t *testing.T) {
	e := newEnv(t, closed)
	for _, path := range []string{
		"/api/v1/search?q=x", "/api/v1/complete?q=x", "/api/v1/articles", "/api/v1/articles/x",
		"/api/v1/passages/x.1",
	} {
		e.get("", path).want(http.StatusUnauthorized)
		e.get("admin", path).want(http.StatusForbidden)
		if r := e.get("rita", path); r.status != http.StatusOK && r.status != http.StatusNotFound {
			t.Errorf("%s as rita: %d", path, r.status)
		}
	}
	e.post("", "/api/v1/answers", map[string]any{"question": "x"}).want(http.StatusUnauthorized)
	limited := e.token("anna", []access.Permission{access.OpenTickets})
	e.get(limited, "/api/v1/search?q=x").want(http.StatusForbidden)
}

// closed sets a service model without anonymous search and reading.
func closed(d *api.Deps) {
	text := strings.NewReplacer("anonymous_search: true", "anonymous_search: false", "anonymous_reading: true",
		"anonymous_reading: false").
		Replace(string(content.ServiceModel()))
	current, err := model.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	d.ServiceModel = func() *model.Service { return current }
}
