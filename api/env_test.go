package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/redact"
)

const password = "correct horse 7"

// env is a real server with store, index, desk and writer, behind httptest. Every
// exchange is checked against the OpenAPI document.
type env struct {
	answersOff bool // the service model switches answers off
	*testing.T
	server *httptest.Server
	api    *api.Server
	store  *store.Store
	kb     *kb.Service
	desk   *desk.Service
	auth   *auth.Service
	engine *retrieval.Engine

	models   *model.Registry
	learning *learning.Service
	triage   *triage.Service
	gaps     *desk.Gaps
	measures *measure.Service
	problems *problem.Service
	ranker   fakeRanker
	logs     *syncBuffer
	doc      *document

	base   api.Deps
	web    web.Deps
	pages  *web.Pages
	tokens map[string]string // by name of the person
	users  map[string]auth.User
}

// people are the users of every test, by name.
var people = map[string][]access.Role{
	"rita":  {access.Requester},
	"rolf":  {access.Requester},
	"anna":  {access.Agent},
	"kim":   {access.KnowledgeManager},
	"sven":  {access.ServiceManager},
	"admin": {access.Admin},
	"all":   access.Roles(),
}

// syncBuffer is a buffer that several goroutines may write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newEnv(t *testing.T, change ...func(*api.Deps)) *env {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	e := &env{T: t, logs: &syncBuffer{}, doc: loadDocument(t), tokens: map[string]string{}, users: map[string]auth.User{}}
	var err error
	if e.store, err = store.Open(ctx, filepath.Join(dir, "test.db"), store.Options{Trace: traceStatements}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.store.Close() })
	e.engine, err = retrieval.Open(ctx, retrieval.Options{Dir: filepath.Join(dir, "index"), Source: e.store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.engine.Close() })
	e.models = model.NewRegistry(e.store, time.Now)
	if _, err := e.models.AddFile(ctx, content.ServiceModel(), "as shipped"); err != nil {
		t.Fatal(err)
	}
	inForce := e.models.Model
	replayer := &replay.Service{Store: e.store, Models: e.models, Now: time.Now}
	inbox := &desk.Inbox{Store: e.store, Model: inForce, Now: time.Now}
	e.kb = kb.NewService(e.store, time.Now)
	e.auth = auth.NewService(e.store, time.Now)
	e.gaps = desk.NewGaps(desk.GapDeps{
		Store: e.store, Wording: terms.Wording, Group: terms.GroupWordings, Now: time.Now,
		Redact: func(text string, names []string) string { return evidence.NewRedactor(redact.All, names...).Text(text) },
	})
	e.desk = desk.NewService(desk.Deps{
		Store: e.store, Files: e.store, Model: inForce, Models: e.models.Timeline, Suggester: e.engine, Articles: e.kb,
		People: e.auth,
		Gaps:   e.gaps, Now: time.Now,
	})
	writer := summarize.New(summarize.Deps{
		Search: e.engine, Library: e.store, Prompts: content.Prompts(), Now: time.Now,
		Answers: func(model.AnswerRequest) model.Permit {
			return model.Permit{Allowed: !e.answersOff, Rule: "automation.default.auto_answer"}
		},
	})
	e.learning = learning.New(learning.Deps{
		Evaluations: e.store, Versions: e.store, Source: e.store, Ranker: &e.ranker, Floor: e.engine.Floor,
		Dir: filepath.Join(dir, "evaluation"), Now: time.Now,
	})

	e.triage = triage.New(triage.Deps{Ledger: e.store, Model: inForce, Now: time.Now})
	e.desk.Triager = e.triage
	handoffs := handoff.New(handoff.Deps{Writer: writer, Store: e.store, Now: time.Now})
	e.measures = measure.New(measure.Deps{Store: e.store, Models: e.models, Now: time.Now})
	e.problems = problem.New(problem.Deps{
		Store: e.store, Model: inForce, Reader: e.engine, Tickets: e.desk, Articles: e.kb, Now: time.Now,
	})
	e.base = api.Deps{
		Articles: e.kb, Reviews: e.kb, Tickets: e.desk, Search: e.engine, Writer: writer, Handoffs: handoffs, Auth: e.auth,
		Keys: e.store, Changes: e.store, Learning: e.learning, Triage: e.triage, Gaps: e.gaps, Usage: fakeCalls{},
		Measures: e.measures, Problems: e.problems, ServiceModel: inForce, Models: e.models, Inbox: inbox,
		Replayer: replayer, Now: time.Now,
		Log: slog.New(slog.NewJSONHandler(e.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	e.web = web.Deps{
		Articles: e.kb, Tickets: e.desk, Search: e.engine, Writer: writer, Handoffs: handoffs, Auth: e.auth,
		Learning: e.learning, Triage: e.triage, Gaps: e.gaps, Usage: fakeCalls{}, Measures: e.measures,
		Visits: e.measures, ServiceModel: inForce, Models: e.models, Inbox: inbox, Replayer: replayer,
		Problems:          e.problems,
		ServiceModelError: func() string { return "" }, Now: time.Now, Log: e.base.Log,
	}
	if e.pages, err = web.New(e.web); err != nil {
		t.Fatal(err)
	}
	if e.api, err = api.New(e.deps(change...)); err != nil {
		t.Fatal(err)
	}
	e.server = httptest.NewServer(e.api.Handler())
	t.Cleanup(e.server.Close)
	e.addPeople()
	e.catchUp()
	return e
}

// deps returns the server's dependencies with changes applied.
func (e *env) deps(change ...func(*api.Deps)) api.Deps {
	d := e.base
	for _, c := range change {
		c(&d)
	}

	return d
}

// addPeople stores the users with a password hash that is computed once: hashing is
// slow by design, and the tests start dozens of servers.
func (e *env) addPeople() {
	e.Helper()
	for name, roles := range people {
		now := time.Now().UTC()
		u := auth.User{
			ID: "u_" + name, Email: name + "@example.org", Name: strings.ToUpper(name[:1]) + name[1:],
			PasswordHash: e.passwordHash(), Roles: roles, CreatedAt: now, UpdatedAt: now,
		}
		if err := e.store.CreateUser(e.Context(), u, journal.Entry{}); err != nil {
			e.Fatal(err)
		}
		e.users[name] = u
		e.tokens[name] = e.token(name, nil)
	}
}

var hashed struct {
	once sync.Once
	hash string
}

func (e *env) passwordHash() string {
	e.Helper()
	hashed.once.Do(func() {
		st, err := store.Open(e.Context(), filepath.Join(e.TempDir(), "hash.db"), store.Options{})
		if err != nil {
			e.Fatal(err)
		}
		defer func() { _ = st.Close() }()
		u, err := auth.NewService(st, time.Now).CreateUser(e.Context(), access.System(), auth.NewUser{
			Email: "hash@example.org", Password: password, Roles: []access.Role{access.Requester},
		})
		if err != nil {
			e.Fatal(err)
		}
		hashed.hash = u.PasswordHash
	})
	return hashed.hash
}

// token creates another token for a user.
func (e *env) token(name string, scopes []access.Permission) string {
	e.Helper()
	secret, _, err := e.auth.CreateToken(e.Context(), e.actor(name), e.users[name].ID, auth.NewToken{Scopes: scopes})
	if err != nil {
		e.Fatal(err)
	}
	return secret
}

func (e *env) actor(name string) access.Actor {
	u := e.users[name]
	return access.Actor{ID: u.ID, Email: u.Email, Name: u.Name, Roles: u.Roles}
}

// catchUp brings the index to the newest change, and the measures to the newest event.
func (e *env) catchUp() {
	e.Helper()
	if err := errors.Join(e.engine.CatchUp(e.Context()), e.measures.Follow(e.Context()),
		e.problems.Follow(e.Context())); err != nil {
		e.Fatal(err)
	}
}

// reply is a response of the server.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (e *env) get(who, path string, headers ...string) reply {
	e.Helper()
	return e.do(who, http.MethodGet, path, nil, headers...)
}

func (e *env) post(who, path string, body any, headers ...string) reply {
	e.Helper()
	return e.do(who, http.MethodPost, path, body, headers...)
}

func (e *env) put(who, path string, body any, headers ...string) reply {
	e.Helper()
	return e.do(who, http.MethodPut, path, body, headers...)
}

func (e *env) patch(who, path string, body any, headers ...string) reply {
	e.Helper()
	return e.do(who, http.MethodPatch, path, body, headers...)
}

func (e *env) del(who, path string, headers ...string) reply {
	e.Helper()
	return e.do(who, http.MethodDelete, path, nil, headers...)
}

// open opens a ticket and returns its ID.
func (e *env) open(who, subject, body string) string {
	e.Helper()
	return e.post(who, "/api/v1/tickets", map[string]any{"subject": subject, "body": body}).
		want(http.StatusCreated).str("id")
}

// do sends a request as a user, as a visitor ("") or with a bearer token. body may be
// nil, a string to send as is, or a value to send as JSON. headers are pairs.
func (e *env) do(who, method, path string, body any, headers ...string) reply {
	e.Helper()
	var sent []byte
	switch b := body.(type) {
	case nil:
	case string:
		sent = []byte(b)
	default:
		var err error
		if sent, err = json.Marshal(b); err != nil {
			e.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(e.Context(), method, e.server.URL+path, bytes.NewReader(sent))
	if err != nil {
		e.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		token := who
		if known, ok := e.tokens[who]; ok {
			token = known
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		}
	}
	return e.send(req, sent)
}

func (e *env) send(req *http.Request, sent []byte) reply {
	e.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		e.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		e.Fatal(err)
	}
	r := reply{t: e.T, status: res.StatusCode, header: res.Header, body: body}
	e.doc.check(e.T, req, sent, r)
	return r
}

// want fails the test unless the response has this status.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// get returns a value of the JSON response by its path, such as "messages.0.text".
func (r reply) get(path string) any {
	r.t.Helper()
	var v any
	if err := json.Unmarshal(r.body, &v); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i := 0
			if err := json.Unmarshal([]byte(key), &i); err != nil || i >= len(x) {
				r.t.Fatalf("no %s in %s", path, r.body)
			}
			v = x[i]
		default:
			r.t.Fatalf("no %s in %s", path, r.body)
		}
	}
	return v
}

func (r reply) str(path string) string {
	r.t.Helper()
	s, ok := r.get(path).(string)
	if !ok {
		r.t.Fatalf("%s is not a string in %s", path, r.body)
	}
	return s
}

func (r reply) list(path string) []any {
	r.t.Helper()
	l, ok := r.get(path).([]any)
	if !ok {
		r.t.Fatalf("%s is not a list in %s", path, r.body)
	}
	return l
}
