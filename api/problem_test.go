package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

func TestBadRequests(t *testing.T) {
	e := newEnv(t)
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	cases := map[string]struct {
		who, method, path string
		body              any
		headers           []string
		status            int
		detail            string
	}{
		"broken JSON": {
			"rita", "POST", "/api/v1/tickets", "{\n  \"subject\": \"x\",\n  body\n}", nil, 400,
			"line 3, column 3",
		},
		"cut JSON": {"rita", "POST", "/api/v1/tickets", `{"subject":`, nil, 400, "line 1, column 11"},
		"trailing data": {
			"rita", "POST", "/api/v1/tickets", `{"subject":"x","body":"y"} {}`, nil, 400,
			"after top-level value",
		},
		"a list":        {"rita", "POST", "/api/v1/tickets", `[1]`, nil, 400, "must be an object"},
		"null":          {"rita", "POST", "/api/v1/tickets", `null`, nil, 400, "must be an object"},
		"no body":       {"rita", "POST", "/api/v1/tickets", ``, nil, 400, "requires a JSON body"},
		"unknown field": {"rita", "POST", "/api/v1/tickets", `{"subject":"x","body":"y","prio":1}`, nil, 400, "prio"},
		"misspelt case": {"rita", "POST", "/api/v1/tickets", `{"Subject":"x","body":"y"}`, nil, 400, "Subject"},
		"wrong type":    {"rita", "POST", "/api/v1/tickets", `{"subject":7,"body":"y"}`, nil, 400, "must be a string"},
		"not a list": {
			"anna", "POST", "/api/v1/reviews", `{"title":"x","markdown":"y","tags":"z"}`, nil, 400,
			"must be a list",
		},
		"empty subject": {"rita", "POST", "/api/v1/tickets", `{"subject":" ","body":"y"}`, nil, 400, "subject"},
		"bad UTF-8":     {"rita", "POST", "/api/v1/tickets", "{\"subject\":\"\xff\",\"body\":\"y\"}", nil, 400, "UTF-8"},
		"too deep":      {"rita", "POST", "/api/v1/tickets", `{"subject":` + deep + `}`, nil, 400, "nested deeper than 32"},
		"form": {
			"rita", "POST", "/api/v1/tickets", "subject=x",
			[]string{"Content-Type", "application/x-www-form-urlencoded"},
			415, "application/json",
		},
		"too large": {
			"rita", "POST", "/api/v1/tickets", `{"subject":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413,
			"1048576 bytes",
		},
		"bad limit":       {"", "GET", "/api/v1/search?q=x&limit=101", nil, nil, 400, "from 1 to 100"},
		"negative limit":  {"", "GET", "/api/v1/articles?limit=-1", nil, nil, 400, "from 1 to 100"},
		"bad status":      {"anna", "GET", "/api/v1/tickets?status=gone", nil, nil, 400, "must be one of"},
		"bad kind":        {"", "GET", "/api/v1/articles?kind=poem", nil, nil, 400, "must be one of"},
		"bad cursor":      {"anna", "GET", "/api/v1/tickets?cursor=nonsense", nil, nil, 400, "cursor"},
		"long query":      {"", "GET", "/api/v1/search?q=" + strings.Repeat("x", 2001), nil, nil, 400, "2000 characters"},
		"bad revision":    {"", "GET", "/api/v1/passages/a.1?revision=-1", nil, nil, 400, "whole number"},
		"no such address": {"rita", "GET", "/api/v1/nothing", nil, nil, 404, "nothing at this address"},
		"no such page":    {"rita", "GET", "/nothing", nil, nil, 404, "nothing at this address"},
		"wrong method":    {"rita", "DELETE", "/api/v1/tickets", nil, nil, 405, "Allow header"},
		"no such article": {"", "GET", "/api/v1/articles/none", nil, nil, 404, "no article"},
		"no such ticket":  {"anna", "GET", "/api/v1/tickets/4711", nil, nil, 404, "no ticket"},
		"odd ticket":      {"anna", "GET", "/api/v1/tickets/1%27%20or%201=1", nil, nil, 404, "no ticket"},
		"no such user":    {"admin", "GET", "/api/v1/users/u_x", nil, nil, 404, "no user"},
		"visitor":         {"", "GET", "/api/v1/tickets", nil, nil, 401, "Sign in"},
		"not allowed":     {"rita", "GET", "/api/v1/users", nil, nil, 403, "users:manage"},
		"bad token":       {"dbk_wrong", "GET", "/api/v1/search?q=x", nil, nil, 401, "token is not valid"},
		"basic auth":      {"", "GET", "/api/v1/search?q=x", nil, []string{"Authorization", "Basic eDp5"}, 401, "Bearer"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := e.do(tc.who, tc.method, tc.path, tc.body, tc.headers...)
			r.t = t
			r.want(tc.status)
			if got := r.header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type %q", got)
			}
			if !strings.Contains(strings.ToLower(r.str("detail")), strings.ToLower(tc.detail)) {
				t.Errorf("detail %q lacks %q", r.str("detail"), tc.detail)
			}
			if r.str("request_id") != r.header.Get("X-Request-Id") || r.get("status") != float64(tc.status) {
				t.Errorf("problem %s", r.body)
			}
		})
	}
}

func TestFieldErrorsAreListed(t *testing.T) {
	e := newEnv(t)
	r := e.post("admin", "/api/v1/users", map[string]any{"email": "x", "password": "short", "roles": []string{}}).
		want(http.StatusBadRequest)
	fields := map[string]bool{}
	for _, f := range r.list("errors") {
		fields[f.(map[string]any)["field"].(string)] = true
	}
	for _, f := range []string{"email", "password", "roles"} {
		if !fields[f] {
			t.Errorf("no error about %s in %s", f, r.body)
		}
	}
}

// broken is a search that fails with an error or a panic.
type broken struct {
	api.Searcher
	err error
}

func (b broken) Search(context.Context, retrieval.Query) (retrieval.Results, error) {
	if b.err == nil {
		panic("secret stack")
	}
	return retrieval.Results{}, b.err
}

func (b broken) Suggest(context.Context, desk.SuggestRequest) (desk.Suggestions, error) {
	return desk.Suggestions{}, b.err
}

func (b broken) Complete(context.Context, string, kb.Visibility, int) ([]retrieval.Completion, error) {
	return nil, b.err
}

func TestInternalCausesAreLoggedOnceAndNotShown(t *testing.T) {
	for name, tc := range map[string]struct {
		err    error
		status int
		logged string
	}{
		"an error":  {errors.New("secret path /var/lib"), http.StatusInternalServerError, "secret path /var/lib"},
		"a panic":   {nil, http.StatusInternalServerError, "secret stack"},
		"too slow":  {context.DeadlineExceeded, http.StatusServiceUnavailable, "deadline"},
		"cancelled": {context.Canceled, http.StatusServiceUnavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEnv(t, func(d *api.Deps) { d.Search = broken{d.Search, tc.err} })
			r := e.get("", "/api/v1/search?q=x").want(tc.status)
			if strings.Contains(string(r.body), "secret") {
				t.Errorf("the cause is shown: %s", r.body)
			}
			logged := strings.Count(e.logs.String(), `"msg":"request failed"`)
			if want := min(1, len(tc.logged)); logged != want {
				t.Errorf("logged %d times, want %d", logged, want)
			}
			if !strings.Contains(e.logs.String(), tc.logged) {
				t.Errorf("the log lacks %q:\n%s", tc.logged, e.logs)
			}
		})
	}
}

// TestTicketWithoutSuggestions checks that a ticket is shown even if its suggestions fail.
func TestTicketWithoutSuggestions(t *testing.T) {
	e := newEnv(t)
	id := e.open("rita", "A", "B")
	s, err := api.New(e.deps(func(d *api.Deps) { d.Tickets = failingSuggestions{e.desk} }))
	if err != nil {
		t.Fatal(err)
	}
	e.server.Config.Handler = s.Handler()
	r := e.get("rita", "/api/v1/tickets/"+id).want(http.StatusOK)
	if len(r.list("suggestions.articles")) != 0 {
		t.Errorf("ticket %s", r.body)
	}
}

// failingSuggestions is a desk whose suggestions fail.
type failingSuggestions struct{ *desk.Service }

func (failingSuggestions) Suggest(context.Context, access.Actor, string) (desk.Suggestions, error) {
	return desk.Suggestions{}, errors.New("index lost")
}

func TestErrorPages(t *testing.T) {
	shown := ""
	page := func(c echo.Context) error { return c.HTML(http.StatusOK, route.Actor(c).ID) }
	e := newEnv(t, func(d *api.Deps) {
		d.Pages = []route.Route{
			{Method: http.MethodGet, Path: "/queue", Permission: access.WorkTickets, Handler: page},
			{Method: http.MethodPost, Path: "/queue", Permission: access.WorkTickets, Handler: page},
		}
		d.PageError = func(c echo.Context, status int, message, _ string) error {
			shown = message
			return c.HTML(status, "<h1>"+http.StatusText(status)+"</h1>")
		}
	})
	html := []string{"Accept", "text/html,*/*"}
	r := e.get("", "/queue?mine=true", html...).want(http.StatusSeeOther)
	if got := r.header.Get("Location"); got != "/login?next=%2Fqueue%3Fmine%3Dtrue" {
		t.Errorf("Location %q", got)
	}
	// A redirect to the login page would lose the input.
	e.post("", "/queue", nil, html...).want(http.StatusUnauthorized)
	if !strings.Contains(shown, "Sign in") {
		t.Errorf("page says %q", shown)
	}
	r = e.get("", "//evil.example/queue", html...)
	if got := r.header.Get("Location"); strings.Contains(got, "evil") {
		t.Errorf("Location %q", got)
	}
	e.get("rita", "/queue", html...).want(http.StatusForbidden)
	if !strings.Contains(shown, "tickets:work") {
		t.Errorf("page says %q", shown)
	}
	e.get("anna", "/queue", html...).want(http.StatusOK)
	problem := e.get("rita", "/queue").want(http.StatusForbidden)
	if problem.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program got %q", problem.header.Get("Content-Type"))
	}
}
