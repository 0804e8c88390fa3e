package web_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
)

func TestLogin(t *testing.T) {
	s := newSite(t)
	rec := s.post(visitor, "/login", "email", "ann@example.org", "password", "wrong-secret", "next", "/tickets")
	s.shows(rec, 401, "The e-mail address or the password is wrong.", "ann@example.org", "/tickets")
	s.lacks(rec, "wrong-secret")
	if len(rec.Result().Cookies()) != 0 {
		t.Error("a failed login sets a cookie")
	}
	tests := []struct{ name, next, to string }{
		{"on to the requested page", "/tickets?view=mine", "/tickets?view=mine"},
		{"no page requested", "", "/"},
		{"another server", "https://evil.example/", "/"},
		{"another server without scheme", "//evil.example/", "/"},
		{"another server with a backslash", `/\evil.example/`, "/"},
		{"header injection", "/a\r\nX: y", "/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := s.post(visitor, "/login", "email", "ann@example.org", "password", "right", "next", tt.next)
			s.sent(rec, tt.to)
			cookies := rec.Result().Cookies()
			if len(cookies) != 1 || cookies[0].Name != route.SessionCookie || cookies[0].Value != "new-session" ||
				!cookies[0].HttpOnly {
				t.Errorf("got cookies %v", cookies)
			}
		})
	}
	t.Run("too many attempts", func(t *testing.T) {
		s.auth.err = fault.New(fault.RateLimited, "Too many wrong sign-ins. Wait a minute, then try again.")
		s.shows(s.post(visitor, "/login", "email", "a", "password", "right"), 429, "Wait a minute")
	})
	t.Run("an open session ends", func(t *testing.T) {
		s := newSite(t)
		s.post(requester, "/login", "email", "b@example.org", "password", "right")
		if got := s.auth.last(); got != "logout old-session" {
			t.Errorf("got %q", got)
		}
	})
	s.sent(s.get(requester, "/login?next=/tickets"), "/tickets")
}

func TestLogout(t *testing.T) {
	s := newSite(t)
	rec := s.post(requester, "/logout")
	s.sent(rec, "/?done=signed-out")
	if got := s.auth.last(); got != "logout old-session" {
		t.Errorf("got %q", got)
	}
	if c := rec.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie was not deleted: %v", c)
	}
	if rec := s.get(requester, "/logout"); rec.Code == http.StatusSeeOther {
		t.Error("a GET request signs users out")
	}
}

func TestSetup(t *testing.T) {
	s := newSite(t)
	rec := s.get(visitor, "/setup?key=abc")
	s.shows(rec, 200, "Create the first admin")
	if n := strings.Count(rec.Body.String(), " checked"); n != 5 {
		t.Errorf("%d roles are selected, want all five", n)
	}
	s.auth.err = fault.InvalidField("password", "is too short")
	rec = s.post(visitor, "/setup", "key", "abc", "email", "ann@example.org", "password", "short-secret", "roles", "admin")
	s.shows(rec, 422, "is too short", "ann@example.org")
	s.lacks(rec, "short-secret")
	s.sent(s.post(visitor, "/setup", "key", "abc", "email", "ann@example.org", "password", "long enough", "roles", "admin",
		"roles", "agent"), "/?done=signed-up")
	if got := s.auth.last(); got != "setup abc ann@example.org [admin agent]" {
		t.Errorf("got %q", got)
	}
}

func TestAccount(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(agent, "/account"), 200, "script", "Revoke", "Expired", "articles:read")
	s.lacks(s.get(agent, "/account"), "users:manage")
	s.shows(s.post(agent, "/account/password", "current_password", "x", "password", "one", "repeated", "two"), 422,
		"does not match")
	s.sent(s.post(agent, "/account/password", "current_password", "x", "password", "one", "repeated", "one"),
		"/account?done=password")
	rec := s.post(agent, "/account/tokens", "name", "script", "days", "30", "scopes", "articles:read")
	s.shows(rec, 201, "TOKEN-SECRET", "It won't be shown again")
	if got := rec.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the secret may be cached: %q", got)
	}
	s.shows(s.post(agent, "/account/tokens", "name", "my script", "days", "-3"), 422, "must be a number of days",
		"my script")
	s.sent(s.post(agent, "/account/tokens/t_1/revoke"), "/account?done=revoked")
	want := []string{"password", "token script [articles:read] 720h0m0s", "revoke t_1"}
	if diff := compare(s.auth.said, want); diff != "" {
		t.Error(diff)
	}
}

