package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// The readers of the property test. "limited" is an agent's token that may only
// open tickets, "reading" one that may only read articles.
var readers = []string{"", "rita", "limited", "reading", "admin", "anna", "kim", "sven"}

// canaries are words hidden in objects, with the readers who may see them. No other
// reader may find one anywhere in a response.
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
	"qsentq":      {"admin"},                                  // text sent to a language model
	"qtokennameq": {"admin"},                                  // name of a token
	"qsimilarq":   {"anna", "kim", "sven"},                    // resolution of a similar ticket
	"qdismissedq": {"anna", "kim", "sven"},                    // why a suggestion was dismissed: an event
	"qknowledgeq": {"anna", "kim", "sven"},                    // knowledge decision of rita's ticket
	"qlinktitleq": {"anna", "kim", "sven", "reading"},         // internal article linked to rita's ticket
}

// world holds the objects that the property test requests.
type world struct {
	*env
	articles, tickets, drafts, problems, users, passages, tokens, files []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	e := newEnv(t)
	writer := summarize.New(summarize.Deps{
		Search: e.engine, Library: e.store, Prompts: content.Prompts(),
		Now: time.Now, Model: leakyModel{},
	})
	shown := e.web
	shown.Writer, shown.HasLanguageModel = writer, true
	shown.Handoffs = handoff.New(handoff.Deps{Writer: writer, Store: e.store, Now: time.Now})
	pages, err := web.New(shown)
	if err != nil {
		t.Fatal(err)
	}
	s, err := api.New(e.deps(func(d *api.Deps) {
		d.Pages, d.PageError, d.Writer, d.Handoffs = pages.Routes(), pages.Error, writer, shown.Handoffs
		d.Limits = api.Limits{Rate: 1e6, Burst: 1e6} // a 429 would hide leaks
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
	w.addProblem("Printer queue stuck qnoteq", time.Now())
	e.catchUp()
	return w
}

// addProblem adds a problem with a published known error, a change and a candidate.
func (w *world) addProblem(title string, now time.Time) {
	w.Helper()
	must := func(err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	ctx := w.Context()
	entry := func(string) journal.Entry { return journal.Entry{} }
	change, err := w.store.AddChange(ctx, problem.Change{
		Title: title, Class: problem.Release, Starts: now, Ends: now, Approval: problem.Reviewed, CreatedAt: now,
	}, entry)
	must(err)
	p := problem.Problem{
		Version: 1, State: problem.Open, Title: title, UpdatedAt: now, CreatedAt: now, Tickets: w.tickets,
		Changes: []string{change}, KnownError: &problem.KnownError{
			State: problem.Active, Article: w.articles[0],
			Title: title,
		},
	}
	p.ID, err = w.store.AddProblem(ctx, p, nil, entry)
	must(err)
	w.problems = []string{p.ID}
	_, err = w.store.AddCandidate(ctx, problem.Candidate{
		Version: 1, Key: "key:" + change, State: problem.Waiting, Rule: problem.ByCluster, Title: title,
		Tickets: w.tickets, Since: now, UpdatedAt: now,
	}, entry)
	must(err)
}

// leakyModel is a language model that repeats its whole prompt, so that hidden words in
// it come out, and claims that the hidden words are in the evidence.
type leakyModel struct{}

func (leakyModel) Complete(_ context.Context, r ask.Request) (ask.Reply, error) {
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
		for line := range strings.Lines(it.Text) {
			own = append(own, claim{strings.TrimSpace(line), []string{it.Mark}})
		}
	}
	var claims []claim
	for word := range canaries {
		claims = append(claims, claim{"The printer of " + word + " belongs to " + word + ".", marks}, claim{word, marks})
	}
	// Only the first items of a reply are read, so mix claims from the prompt into them.
	claims = slices.Concat(claims[:4], own, claims[4:])
	reply := map[string]any{"answerable": true, "sentences": claims}
	if r.Action == "handoff" {
		reply = map[string]any{}
		for _, section := range []string{"request", "environment", "impact", "tried", "questions", "next"} {
			reply[section] = claims
		}
	}
	text, err := json.Marshal(reply)
	if r.Partial != nil {
		r.Partial(string(text))
	}
	return ask.Reply{Text: string(text)}, err
}

// fakeCalls is a ledger with one call whose text is hidden.
type fakeCalls struct{}

func (fakeCalls) ModelCalls(context.Context, string, int) ([]ask.Call, string, error) {
	return []ask.Call{{ID: 1, At: time.Now(), Action: "handoff", Sent: "about qsentq", Outcome: "ok"}}, "", nil
}

func (fakeCalls) ModelCall(context.Context, string) (ask.Call, error) {
	return ask.Call{ID: 1, At: time.Now(), Action: "handoff", Sent: "about qsentq", Outcome: "ok"}, nil
}

func (fakeCalls) ModelFigures(context.Context, time.Time) ([]ask.Call, error) {
	return []ask.Call{{ID: 1, At: time.Now(), Action: "handoff", Sent: "about qsentq", Outcome: "ok"}}, nil
}

func (fakeCalls) ModelBudgets(context.Context) ([]ask.Budget, error) { return nil, nil }

// file uploads a file that contains the word, and returns what a text names it by.
func (w *world) file(actor access.Actor, word string) string {
	w.Helper()
	f, err := w.kb.Upload(w.Context(), actor, "list.txt", strings.NewReader("The list of "+word+"."))
	if err != nil {
		w.Fatal(err)
	}
	w.files = append(w.files, f.ID)
	return f.Markdown()
}

// hide creates an article with the word everywhere.
func (w *world) hide(word string, audience access.Audience, confidence kb.Confidence) kb.Article {
	w.Helper()
	slug := ""
	if word == "qformerlyq" {
		slug = "printer-queue" // the slug must not contain the word
	}
	a, err := w.kb.Create(w.Context(), w.actor("all"), kb.NewArticleInput{
		Title: "Printer queue stuck " + word, Slug: slug,
		Markdown: "Printer " + word + "\n\n## Issue\n\nThe printer queue is stuck, error 0x00000709 " + word +
			".\n\n## Resolution\n\nRestart the spooler " + word + ".\n\n" + w.file(w.actor("all"), word) + "\n",
		Audience: audience, Confidence: confidence, Owner: word + "@example.org", Service: "printing",
		Categories: []string{word}, Tags: []string{word, "printer"},
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
	text := "## Issue\n\nThe printer queue is stuck.\n\n## Resolution\n\nRestart the spooler.\n"
	owner, none := "second-line", []string{}
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
		_, m, err := w.desk.Reply(ctx, anna, id, desk.NewMessage{
			Text: text, Visibility: desk.InternalNote,
			Files: []desk.NewFile{{Name: text + ".txt", Content: strings.NewReader("Attached: " + text)}},
		})
		must(nil, err)
		w.files = append(w.files, m.Files[0].ID)
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
	t, err := w.desk.Resolve(ctx, anna, ended,
		desk.ResolveInput{Code: desk.Fixed, Note: "qnoteq", Articles: []string{w.articles[1]}})
	must(t, err)
	must(nil, w.desk.RecordKnowledge(ctx, t, desk.Knowledge{Decision: "none", Reason: "qknowledgeq"}, "rule"))
}

func (w *world) hideDrafts() {
	w.Helper()
	for _, article := range []string{"", w.articles[0]} {
		d, err := w.kb.Propose(w.Context(), access.System(), kb.Proposal{
			ArticleID: article, Title: "Printer queue stuck qdraftq",
			Markdown: "## Issue\n\nqdraftq\n\n## Resolution\n\nqdraftq\n\n" + w.file(access.System(), "qdraftq") + "\n",
			Audience: access.AudiencePublic,
			Evidence: []kb.DraftEvidence{{N: 1, Ticket: w.tickets[0], Message: 1, Text: "qdraftq"}}, Submit: true,
			Comment: "qdraftq",
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

// TestNothingLeaks checks for each reader, route and object that the response contains
// no forbidden word.
func TestNothingLeaks(t *testing.T) {
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
		if r.status >= 500 || r.status == http.StatusTooManyRequests && path != "/login" && path != "/api/v1/session" &&
			path != "/account/password" {
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
	// Readers who may see a word must find it somewhere; otherwise nothing was hidden.
	for word, allowed := range canaries {
		for _, who := range allowed {
			if !slices.Contains(found[word], who) {
				t.Errorf("%q may see %s but does not find it", who, word)
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
	reads() // the writes must not have disclosed anything
	t.Logf("%d requests, %d leaks", requests, leaks)
}

// TestCountsDoNotLeak checks that totals and pages count only what the reader may see.
func TestCountsDoNotLeak(t *testing.T) {
	w := newWorld(t)
	for who, want := range map[string]int{"": 0, "rita": 0, "anna": 1} {
		r := w.get(who, "/api/v1/search?q=qinternalq").want(http.StatusOK)
		if len(r.list("hits")) != want || r.get("total") != float64(want) {
			t.Errorf("%q finds %s", who, r.body)
		}
		for _, facet := range []string{"kind", "service", "locale"} {
			if r.get("facets."+facet+".total") != float64(want) || len(r.list("facets."+facet+".values")) > want {
				t.Errorf("%q is counted %s", who, r.body)
			}
		}
	}
	for who, want := range map[string]float64{"rita": 2, "rolf": 2, "anna": 4} {
		if got := w.get(who, "/api/v1/tickets/counts").want(http.StatusOK).get("total"); got != want {
			t.Errorf("%q counts %v tickets, want %v", who, got, want)
		}
	}
	// rita's ticket has notes between its public messages; its numbering has no gaps for her.
	own := "/api/v1/tickets/" + w.tickets[2]
	r := w.post("rita", own+"/messages", map[string]any{"text": "Any news?"}).want(http.StatusCreated)
	if r.get("n") != 2.0 {
		t.Errorf("her second message is %s", r.body)
	}
	r = w.get("rita", own).want(http.StatusOK)
	if r.get("messages.1.n") != 2.0 || len(r.list("messages")) != 2 {
		t.Errorf("thread %s", r.body)
	}
}

// TestForeignIsNotFound checks that other people's objects look like missing ones.
func TestForeignIsNotFound(t *testing.T) {
	w := newWorld(t)
	same := func(a, b string) {
		t.Helper()
		x := w.get("rita", a).want(http.StatusNotFound)
		y := w.get("rita", b).want(http.StatusNotFound)
		detail := func(r reply, path string) string {
			return strings.ReplaceAll(r.str("detail"), path[strings.LastIndex(path, "/")+1:], "X")
		}
		if got, want := detail(x, a), detail(y, b); got != want {
			t.Errorf("%q differs from %q", got, want)
		}
	}
	same("/api/v1/tickets/"+w.tickets[0], "/api/v1/tickets/999999")
	same("/api/v1/articles/"+w.articles[1], "/api/v1/articles/a_aaaaaaaaaaaaaaaa")
	same("/api/v1/articles/"+w.articles[5], "/api/v1/articles/a_aaaaaaaaaaaaaaaa")
}
