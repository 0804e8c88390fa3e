package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// The readers of the property test. "limited" is an agent's token that may only
// open tickets, "reading" one that may only read articles.
var readers = []string{"", "rita", "limited", "reading", "admin", "anna", "kim", "sven"}

// canaries are words hidden in objects, with who may see them. Everybody else must
// not find one in any byte of any answer.
var canaries = map[string][]string{
	"qinternalq":  {"anna", "kim", "sven", "reading"},         // internal article
	"qcustomerq":  {"rita", "anna", "kim", "sven", "reading"}, // customer article
	"qunprovenq":  {"anna", "kim", "sven", "reading"},         // public, not validated
	"qarchivedq":  {"anna", "kim", "sven", "reading"},         // public, archived
	"qformerlyq":  {"anna", "kim", "sven", "reading"},         // internal revision of a public article
	"qwithdrawnq": {"anna", "kim", "sven", "reading"},         // public revision of an article now internal
	"qforeignq":   {"anna", "kim", "sven"},                    // another requester's ticket
	"qnoteq":      {"anna", "kim", "sven"},                    // note, reason, resolution on rita's own ticket
	"qdraftq":     {"anna", "kim"},                            // draft with its evidence
	"qmailq":      {"admin"},                                  // e-mail address of a user
	"qsentq":      {"admin"},                                  // what was sent to a model
	"qtokennameq": {"admin"},                                  // somebody's token
	"qsimilarq":   {"anna", "kim", "sven"},                    // resolution of a similar ticket
	"qdismissedq": {"anna", "kim", "sven"},                    // why a suggestion was dismissed: an event
	"qknowledgeq": {"anna", "kim", "sven"},                    // knowledge decision of rita's ticket
	"qlinktitleq": {"anna", "kim", "sven", "reading"},         // internal article linked to rita's ticket
}

// world is what the property test asks for.
type world struct {
	*env
	articles, tickets, drafts, users, passages, tokens []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	e := newEnv(t, func(d *api.Deps) { d.Usage = calls{} })
	writer := summarize.New(summarize.Deps{Search: e.engine, Library: e.store, Prompts: content.Prompts(), Now: time.Now, Model: tattler{}})
	shown := e.web
	shown.Writer, shown.Streams, shown.Usage, shown.AsksModel = writer, writer, calls{}, true
	shown.Handoffs = handoff.New(handoff.Deps{Writer: writer, Store: e.store, Now: time.Now})
	pages, err := web.New(shown)
	if err != nil {
		t.Fatal(err)
	}
	s, err := api.New(e.deps(func(d *api.Deps) {
		d.Usage, d.Pages, d.PageError, d.Writer = calls{}, pages.Routes(), pages.Error, writer
		d.Limits = api.Limits{Rate: 1e6, Burst: 1e6} // a 429 would hide what it should find
	}))
	if err != nil {
		t.Fatal(err)
	}
	e.api, e.server.Config.Handler = s, s.Handler()
	w := &world{env: e}
	w.hideArticles()
	w.hideTickets()
	w.hideDrafts()
	w.hidePeople()
	e.catchUp()
	return w
}

// tattler is a language model that repeats all that it is told, so that a hidden word in
// a prompt comes out, and says the hidden words as if they stood in what it may cite.
type tattler struct{}

func (tattler) Complete(_ context.Context, r ask.Request) (ask.Reply, error) {
	type claim struct {
		Text  string   `json:"text"`
		Marks []string `json:"marks"`
	}
	var (
		marks []string
		own   []claim
	)
	for line := range strings.Lines(r.User) {
		var it struct{ Mark, Text string }
		if json.Unmarshal([]byte(line), &it) != nil || it.Mark == "" {
			continue
		}
		marks = append(marks, it.Mark)
		for said := range strings.Lines(it.Text) {
			own = append(own, claim{strings.TrimSpace(said), []string{it.Mark}})
		}
	}
	var told []claim
	for word := range canaries {
		told = append(told, claim{"The printer of " + word + " belongs to " + word + ".", marks}, claim{word, marks})
	}
	// The reply as a whole is read from its first items on: some are the model's own.
	told = slices.Concat(told[:4], own, told[4:])
	reply := map[string]any{"answerable": true, "sentences": told}
	if r.Action == "handoff" {
		reply = map[string]any{}
		for _, section := range []string{"request", "environment", "impact", "tried", "questions", "next"} {
			reply[section] = told
		}
	}
	text, err := json.Marshal(reply)
	if r.Partial != nil {
		r.Partial(string(text))
	}
	return ask.Reply{Text: string(text)}, err
}

