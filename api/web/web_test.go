package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// hostile is malicious input that must always be rendered as text.
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{.}} مرحبا`

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var (
	visitor   = access.Actor{}
	requester = access.Actor{ID: "u_r", Email: "rita@example.org", Name: "Rita", Roles: []access.Role{access.Requester}}
	agent     = access.Actor{ID: "u_a", Email: "anna@example.org", Name: "Anna", Roles: []access.Role{access.Agent}}
	knower    = access.Actor{
		ID: "u_k", Email: "kim@example.org", Name: "Kim", Roles: []access.Role{access.KnowledgeManager},
	}
	everyone = access.Actor{ID: "u_x", Email: "max@example.org", Name: hostile, Roles: access.Roles()}
)

// site serves the pages with fakes, and checks permissions and translates errors as the
// real server does.
type site struct {
	t      *testing.T
	echo   *echo.Echo
	pages  *web.Pages
	as     access.Actor
	desk   *fakeDesk
	kb     *fakeKnowledge
	find   *fakeFinder
	write  *fakeWriter
	auth   *fakeAccounts
	learn  *fakeLearning
	gaps   *fakeGaps
	book   *fakeLedger
	shelf  *fakeShelf
	triage *fakeTriage
	count  *fakeMeasures
	seen   *fakeVisits
}

func newSite(t *testing.T) *site {
	t.Helper()
	text := content.ServiceModel()
	current, err := model.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{
		t: t, echo: echo.New(), desk: newDesk(), kb: newKnowledge(), find: newFinder(),
		write: newWriter(), auth: newAccounts(), learn: newLearning(), gaps: newFakeGaps(), book: newLedger(),
		shelf: &fakeShelf{}, triage: &fakeTriage{}, count: &fakeMeasures{}, seen: &fakeVisits{},
	}
	s.pages, err = web.New(web.Deps{
		Articles: s.kb, Tickets: s.desk, Search: s.find, Writer: s.write, Auth: s.auth, Learning: s.learn, Triage: s.triage,
		Gaps: s.gaps, Usage: s.book, Measures: s.count, Visits: s.seen, Problems: &fakeProblems{},
		Handoffs: handoff.New(handoff.Deps{
			Writer: s.write, Store: s.shelf, Now: func() time.Time { return noon },
		}),
		ServiceModel: func() *model.Service { return current }, Models: registry(t, text), Inbox: &inbox{},
		Replayer:          replayer{},
		ServiceModelError: func() string { return "" },
		Now:               func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.echo.HTTPErrorHandler = s.fail
	for _, r := range s.pages.Routes() {
		s.echo.Add(r.Method, r.Path, s.guarded(r))
	}
	return s
}

func (s *site) guarded(r route.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		route.WithActor(c, s.as)
		if s.as.Known() {
			route.WithSession(c, "old-session")
		}
		if r.Permission != access.ReadArticles && !s.as.Can(r.Permission) {
			return fault.New(fault.Forbidden, "you don't have permission")
		}
		return r.Handler(c)
	}
}

func (s *site) fail(err error, c echo.Context) {
	status := map[fault.Kind]int{
		fault.NotFound: 404, fault.Forbidden: 403, fault.Invalid: 400, fault.Conflict: 409, fault.Unauthenticated: 401,
	}[fault.KindOf(err)]
	if status == 0 {
		status = 500
	}
	message, _, _ := fault.Public(err)
	if err := s.pages.Error(c, status, message, "REQ1"); err != nil {
		s.t.Errorf("error page: %v", err)
	}
}

func (s *site) do(as access.Actor, method, target string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	s.as = as
	body := strings.NewReader(form.Encode())
	req := httptest.NewRequestWithContext(s.t.Context(), method, target, body)
	if form != nil {
		req.Header.Set(echo.HeaderContentType, echo.MIMEApplicationForm)
	}
	rec := httptest.NewRecorder()
	s.echo.ServeHTTP(rec, req)
	return rec
}

func (s *site) get(as access.Actor, target string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(as, http.MethodGet, target, nil)
}

func (s *site) post(as access.Actor, target string, fields ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return s.do(as, http.MethodPost, target, form)
}

// sent fails the test unless the response redirects to target.
func (s *site) sent(rec *httptest.ResponseRecorder, target string) {
	s.t.Helper()
	if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != target {
		s.t.Errorf("got %d to %q, want 303 to %q\n%s", rec.Code, got, target, words(rec))
	}
}

// shows fails the test unless the response has the status and contains all texts.
func (s *site) shows(rec *httptest.ResponseRecorder, status int, texts ...string) {
	s.t.Helper()
	body := words(rec)
	if rec.Code != status {
		s.t.Fatalf("got status %d, want %d\n%s", rec.Code, status, body)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			s.t.Errorf("%q is not shown in\n%s", text, body)
		}
	}
}

// lacks fails the test if the response body contains any of the texts.
func (s *site) lacks(rec *httptest.ResponseRecorder, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(rec.Body.String(), text) {
			s.t.Errorf("%q must not be in the page", text)
		}
	}
}

func parse(t *testing.T, body string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// walk calls visit for every element.
func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// words returns the page's text and form values with white space collapsed.
func words(rec *httptest.ResponseRecorder) string {
	root, err := html.Parse(strings.NewReader(rec.Body.String()))
	if err != nil {
		return rec.Body.String()
	}
	var b strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if v, ok := attr(n, "value"); ok && n.Data == "input" {
			b.WriteString(v + " ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(root)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (s *site) errorPage(status int, message, requestID string) *httptest.ResponseRecorder {
	s.t.Helper()
	req := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, "/somewhere", nil)
	rec := httptest.NewRecorder()
	c := s.echo.NewContext(req, rec)
	if err := s.pages.Error(c, status, message, requestID); err != nil {
		s.t.Fatal(err)
	}
	return rec
}