func TestUsers(t *testing.T) {
	s := newSite(t)
	s.sent(s.post(everyone, "/admin/users", "email", "bo@example.org", "password", "pw", "roles", "agent"),
		"/admin/users?done=created")
	s.sent(s.post(everyone, "/admin/users/u_d/roles", "roles", "agent", "roles", "admin"), "/admin/users?done=roles")
	s.sent(s.post(everyone, "/admin/users/u_d/disable"), "/admin/users?done=disabled")
	s.sent(s.post(everyone, "/admin/users/u_d/enable"), "/admin/users?done=enabled")
	want := []string{"create bo@example.org [agent]", "roles u_d [agent admin]", "disable u_d", "enable u_d"}
	if diff := compare(s.auth.said, want); diff != "" {
		t.Error(diff)
	}
	s.auth.err = fault.New(fault.Conflict, "This is the last admin.")
	s.shows(s.post(everyone, "/admin/users/u_x/disable"), 409, "This is the last admin.")
	s.auth.err = fault.InvalidField("email", "must be an e-mail address")
	s.shows(s.post(everyone, "/admin/users", "email", "bo", "password", "secret-pw"), 422, "must be an e-mail address",
		"bo")
	for _, a := range []struct{ path string }{{"/admin/users"}, {"/account"}} {
		if rec := s.get(visitor, a.path); rec.Code != 403 {
			t.Errorf("%s for a visitor: %d", a.path, rec.Code)
		}
	}
	if rec := s.get(agent, "/admin/users"); rec.Code != 403 {
		t.Errorf("users for an agent: %d", rec.Code)
	}
}

func TestModel(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(agent, "/model"), 200, "IT Service Desk", "anonymous_search")
	s.shows(s.get(requester, "/model"), 403, "You don't have permission to do this")
}

func TestNavigation(t *testing.T) {
	s := newSite(t)
	s.lacks(s.get(visitor, "/"), "/reviews", "/tickets\"", "/admin", "/model", "Sign out")
	s.lacks(s.get(requester, "/"), "/reviews", "/admin", "/model", "Queue")
	s.shows(s.get(everyone, "/"), 200, "Queue", "Reviews", "Service model", "Users", "Sign out")
}

func TestSearch(t *testing.T) {
	s := newSite(t)
	rec := s.get(visitor, "/search?q=vpn")
	s.shows(rec, 200, "Answer", "Renew the certificate.", "[1]", "12 articles", "the words certificate", "Next →", hostile)
	s.lacks(rec, "CANARY-UNCITED")
	if q := s.find.query; len(q.Visibility.Audiences) != 1 || q.Limit != 10 {
		t.Errorf("searched with %+v", q)
	}
	var marked []string
	walk(parse(t, rec.Body.String()), func(n *html.Node) {
		if n.Data == "mark" {
			marked = append(marked, inner(n))
		}
	})
	if diff := compare(marked[:2], []string{"Renew", hostile}); diff != "" {
		t.Error(diff)
	}
	second := s.get(visitor, "/search?q=vpn&after=c2&back=")
	s.lacks(second, "Renew the certificate. ")
	s.shows(second, 200, "← Previous")

	s.write.answer.Refused = true
	s.lacks(s.get(visitor, "/search?q=vpn"), "answer-h")
	s.write.answer.Refused, s.write.err = false, http.ErrHandlerTimeout
	s.shows(s.get(visitor, "/search?q=vpn"), 200, "12 articles")
}

func TestStatic(t *testing.T) {
	s := newSite(t)
	page := s.get(visitor, "/").Body.String()
	_, after, _ := strings.Cut(page, `href="/static/app.css`)
	address, _, _ := strings.Cut(after, `"`)
	rec := s.get(visitor, "/static/app.css"+address)
	if rec.Code != 200 || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") ||
		!strings.HasPrefix(rec.Header().Get("Content-Type"), "text/css") {
		t.Errorf("got %d %v", rec.Code, rec.Header())
	}
	if rec := s.get(visitor, "/static/app.css?v=old"); strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
		t.Error("a wrong version may be cached indefinitely")
	}
	if rec := s.get(visitor, "/static/static.go"); rec.Code == 200 {
		t.Error("the source is served")
	}
}

// TestReload checks that reloading after a form failed, which requests the form's own
// address, leads back to the page with the form.
func TestReload(t *testing.T) {
	s := newSite(t)
	for from, to := range map[string]string{
		"/tickets/1001/resolve": "/tickets/1001", "/reviews/r_1/approve": "/reviews/r_1",
		"/articles/vpn-drops/archive": "/articles/vpn-drops", "/account/tokens": "/account",
		"/admin/users/u_1/roles": "/admin/users",
	} {
		s.sent(s.get(everyone, from), to)
	}
}

func TestRoutes(t *testing.T) {
	s := newSite(t)
	seen := make(map[string]bool)
	for _, r := range s.pages.Routes() {
		if r.Permission == "" || r.Summary == "" || seen[r.Method+r.Path] {
			t.Errorf("route %s %s: permission %q, summary %q, or listed twice", r.Method, r.Path, r.Permission, r.Summary)
		}
		seen[r.Method+r.Path] = true
	}
}

func TestErrorPages(t *testing.T) {
	tests := []struct {
		status int
		want   []string
	}{
		{400, []string{"That did not work", "detail " + hostile}},
		{404, []string{"Page not found", "sign in"}},
		{409, []string{"changed in the meantime", "reload"}},
		{429, []string{"Too many requests", "try again"}},
		{500, []string{"Something went wrong", "REQ7", "try again"}},
		{503, []string{"Not available right now", "REQ7"}},
	}
	for _, tt := range tests {
		t.Run(http.StatusText(tt.status), func(t *testing.T) {
			s := newSite(t)
			rec := s.errorPage(tt.status, "detail "+hostile, "REQ7")
			s.shows(rec, tt.status, tt.want...)
			checkHTML(t, rec.Body.String())
		})
	}
}