type calls struct{}

func (calls) ModelCalls(context.Context, string, int) ([]ask.Call, string, error) {
	return []ask.Call{{ID: 1, At: time.Now(), Action: "handoff", Sent: "about qsentq", Outcome: "ok"}}, "", nil
}

func (calls) ModelCall(context.Context, string) (ask.Call, error) {
	return ask.Call{ID: 1, At: time.Now(), Action: "handoff", Sent: "about qsentq", Outcome: "ok"}, nil
}

func (calls) ModelFigures(context.Context, time.Time) ([]ask.Call, error) {
	return []ask.Call{{ID: 1, At: time.Now(), Action: "handoff", Sent: "about qsentq", Outcome: "ok"}}, nil
}

func (calls) ModelBudgets(context.Context) ([]ask.Budget, error) { return nil, nil }

// hide makes an article with the word everywhere.
func (w *world) hide(word string, audience access.Audience, confidence kb.Confidence) kb.Article {
	w.Helper()
	slug := ""
	if word == "qformerlyq" {
		slug = "printer-queue" // an address outlives what it was made from
	}
	a, err := w.kb.Create(w.Context(), w.actor("all"), kb.NewArticleInput{
		Title: "Printer queue stuck " + word, Slug: slug,
		Markdown: "Printer " + word + "\n\n## Issue\n\nThe printer queue is stuck, error 0x00000709 " + word + ".\n\n## Resolution\n\nRestart the spooler " + word + ".\n",
		Audience: audience, Confidence: confidence, Owner: word + "@example.org", Service: "printing", Categories: []string{word}, Tags: []string{word, "printer"},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.articles = append(w.articles, a.ID)
	for _, p := range a.Passages {
		w.passages = append(w.passages, p.ID)
	}
	return a
}

func (w *world) hideArticles() {
	w.Helper()
	w.hide("plain", access.AudiencePublic, kb.Validated)
	w.hide("qinternalq", access.Internal, kb.Validated)
	w.hide("qlinktitleq", access.Internal, kb.Validated)
	w.hide("qcustomerq", access.Customer, kb.Validated)
	w.hide("qunprovenq", access.AudiencePublic, kb.NotValidated)
	w.hide("qarchivedq", access.AudiencePublic, kb.Archived)
	clean, public, internal := "Printer queue stuck, again", access.AudiencePublic, access.Internal
	text, owner, none := "## Issue\n\nThe printer queue is stuck.\n\n## Resolution\n\nRestart the spooler.\n", "second-line", []string{}
	formerly := w.hide("qformerlyq", access.Internal, kb.Validated)
	if _, err := w.kb.Update(w.Context(), w.actor("all"), formerly.ID, 1, kb.Patch{
		Title: &clean, Markdown: &text, Owner: &owner, Categories: &none, Tags: &none, Audience: &public,
	}); err != nil {
		w.Fatal(err)
	}
	withdrawn := w.hide("qwithdrawnq", access.AudiencePublic, kb.Validated)
	if _, err := w.kb.Update(w.Context(), w.actor("all"), withdrawn.ID, 1, kb.Patch{Audience: &internal}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) hideTickets() {
	w.Helper()
	ctx, anna := w.Context(), w.actor("anna")
	open := func(who, subject, body string) string {
		t, err := w.desk.OpenTicket(ctx, w.actor(who), desk.NewTicket{Subject: subject, Body: body})
		if err != nil {
			w.Fatal(err)
		}
		w.tickets = append(w.tickets, t.ID)
		return t.ID
	}
	must := func(_ any, err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	note := func(id, text string) {
		_, _, err := w.desk.Reply(ctx, anna, id, desk.NewMessage{Text: text, Visibility: desk.InternalNote})
		must(nil, err)
	}
	foreign := open("rolf", "Printer queue stuck qforeignq", "The printer queue is stuck, error 0x00000709 qforeignq.")
	note(foreign, "qforeignq")
	solved := open("rolf", "Printer queue stuck qforeignq", "The printer queue is stuck, error 0x00000709.")
	must(w.desk.Resolve(ctx, anna, solved, desk.ResolveInput{Code: desk.Fixed, Note: "Restarted the spooler qsimilarq."}))

	own := open("rita", "Printer queue stuck", "The printer queue is stuck, error 0x00000709.")
	note(own, "The customer is difficult qnoteq.")
	must(w.desk.Link(ctx, anna, own, w.articles[2]))
	must(w.desk.Dismiss(ctx, anna, own, w.articles[1], "qdismissedq"))
	must(w.desk.Escalate(ctx, anna, own, "second-line", "Too hard qnoteq."))
	merged := open("rita", "Printer queue stuck, twice", "Same as before.")
	must(w.desk.Merge(ctx, anna, merged, foreign))
	ended := open("rita", "Printer queue stuck, third time", "The printer queue is stuck, error 0x00000709.")
	note(ended, "qnoteq")
	t, err := w.desk.Resolve(ctx, anna, ended, desk.ResolveInput{Code: desk.Fixed, Note: "qnoteq", Articles: []string{w.articles[1]}})
	must(t, err)
	must(nil, w.desk.RecordKnowledge(ctx, t, desk.Knowledge{Decision: "none", Reason: "qknowledgeq"}, "rule"))
}

func (w *world) hideDrafts() {
	w.Helper()
	for _, article := range []string{"", w.articles[0]} {
		d, err := w.kb.Propose(w.Context(), access.System(), kb.Proposal{
			ArticleID: article, Title: "Printer queue stuck qdraftq", Markdown: "## Issue\n\nqdraftq\n\n## Resolution\n\nqdraftq\n", Audience: access.AudiencePublic,
			Evidence: []kb.DraftEvidence{{N: 1, Ticket: w.tickets[0], Message: 1, Text: "qdraftq"}}, Submit: true, Comment: "qdraftq",
		})
		if err != nil {
			w.Fatal(err)
		}
		w.drafts = append(w.drafts, d.ID)
	}
}

func (w *world) hidePeople() {
	w.Helper()
	u, err := w.auth.CreateUser(w.Context(), access.System(), auth.NewUser{
		Email: "qmailq@example.org", Name: "Somebody", Password: password, Roles: []access.Role{access.Agent},
	})
	if err != nil {
		w.Fatal(err)
	}
	_, t, err := w.auth.CreateToken(w.Context(), access.System(), u.ID, auth.NewToken{Name: "qtokennameq"})
	if err != nil {
		w.Fatal(err)
	}
	w.users, w.tokens = []string{u.ID, w.env.users["rita"].ID}, []string{t.ID}
	w.env.tokens["limited"] = w.token("anna", []access.Permission{access.OpenTickets})
	w.env.tokens["reading"] = w.token("anna", []access.Permission{access.ReadArticles})
}

// paths fills a route's parameters with every object there is.
func (w *world) paths(pattern string) []string {
	paths := []string{pattern}
	fill := func(param string, values []string) {
		var out []string
		for _, p := range paths {
			if !strings.Contains(p, param) {
				out = append(out, p)
				continue
			}
			for _, v := range values {
				out = append(out, strings.Replace(p, param, url.PathEscape(v), 1))
			}
		}
		paths = out
	}
	fill(":ref", w.articles)
	fill(":revision", []string{"1", "2"})
	fill(":n", []string{"1", "2"})
	fill(":name", []string{"app.css"})
	fill(":token", w.tokens)
	fill(":call", []string{"1"})
	fill(":version", []string{"shipped"})
	switch {
	case strings.Contains(pattern, "/tickets/"):
		fill(":id", w.tickets)
	case strings.Contains(pattern, "/reviews/"):
		fill(":id", w.drafts)
	case strings.Contains(pattern, "/users/"):
		fill(":id", w.users)
	case strings.Contains(pattern, "/tokens/"):
		fill(":id", w.tokens)
	default:
		fill(":id", w.passages)
	}
	return paths
}

// queries are what a reader can add to a GET.
func (w *world) queries(pattern string) []string {
	out := []string{"", "?limit=100"}
	switch pattern {
	case "/api/v1/search", "/api/v1/complete":
		for word := range canaries {
			out = append(out, "?q="+word, "?q="+word[:5])
		}
		out = append(out, "?q=printer+queue+stuck&limit=50", "?q=printer+queue&kind=troubleshooting&service=printing", "?q=Printer")
	case "/search": // the page repeats the words searched for
		out = append(out, "?q=printer+queue+stuck", "?q=error+0x00000709", "?q=How+do+I+fix+a+stuck+printer+queue%3F", "?answer=model&q=How+do+I+fix+a+stuck+printer+queue%3F")
	case "/search/answer":
		out = append(out, "?q=printer+queue+stuck", "?q=error+0x00000709", "?q=How+do+I+fix+a+stuck+printer+queue%3F", "?q=What+is+qinternalq%3F")
	case "/api/v1/tickets/:id/summary":
		out = append(out, "?stream=1")
	case "/tickets/:id":
		out = append(out, "?summary=1", "?summary=model")
	case "/usage", "/usage.csv":
		out = append(out, "?days=90", "?cursor=x")
	case "/api/v1/articles", "/articles":
		out = append(out, "?order=newest&limit=100", "?tag=printer", "?service=printing")
	case "/api/v1/passages/:id":
		out = append(out, "?revision=1", "?revision=2")
	case "/api/v1/tickets", "/tickets":
		out = append(out, "?status=resolved,closed", "?order=priority", "?q=printer", "?assignee="+w.env.users["anna"].ID, "?mine=true", "?bypass=true", "?group=second-line")
	}
	return out
}

// bodies are what a reader can send to a route that writes: with the ids of objects
// that are not theirs.
func (w *world) bodies(r route.Route) []any {
	type m = map[string]any
	if !strings.HasPrefix(r.Path, "/api/") {
		return []any{w.form()}
	}
	ticket, article := w.tickets[0], w.articles[1]
	switch path := strings.TrimPrefix(r.Path, "/api/v1"); path {
	case "/answers":
		return []any{m{"question": "What is qinternalq?"}, m{"question": "How do I fix a stuck printer queue, error 0x00000709?"}}
	case "/suggestions":
		return []any{m{"subject": "Printer queue stuck", "body": "error 0x00000709"}, m{"subject": "qinternalq", "body": "qforeignq qarchivedq"}}
	case "/tickets":
		return []any{m{"subject": "Printer queue stuck", "body": "error 0x00000709"}, m{"subject": "x", "body": "y", "requester": w.users[0]}}
	case "/tickets/:id/messages":
		return []any{m{"text": "x"}, m{"text": "x", "visibility": "internal"}}
	case "/tickets/:id/links", "/tickets/:id/dismissals":
		return []any{m{"article": article}, m{"article": w.articles[5]}}
	case "/tickets/:id/escalate":
		return []any{m{"group": "second-line", "reason": "x"}}
	case "/tickets/:id/resolve":
		return []any{m{"code": "fixed", "note": "x", "articles": []string{article}}}
	case "/tickets/:id/reopen":
		return []any{m{"reason": "x"}}
	case "/tickets/:id/merge":
		return []any{m{"into": ticket}}
	case "/tickets/:id":
		return []any{m{"group": "second-line"}, m{"assignee": ""}}
	case "/articles/:ref/merge":
		return []any{m{"into": article}}
	case "/articles/:ref/restore":
		return []any{m{"revision": 1}}
	case "/articles/:ref/feedback":
		return []any{m{"helped": true}}
	case "/articles", "/articles/:ref", "/reviews":
		return []any{m{"title": "x", "markdown": "y"}}
	case "/reviews/:id":
		return []any{m{"title": "x"}}
	case "/session":
		return []any{m{"email": "rita@example.org", "password": "wrong"}}
	default:
		return []any{nil, m{}}
	}
}

// form answers every field that a page's form can ask for.
func (w *world) form() string {
	return url.Values{
		"subject": {"Printer queue stuck"}, "body": {"error 0x00000709"}, "text": {"x"}, "visibility": {"internal"}, "note": {"x"},
		"reason": {"x"}, "article": {w.articles[1]}, "articles": {w.articles[1]}, "group": {"second-line"}, "code": {"fixed"},
		"into": {w.tickets[0]}, "title": {"x"}, "markdown": {"y"}, "helped": {"no"}, "assignee": {"me"}, "requester": {w.users[0]},
		"email": {"rita@example.org"}, "password": {"wrong"}, "current": {"wrong"}, "name": {"x"}, "revision": {"1"}, "version": {"1"},
		"comment": {"x"}, "key": {"x"}, "roles": {"admin"}, "intent": {"open"}, "confirm": {"yes"},
	}.Encode()
}

// TestNobodySeesWhatTheyMayNot is the property: each reader, each route, each
// object, and no forbidden word in any byte of any answer.
func TestNobodySeesWhatTheyMayNot(t *testing.T) {
	w := newWorld(t)
	requests, found, leaks := 0, map[string][]string{}, 0
	asked := func(who, method, path string, body any) {
		t.Helper()
		headers := []string{"If-Match", "*"}
		if !strings.HasPrefix(path, "/api/") {
			headers = append(headers, "Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded")
		}
		r := w.do(who, method, path, body, headers...)
		requests++
		if r.status >= 500 || r.status == http.StatusTooManyRequests && path != "/login" && path != "/api/v1/session" && path != "/account/password" {
			t.Errorf("%s %s as %q: %d %.300s", method, path, who, r.status, r.body)
		}
		var all bytes.Buffer
		_ = r.header.Write(&all)
		all.Write(r.body)
		text := bytes.ToLower(all.Bytes())
		for word, allowed := range canaries {
			at := bytes.Index(text, []byte(word))
			switch {
			case at < 0:
			case !slices.Contains(allowed, who):
				if leaks++; leaks <= 10 {
					t.Errorf("%s %s as %q shows %s: …%s…", method, path, who, word, text[max(0, at-150):min(len(text), at+80)])
				}
			case !slices.Contains(found[word], who):
				found[word] = append(found[word], who)
			}
		}
	}
	reads := func() {
		for _, who := range readers {
			for _, r := range w.api.Routes() {
				if r.Method != http.MethodGet || r.Path == "/metrics" {
					continue
				}
				for _, path := range w.paths(r.Path) {
					for _, query := range w.queries(r.Path) {
						asked(who, r.Method, path+query, nil)
					}
				}
			}
		}
	}
	reads()
	// Who may see a word must find it somewhere: otherwise the test hides nothing.
	for word, allowed := range canaries {
		for _, who := range allowed {
			if !slices.Contains(found[word], who) {
				t.Errorf("%q, who may see %s, finds it nowhere", who, word)
			}
		}
	}
	for _, who := range []string{"", "rita", "limited", "reading", "admin"} {
		for _, r := range w.api.Routes() {
			if r.Method == http.MethodGet || who == "admin" && strings.Contains(r.Path, "/users") || r.Path == "/logout" {
				continue
			}
			for _, path := range w.paths(r.Path) {
				for _, body := range w.bodies(r) {
					asked(who, r.Method, path, body)
					if r.Path == "/api/v1/answers" || strings.HasSuffix(r.Path, "/summary") {
						asked(who, r.Method, path+"?stream=1", body)
					}
				}
			}
		}
	}
	reads() // what outsiders did must not have opened anything
	t.Logf("%d requests, %d leaks", requests, leaks)
}

// TestCountsDoNotLeak: totals and pages count what the reader sees, nothing else.
func TestCountsDoNotLeak(t *testing.T) {
	w := newWorld(t)
	for who, want := range map[string]int{"": 0, "rita": 0, "anna": 1} {
		r := w.do(who, http.MethodGet, "/api/v1/search?q=qinternalq", nil).want(http.StatusOK)
		if len(r.list("hits")) != want || r.get("total") != float64(want) {
			t.Errorf("%q finds %s", who, r.body)
		}
	}
	for who, want := range map[string]float64{"rita": 2, "rolf": 2, "anna": 4} {
		if got := w.do(who, http.MethodGet, "/api/v1/tickets/counts", nil).want(http.StatusOK).get("total"); got != want {
			t.Errorf("%q counts %v tickets, want %v", who, got, want)
		}
	}
	// rita's ticket has notes between its public messages; her numbers have no gaps.
	own := "/api/v1/tickets/" + w.tickets[2]
	if r := w.do("rita", http.MethodPost, own+"/messages", map[string]any{"text": "Any news?"}).want(http.StatusCreated); r.get("n") != 2.0 {
		t.Errorf("her second message is %s", r.body)
	}
	r := w.do("rita", http.MethodGet, own, nil).want(http.StatusOK)
	if r.get("messages.1.n") != 2.0 || len(r.list("messages")) != 2 {
		t.Errorf("thread %s", r.body)
	}
}

// TestForeignIsNotFound: other people's objects answer as those that do not exist.
func TestForeignIsNotFound(t *testing.T) {
	w := newWorld(t)
	same := func(a, b string) {
		t.Helper()
		x := w.do("rita", http.MethodGet, a, nil).want(http.StatusNotFound)
		y := w.do("rita", http.MethodGet, b, nil).want(http.StatusNotFound)
		last := func(s string) string { return s[strings.LastIndex(s, "/")+1:] }
		if got, want := strings.ReplaceAll(x.str("detail"), last(a), "X"), strings.ReplaceAll(y.str("detail"), last(b), "X"); got != want {
			t.Errorf("%q tells from %q", got, want)
		}
	}
	same("/api/v1/tickets/"+w.tickets[0], "/api/v1/tickets/999999")
	same("/api/v1/articles/"+w.articles[1], "/api/v1/articles/a_aaaaaaaaaaaaaaaa")
	same("/api/v1/articles/"+w.articles[5], "/api/v1/articles/a_aaaaaaaaaaaaaaaa")
}
